"""The heap of a test run: thousands of collected tests that are never garbage, and are not to be searched for any."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from evce_connector.host import collector


@contextmanager
def at_rest() -> Iterator[None]:
    """Search nothing for garbage while tests are collected, and never again what they are made of.

    Otherwise the collector looks through all of them again and again: a third of what short tests cost.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@contextmanager
def left_alone() -> Iterator[None]:
    """Let connectors and commands leave it alone.

    To search all that a test run holds took a third of what a scenario or a test did; and what a command keeps for the
    rest of its process would stay for that of all tests, sockets with it that nobody holds any more.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collector, "settle", lambda: None)
        patch.setattr(collector, "keep", lambda: None)
        yield
