"""`python -m evce_acceptance` is the command `evce-acceptance`."""

from evce_acceptance.cli import main

main()
