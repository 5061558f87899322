"""What tests of conformance share: the connector that they are tried on, and a run in the words of its lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ebo_simulator.clock import SystemClock
from evce_acceptance.ews.results import Outcome, Result
from evce_acceptance.ews.running import Wanted, run
from evce_connector.host.service import ConnectorService

from tests.support.joined import EWS_PASSWORD, USER

SAMPLES = 5


@dataclass
class Bench:
    """The connector; `paged` is the same tree in pages of two rows."""

    service: ConnectorService
    url: str
    paged: str


def conform(url: str, **wanted: Any) -> Result:  # noqa: ANN401 - as Wanted takes them
    """Test a server as fast as it answers, with requests enough for everything."""
    usual = Wanted(url, USER, EWS_PASSWORD, requests_per_second=10_000, most=2_000)
    return run(replace(usual, **wanted), SystemClock())


def failures(result: Result) -> dict[str, str]:
    """Return what failed, by id and version, with why."""
    return {line.name: line.why for line in result.of(Outcome.FAIL)}


def untested(result: Result) -> dict[str, str]:
    """Return what was not tested, by id, with why."""
    return {line.row.id: line.why for line in result.of(Outcome.NOT_TESTED)}
