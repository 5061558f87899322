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
    """Let set-ups leave it alone: to search all that a test run holds took a third of what a scenario or a test did."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collector, "settle", lambda: None)
        yield
