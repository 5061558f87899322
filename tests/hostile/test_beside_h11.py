"""Twenty thousand odd requests are read as h11 reads them, or otherwise for a reason that is written down."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from load.processes import Child
from tests.hostile.beside import REFUSED, Readings, difference, read_beside
from tests.hostile.conftest import Measured
from tests.hostile.differences import DIFFERENCES
from tests.hostile.oddities import cases

pytestmark = [pytest.mark.once, pytest.mark.timeout(120)]  # the requests take 20 s, more on a busy machine
COUNT = 20_000
SEED = 11
NOT_SPOKEN = (b"501", b"505")
"""A coding or a version that the server does not speak: no failure of its own."""
SHOWN = 40
"""Differences that a failure tells of."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """Run the server; its port and its log."""
    log = tmp_path_factory.mktemp("echo") / "server.log"
    with ExitStack() as stack:
        child = stack.enter_context(Child("tests.hostile.echo", log=stack.enter_context(log.open("w"))))
        yield child.ready["port"], log


@pytest.fixture(scope="module")
def readings(server: tuple[int, Path]) -> Readings:
    """Send all requests once."""
    return asyncio.run(read_beside(server[0], cases(COUNT, SEED)))


def test_odd_requests_are_read_as_h11_reads_them_or_otherwise_for_a_reason(
    readings: Readings, measured: Measured
) -> None:
    unexplained: Counter[str] = Counter()
    example: dict[str, str] = {}
    used = set()
    for case, theirs, ours in readings:
        seen = difference(theirs, ours)
        if seen is None:
            continue
        reasons = [row for row in DIFFERENCES if row.explains(case, seen)]
        used.update(reasons[:1])
        if not reasons:
            key = f"{case.oddities}: h11 {seen[0]}, ours {seen[1]}"
            unexplained[key] += 1
            example.setdefault(key, f"{case.number} {case.pieces} {theirs} {ours}")
    measured({"requests": len(readings), "classes of differences": len(DIFFERENCES)})
    shown = sorted(unexplained, key=lambda key: (key.count("',"), -unexplained[key]))[:SHOWN]
    assert not unexplained, "\n".join(f"{unexplained[key]} x {key}\n    {example[key]}" for key in shown)
    assert set(DIFFERENCES) - used == set()


def test_no_odd_request_is_answered_by_a_server_error(readings: Readings) -> None:
    failed = [
        (case.oddities, case.sent, ours)
        for case, _, ours in readings
        if any(fate == REFUSED and said[:1] == b"5" and said not in NOT_SPOKEN for fate, said in ours)
    ]
    assert failed == []


def test_each_request_gets_one_answer_at_most(readings: Readings) -> None:
    wordy = [
        (case.oddities, case.sent, ours)
        for case, _, ours in readings
        if len(ours) - 1 > case.sent.count(b" HTTP/") + 1 or [of[0] for of in ours].count(REFUSED) > 1
    ]
    assert wordy == []


def test_no_odd_request_leaves_a_traceback(readings: Readings, server: tuple[int, Path]) -> None:
    assert len(readings) == COUNT
    assert "Traceback" not in server[1].read_text()
