"""What several subcommands share: types of options, and the end in good order."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

FILE = click.Path(dir_okay=False, path_type=Path)
CONFIG = click.option(
    "--config", "path", type=FILE, help="Configuration file (TOML); else evce-connector.toml in the platform's place."
)

PACE = click.option(
    "--requests-per-second",
    "pace",
    type=click.FloatRange(0.01, 50),
    default=2.0,
    show_default=True,
    help="More is faster, and more for the controller to bear.",
)
CA = click.option("--ca", type=FILE, help="PEM file with the issuer of the controller's certificate.")


def can_ask() -> bool:
    """Tell whether somebody sits at a terminal, who can say yes or no."""
    return bool(sys.stdin and sys.stdin.isatty())


@contextmanager
def stopped_by_signals(stop: threading.Event, reload: threading.Event | None = None) -> Iterator[None]:
    """Within, stop in good order on Ctrl-C and on a service manager's request, and reload when it sends SIGHUP.

    At a terminal SIGHUP still means the end, for there the terminal was closed.
    """

    def sets(event: threading.Event) -> Callable[[int, FrameType | None], None]:
        def handler(_signal: int, _frame: FrameType | None) -> None:
            event.set()

        return handler

    events = {signal.SIGINT: stop, signal.SIGTERM: stop}
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if reload is not None and hangup is not None and not (sys.stdin and sys.stdin.isatty()):
        events[hangup] = reload
    before = {number: signal.signal(number, sets(event)) for number, event in events.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
