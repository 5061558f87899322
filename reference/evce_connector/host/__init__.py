"""Puts the parts together and runs them: the service, its threads, its logging, the process."""
