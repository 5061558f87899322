"""The garbage collector keeps away from a poll, and comes back."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from evce_connector.host import collector
from evce_connector.host.collector import keep, settle  # itself: what runs in the other tests leaves their memory alone


@pytest.fixture(autouse=True)
def _searched_no_more() -> Iterator[None]:
    """Keep what the tests are made of from being searched after these, as before them."""
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.collect()
    gc.freeze()


def test_nothing_is_collected_during_a_poll() -> None:
    with collector.at_rest():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_comes_back_after_a_failed_poll() -> None:
    with pytest.raises(ValueError, match="lost"), collector.at_rest():
        raise ValueError("lost")
    assert gc.isenabled()


def test_what_stays_is_searched_no_more_and_what_is_left_over_is_freed() -> None:
    class Left:
        freed = False

        def __init__(self) -> None:
            self.myself = self

        def __del__(self) -> None:
            Left.freed = True

    Left()
    gc.freeze()
    settle()
    assert Left.freed
    assert gc.get_freeze_count() > 0


def test_what_a_start_read_is_searched_no_more() -> None:
    before = gc.get_freeze_count()
    keep()
    assert gc.get_freeze_count() > before


def test_what_polls_leave_is_not_searched_after_each_of_them() -> None:
    settle()
    with collector.at_rest():
        left = [[] for _ in range(5_000)]
    assert gc.get_count()[0] > 2_000, "the youngest were searched"
    del left
