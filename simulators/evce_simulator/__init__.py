"""Simulator of an EV charge controller: its REST API v6 with a site behind it."""
