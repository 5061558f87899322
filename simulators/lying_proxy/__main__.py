"""`python -m lying_proxy` runs a lying proxy until Ctrl-C."""

from lying_proxy.cli import main

main()
