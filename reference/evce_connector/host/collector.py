"""Keeps Python's garbage collector away from a large tree: of a poll's CPU it took half, and found nothing.

The tree stays as it is from set-up to set-up, and what a poll replaces is freed without the collector.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MORE = 20_000
"""Containers more than before after which the young ones are searched: a poll leaves 100,000 of them, none garbage."""


def keep() -> None:
    """Have what was made until now searched no more until `settle`: what a start reads stays."""
    gc.freeze()


def settle() -> None:
    """Free what set-up left over, and have what stays searched no more until the next call."""
    gc.set_threshold(_MORE)
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@contextmanager
def at_rest() -> Iterator[None]:
    """Let nothing be searched while a poll makes and replaces thousands of objects."""
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()
