"""What the log tells an operator of a running connector, one sentence each; with DEBUG also each request."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evce_connector import __version__
from evce_connector.clock import ManualClock
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceUnreachableError
from evce_connector.host.journal import logging_to
from evce_connector.host.service import ConnectorService
from evce_connector.processors.setup import EvceSetupProcessor
from evce_simulator import EvceSimulator

from features.driver.waiting import until
from tests.support.joined import PASSWORD, Document, JoinedSite

Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]


@pytest.fixture
def site(tmp_path: Path, empty_database: Path, clock: ManualClock) -> Iterator[JoinedSite[ManualClock]]:
    with JoinedSite(tmp_path, clock, database=empty_database) as joined:
        yield joined


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Read what was logged so far with INFO and above."""
    caplog.set_level(logging.INFO, "evce_connector")
    return lambda: [f"{record.levelname} {record.getMessage()}" for record in caplog.records]


@pytest.fixture
def requests_told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Read what DEBUG adds."""
    caplog.set_level(logging.DEBUG, "evce_connector")
    return lambda: [record.getMessage() for record in caplog.records if record.levelno == logging.DEBUG]


def found(lines: list[str], beginning: str) -> list[str]:
    return [line for line in lines if line.startswith(beginning)]


def test_the_start_tells_version_addresses_and_site_and_the_end_is_told(
    site: JoinedSite[ManualClock], lines: Callable[[], list[str]]
) -> None:
    site.set_up()
    site.restart()
    with site.service:
        (start,) = found(lines(), "INFO evce-connector ")[-1:]
        assert start.startswith(f"INFO evce-connector {__version__} starts: its EWS server is at http://127.0.0.1:")
        assert f"the charge controller at {site.simulator.url}, its pages are off" in start
        assert start.endswith("in its tree: 3 zones, 1 station, 1 connector")
    assert lines()[-1].startswith("INFO ")
    assert "INFO evce-connector ends" in lines()


def test_a_first_start_says_that_there_is_no_site_yet(
    site: JoinedSite[ManualClock], lines: Callable[[], list[str]]
) -> None:
    with site.service:
        (start,) = found(lines(), "INFO evce-connector ")
    assert start.endswith("in its tree: no site yet, which EvceSetupProcessor reads from the controller")


def test_processors_tell_when_they_begin_and_how_they_end(
    site: JoinedSite[ManualClock], lines: Callable[[], list[str]]
) -> None:
    site.set_up()
    with site.service:
        until(lambda: "INFO EvceProcessor: good" in lines(), "it polls")
        until(lambda: found(lines(), "INFO EVCE Setup Processor has ended"), "set-up has ended")
        until(lambda: found(lines(), "INFO EVCE Logs Processor runs"), "logs are written")
    told = lines()
    assert re.search(r"^INFO EVCE Setup Processor has ended after \d+\.\d s: succeeded$", "\n".join(told), re.MULTILINE)
    assert found(told, "INFO EVCE Processor has ended after")[0].endswith(" s: stopped")


def test_a_set_up_tells_its_counts(site: JoinedSite[ManualClock], lines: Callable[[], list[str]]) -> None:
    site.set_up()
    items = len(site.service.items.tree.nodes)
    (line,) = found(lines(), f"INFO {EvceSetupProcessor.name}: ")
    assert f"the tree has 3 zones, 1 station, 1 connector, {items} items; gone from the controller: 0" in line
    assert line.endswith("changes since the last set-up: 5")


def test_slow_polls_are_told_once_until_they_are_over(
    site: JoinedSite[ManualClock],
    clock: ManualClock,
    lines: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site.set_up()
    fetch, waits = EvceClient.fetch, [0.0, 8.0, 9.0, 7.0]

    def slow(client: EvceClient) -> object:
        clock.advance(waits.pop(0))
        return fetch(client)

    monkeypatch.setattr(EvceClient, "fetch", slow)
    for _ in range(4):
        site.poll()
    assert [line for line in lines() if "polls are" in line] == [
        (
            "WARNING EvceProcessor: polls are slow: one took 8.0 s of an interval of 15 s; look at the controller, "
            "at the network, and at status.interval_seconds"
        ),
        "INFO EvceProcessor: polls are in time again: one took 7.0 s",
    ]


def test_a_poll_that_failed_is_not_told_as_slow_too(
    site: JoinedSite[ManualClock],
    clock: ManualClock,
    lines: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site.set_up()

    def lost(_: EvceClient) -> object:
        clock.advance(9.0)
        raise EvceUnreachableError("http://evce", "the answer took too long")

    monkeypatch.setattr(EvceClient, "fetch", lost)
    site.poll()
    assert [line for line in lines() if line.startswith("WARNING")] == [
        "WARNING EvceProcessor: The charge controller at http://evce does not answer: the answer took too long."
    ]


def test_each_request_to_the_controller_is_told_with_debug_without_its_query(
    site: JoinedSite[ManualClock], requests_told: Callable[[], list[str]]
) -> None:
    site.set_up()
    told = found(requests_told(), "EVCE: ")
    assert [line.partition(":")[2].partition(":")[0] for line in told] == [
        " GET /system",
        " GET /zones",
        " GET /stations",
        " GET /connectors",
    ]
    assert all(re.fullmatch(r"EVCE: GET /\w+: 200, \d+ ms, \d+ bytes", line) for line in told)


def test_a_request_without_an_answer_is_told_so(
    site: JoinedSite[ManualClock], requests_told: Callable[[], list[str]]
) -> None:
    site.set_up()
    site.simulator.inject("reset")
    site.poll()
    assert re.fullmatch(r"EVCE: GET /system: no answer, \d+ ms", requests_told()[-1])


def test_what_lets_in_is_not_told_with_the_path_of_a_request(
    site: JoinedSite[ManualClock], requests_told: Callable[[], list[str]]
) -> None:
    with site.service.make_client() as client:
        for ending in (";session=abc123", "?key=abc123", f"/{PASSWORD.replace(' ', '%20')}"):
            site.service._clients._watch.tell("GET", f"/zones{ending}", 0.0, None, client._login.hidden)
    assert requests_told() == ["EVCE: GET /zones: no answer, 0 ms"] * 2 + ["EVCE: GET /zones/…: no answer, 0 ms"]


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
@pytest.mark.parametrize(
    ("kind", "sections", "shown"),
    [
        ("text", {"server_name": "Depot 7 %"}, " INFO [Depot 7 %] seen"),
        ("json", {"server_name": "Depot 7 %"}, '"site": "Depot 7 %"'),
        ("text", {}, " INFO seen"),
    ],
)
def test_each_line_names_the_site_that_has_a_name(
    document: Document, serve: Serve, tmp_path: Path, kind: str, sections: dict[str, str], shown: str, level: str
) -> None:
    log = tmp_path / "connector.log"
    document["logging"] = {"file": str(log), "format": kind, "level": level}
    document["ews"] |= sections
    with logging_to(serve("http://127.0.0.1:9/api/v2").configuration):
        logging.getLogger("evce_connector").info("seen")
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert shown in line
