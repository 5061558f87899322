"""Simulator of a building management system: an EWS client that shows what its operator would see."""
