"""Reference connector between an EV charge controller (REST) and a building management system (EWS)."""
