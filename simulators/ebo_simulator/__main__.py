"""`python -m ebo_simulator` is `ebo-simulator`."""

from ebo_simulator.cli import main

main()
