"""Finds in which dialect an unknown controller speaks, and proposes the profile that says so."""
