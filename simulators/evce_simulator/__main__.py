"""`python -m evce_simulator` is `evce-simulator`."""

from evce_simulator.cli import main

main()
