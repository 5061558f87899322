"""`python -m evce_connector`: the command where it is not on the path."""

from evce_connector.cli import main

main()
