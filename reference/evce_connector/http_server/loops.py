"""The event loop: uvloop's where there is one, which costs less; elsewhere the standard library's."""

from __future__ import annotations

import asyncio
import sys


def new_loop() -> asyncio.AbstractEventLoop:
    """Make a loop."""
    if sys.platform != "win32":
        try:
            import uvloop  # noqa: PLC0415 - it is not there on every platform
        except ImportError:
            pass
        else:
            loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
            return loop
    return asyncio.new_event_loop()
