"""Alarms as rules: what is one (rules), for how long it must be so (debounce), what becomes of it (state_machine)."""
