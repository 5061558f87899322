"""The controller's API: its client, and its spelling as data."""
