"""What several subcommands share: types of options, and the end in good order."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType

import click

FILE = click.Path(dir_okay=False, path_type=Path)
CONFIG = click.option("--config", "path", type=FILE, required=True, help="Configuration file (TOML).")


def stop_on_signals(stop: threading.Event) -> None:
    """Stop in good order on Ctrl-C and on a service manager's request."""

    def handler(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)
