"""Profiles at the desk: checked by what a controller once answered, explained value by value, compared."""
