"""A PostgreSQL that hangs under a running connector: clients get their answers, nothing is sent unkept, it recovers."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from ebo_simulator import EboClient
from evce_connector.clock import SystemClock
from evce_connector.persistence.database import open_database
from evce_connector.persistence.owner import read_owner
from evce_connector.persistence.ownership import RENEW_EACH
from evce_connector.persistence.snapshots import Snapshots

from features.driver.postgresql import Postgres, served
from features.driver.waiting import until
from load import clock
from tests.hostile.conftest import Measured
from tests.hostile.yardstick import yardstick
from tests.support.connector_process import running
from tests.support.joined import EWS_PASSWORD, USER, JoinedSite

Site = JoinedSite[SystemClock]
HANGS = 8.0
"""Time in s that the server stands still: longer than a client of EWS may wait for a write."""
READ, WRITE, END = 0.25, 8.0, 3.0
"""Longest time in s that a read, a write and the end of the connector may take."""
RECOVERED = 10.0
"""Time in s after which a connector is as before."""
REDUCTION, OTHER = "Zones/2/ZoneReduction", "Zones/1/ZoneReduction"
READS: dict[str, Callable[[EboClient], object]] = {
    "GetValues": lambda client: client.get_values([REDUCTION, OTHER, "Interface/PollAge"]),
    "GetItems": lambda client: client.get_items([REDUCTION]),
    "GetAlarmEvents": lambda client: client.get_alarm_events(),
}


@pytest.fixture
def server() -> Iterator[Postgres]:
    with served() as made:
        yield made


@pytest.fixture
def site(server: Postgres, tmp_path: Path) -> Iterator[Site]:
    """Run a connector on the server, set up and polled."""
    with JoinedSite(tmp_path, SystemClock(), storage={"url": server.url}) as made:
        made.set_up()
        made.service.start()
        until(lambda: made.service.items.age() is not None, "polled")
        made.simulator.journal.clear()
        yield made
        server.go_on()


@pytest.fixture
def client(site: Site) -> Iterator[EboClient]:
    made = EboClient(site.service.ews.address, USER, EWS_PASSWORD)
    made.get_values([REDUCTION])
    yield made
    made.close()


def time_of(act: Callable[[], object]) -> float:
    began = clock.wall()
    act()
    return clock.wall() - began


@contextmanager
def polling(site: Site) -> Iterator[list[float]]:
    """Poll without a pause; the list gets what each poll took."""
    took: list[float] = []
    end = threading.Event()

    def poll() -> None:
        with site.service.make_client() as controller:
            while not end.wait(0.2):
                took.append(time_of(lambda: site.service.status_processor.cycle(controller)))

    thread = threading.Thread(target=poll)
    thread.start()
    yield took
    end.set()
    thread.join()


def test_reads_go_on_as_before_and_values_stay_those_of_the_controller(
    site: Site, client: EboClient, server: Postgres, measured: Measured
) -> None:
    server.stand_still()
    slowest = dict.fromkeys(READS, 0.0)
    with polling(site) as polls, yardstick() as beside:
        site.model.set_zone(1, maxCurrent=77)
        for _ in clock.rounds(HANGS, 100_000):
            for name, read in READS.items():
                slowest[name] = max(slowest[name], time_of(lambda read=read: read(client)))  # type: ignore[misc]
            beside.ask()
            clock.pause(0.01)
    measured({"slowest": slowest, "yardstick": beside.slowest, "polls": len(polls), "longest poll": max(polls)})
    assert {name: took for name, took in slowest.items() if took >= beside.allowed(READ)} == {}
    assert len(polls) >= 2
    assert site.see("Zones/1/ZoneMaxCurrent(A)")[0] == 77


def test_a_write_is_answered_in_time_and_is_not_sent_when_its_line_cannot_be_kept(
    site: Site, client: EboClient, server: Postgres, measured: Measured
) -> None:
    server.stand_still()
    answers = []
    with polling(site):
        took = time_of(lambda: answers.extend(client.set_values({REDUCTION: "10", OTHER: "20"})))
        again = time_of(lambda: answers.extend(client.set_values({REDUCTION: "10"})))
    measured({"first write": took, "second write": again})
    assert max(took, again) < WRITE
    assert [answer.success for answer in answers] == [False] * 3
    assert all("nothing was sent, because the command ledger cannot be written" in (a.message or "") for a in answers)
    assert site.simulator.journal.count("PUT") == 0


def test_a_write_that_gives_power_back_goes_through_and_is_in_the_ledger_when_the_server_goes_on(
    site: Site, client: EboClient, server: Postgres
) -> None:
    site.model.set_reduction(2, 30.0, site.clock.now() + timedelta(hours=1))
    server.stand_still()
    (answer,) = client.set_values({REDUCTION: "0"})
    assert (answer.success, site.simulator.journal.count("PUT")) == (True, 1)
    server.go_on()
    until(lambda: client.set_values({REDUCTION: "15"})[0].success, "written again", RECOVERED)
    lines = [line for line in site.service.stores.commands.lines() if line.success]
    assert [line.new for line in lines] == ["0.0", "15.0"]


def test_the_connector_recovers_by_itself_and_is_still_the_owner_of_the_database(
    site: Site, client: EboClient, server: Postgres, measured: Measured
) -> None:
    before = read_owner(site.service.stores.engine)
    server.stand_still()
    clock.pause(RENEW_EACH + 1)
    client.set_values({REDUCTION: "10"})
    server.go_on()

    def recovered() -> bool:
        site.poll()
        return client.set_values({REDUCTION: "10"})[0].success

    measured({"recovered after": time_of(lambda: until(recovered, "written again", RECOVERED))})
    assert before is not None

    def renewed() -> bool:
        owner = read_owner(site.service.stores.engine)
        return owner is not None and owner.token == before.token and owner.renewals > before.renewals

    until(renewed, "renewed", RENEW_EACH + RECOVERED)
    assert site.service.ownership.lost is None


def test_the_connector_ends_in_time_while_its_threads_wait_for_the_server(
    site: Site, server: Postgres, measured: Measured
) -> None:
    server.stand_still()
    pool = site.service.stores.engine.pool
    until(lambda: pool.checkedout() >= 2, "somebody waits for the server beside its owner's session", 20)  # type: ignore[attr-defined]
    took = time_of(site.service.stop)
    measured({"end": took})
    assert took < END


@contextmanager
def set_up_anew(server: Postgres) -> Iterator[Callable[[], bool]]:
    """Give what tells whether another connector has set up since; it asks by one connection, to be in nobody's way."""
    engine = open_database(server.url)
    before = Snapshots(engine).setup().at
    try:
        yield lambda: Snapshots(engine).setup().at != before
    finally:
        engine.dispose()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process by other means")
def test_the_process_ends_within_3_s_of_a_signal(site: Site, server: Postgres, tmp_path: Path) -> None:
    site.service.stop()
    with yardstick() as beside, set_up_anew(server) as is_set_up, running(site.document, tmp_path) as process:
        until(is_set_up, "set up", 20)
        server.stand_still()
        process.send_signal(signal.SIGTERM)
        beside.ask()
        took = time_of(lambda: process.wait(20))
        beside.ask()
        assert process.stderr is not None
        said = process.stderr.read()
    assert took < beside.allowed(END), said
    assert process.returncode == 0, said
    assert "Traceback" not in said
