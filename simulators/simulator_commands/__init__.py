"""The commands of the simulators as they are installed: a sentence instead of a traceback without their extra."""

from __future__ import annotations

import importlib
import sys

import click

EXTRA = "evce-connector[simulators]"


def _run(command: str, module: str) -> None:
    try:
        main = importlib.import_module(module).main
    except ModuleNotFoundError as error:
        click.echo(f"{command} needs {error.name}, which is not installed: pip install '{EXTRA}'", err=True)
        sys.exit(1)
    main()


def evce_simulator() -> None:
    """Run `evce-simulator`."""
    _run("evce-simulator", "evce_simulator.cli")


def ebo_simulator() -> None:
    """Run `ebo-simulator`."""
    _run("ebo-simulator", "ebo_simulator.cli")


def lying_proxy() -> None:
    """Run `lying-proxy`."""
    _run("lying-proxy", "lying_proxy.cli")
