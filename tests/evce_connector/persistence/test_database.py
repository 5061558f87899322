"""Opening the database, and what it keeps of set-up and polls for the next start."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from evce_connector.alarms.state_machine import AlarmState
from evce_connector.evce.client import EvceClient
from evce_connector.evce.profile import Profile
from evce_connector.evce.reader import SiteReader
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.database import DatabaseError, open_database
from evce_connector.persistence.snapshots import KeptObject, KeptSetup, Snapshots, folder_id
from evce_connector.site.model import RawList, RawSite
from evce_connector.site.values import State
from evce_simulator import EvceSimulator
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.evce_connector.site_file import SiteFile
from tests.support.joined import Document, see

Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]
MakeClient = Callable[..., EvceClient]
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def snapshots(engine: Engine) -> Snapshots:
    return Snapshots(engine)


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 1500), ("foreign_keys", 1)]
)
def test_sqlite_is_set_up_to_lose_nothing(sqlite_engine: Engine, pragma: str, value: object) -> None:
    with sqlite_engine.connect() as connection:
        assert connection.scalar(text(f"PRAGMA {pragma}")) == value


def test_a_database_is_opened_again_with_what_it_holds(database: str) -> None:
    for expected in (None, "yes"):
        engine = open_database(database)
        assert Snapshots(engine).fact("seen") == expected
        Snapshots(engine).keep_fact("seen", "yes")
        engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "",
        "oracle-of-delphi://h/db",
        "sqlite:////nowhere/at/all/kept.db",
        "postgresql://ebo:Geheim-0815@127.0.0.1:port/db",
        "Geheim-0815",
    ],
)
def test_a_database_that_cannot_be_opened_is_named_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseError, match=r"cannot be used: .*Check storage\.url\.$") as error:
        open_database(url)
    assert "Geheim-0815" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_database_that_another_program_is_about_to_change_is_waited_for(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(file)
    other.executescript("PRAGMA user_version = 1; BEGIN IMMEDIATE;")
    # The other is done as soon as it was waited for once; SQLite by itself would not have waited.
    monkeypatch.setattr("evce_connector.persistence.database.sleep", lambda _: other.commit())
    engine = open_database(f"sqlite:///{file.as_posix()}")
    engine.dispose()
    other.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no database at all, but long enough to look at" * 50, encoding="utf-8")
    with pytest.raises(DatabaseError, match="not a database"):
        open_database(f"sqlite:///{path.as_posix()}")


def test_another_program_can_read_along(sqlite_engine: Engine, file: Path) -> None:
    Snapshots(sqlite_engine).keep_fact("a", "1")
    other = sqlite3.connect(file)
    assert other.execute("select value from facts").fetchall() == [("1",)]
    other.close()


def test_a_fact_is_kept_replaced_and_taken_once(snapshots: Snapshots) -> None:
    assert snapshots.fact("setup.request") is None
    assert snapshots.take_fact("setup.request") is None
    snapshots.keep_fact("setup.request", "run")
    snapshots.keep_fact("setup.request", "prune")
    assert snapshots.fact("setup.request") == "prune"
    assert snapshots.take_fact("setup.request") == "prune"
    assert snapshots.fact("setup.request") is None


def test_before_any_set_up_nothing_is_kept(snapshots: Snapshots) -> None:
    kept = snapshots.setup()
    assert (kept.at, kept.system, kept.objects) == (None, {}, {"zones": [], "stations": [], "connectors": []})
    assert snapshots.poll() is None


def kept_setup(file: SiteFile, gone: datetime | None = None) -> KeptSetup:
    file.read()
    objects = {
        name: [KeptObject(folder_id(name, key), raw) for key, raw in found.items()]
        for name, found in file.reader.raw_objects().items()
    }
    if gone:
        objects["stations"][-1] = KeptObject(objects["stations"][-1].folder, objects["stations"][-1].raw, gone)
    return KeptSetup(file.system, objects, NOON)


def test_a_set_up_comes_back_as_it_was_kept(snapshots: Snapshots, campus: SiteFile) -> None:
    setup = kept_setup(campus, NOON - timedelta(days=2))
    snapshots.keep_setup(setup)
    assert snapshots.setup() == setup


def test_the_next_set_up_replaces_the_one_before(snapshots: Snapshots, campus: SiteFile, guide: SiteFile) -> None:
    snapshots.keep_setup(kept_setup(campus))
    setup = kept_setup(guide)
    snapshots.keep_setup(setup)
    assert snapshots.setup() == setup


def test_a_set_up_without_any_object_is_kept_too(snapshots: Snapshots, guide: SiteFile) -> None:
    for objects in (guide.zones, guide.stations, guide.connectors):
        objects.clear()
    setup = kept_setup(guide)
    snapshots.keep_setup(setup)
    assert snapshots.setup() == setup


def test_what_is_gone_is_known_by_its_folder_and_not_expected(campus: SiteFile) -> None:
    setup = kept_setup(campus, NOON)
    last = setup.objects["stations"][-1].folder
    assert setup.gone() == {last}
    assert last in setup.folders()
    assert last not in setup.expected("stations")
    assert len(setup.expected("stations")) == 39


def test_folders_are_named_by_the_ids_of_the_tree() -> None:
    assert folder_id("zones", 3) == "Zones/3"
    assert folder_id("stations", 7) == "Stations/7"
    assert folder_id("connectors", (7, 2)) == "Stations/7/Connectors/2"


def test_a_poll_comes_back_from_its_pages(
    snapshots: Snapshots, simulate: Simulate, make_client: MakeClient, profile: Profile
) -> None:
    simulator = simulate("campus")
    raw = make_client(simulator.url).fetch()
    snapshots.keep_poll(raw, {}, NOON)
    kept = snapshots.poll()
    assert kept is not None
    assert kept.at == NOON
    assert SiteReader(profile).read(kept.raw) == SiteReader(profile).read(raw)


def test_the_next_poll_replaces_the_one_before(
    snapshots: Snapshots, simulate: Simulate, make_client: MakeClient
) -> None:
    client = make_client(simulate("guide").url)
    snapshots.keep_poll(client.fetch(), {"zones": [{"id": 3}]}, NOON)
    later = NOON + timedelta(seconds=15)
    snapshots.keep_poll(client.fetch(), {}, later)
    kept = snapshots.poll()
    assert kept is not None
    assert (kept.at, len(kept.raw.zones.objects)) == (later, 3)


def test_what_stood_in_for_a_bad_object_is_kept_with_the_poll(
    snapshots: Snapshots, simulate: Simulate, make_client: MakeClient, profile: Profile
) -> None:
    simulator = simulate("campus")
    client = make_client(simulator.url)
    reader = SiteReader(profile)
    before = reader.read(client.fetch())
    simulator.model.set_connector(1, activePower="much")
    raw = client.fetch()
    now = reader.read(raw)
    snapshots.keep_poll(raw, reader.replaced(), NOON)
    kept = snapshots.poll()
    assert kept is not None
    assert SiteReader(profile).read(kept.raw).connectors == now.connectors
    assert now.connectors[1, 1].active_power == before.connectors[1, 1].active_power


def a_poll(**pages: list[bytes]) -> RawSite:
    """Make what a poll fetched, of pages by list; stations and zones have one each."""
    lists = {"zones": [b'{"items": []}'], "stations": [b'{"items": [1]}'], "connectors": [], **pages}
    return RawSite({}, *(RawList(lists[name], []) for name in ("zones", "stations", "connectors")))


def rows_of(engine: Engine) -> dict[tuple[str, int], tuple[object, bytes]]:
    """Return the kept pages as the database holds them, each with its row's number."""
    number = "ctid" if engine.dialect.name == "postgresql" else "rowid"
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {number} AS number, list, page, body FROM poll_pages")).all()  # noqa: S608
    return {(row.list, row.page): (row.number, bytes(row.body)) for row in rows}


def test_a_page_that_is_as_before_is_not_written_again(snapshots: Snapshots, engine: Engine) -> None:
    snapshots.keep_poll(a_poll(connectors=[b"1", b"2"]), {}, NOON)
    before = rows_of(engine)
    snapshots.keep_poll(a_poll(connectors=[b"1", b"3"]), {}, NOON + timedelta(seconds=15))
    after = rows_of(engine)
    assert after["stations", 0] == before["stations", 0]
    assert after["connectors", 0] == before["connectors", 0]
    assert after["connectors", 1][1] == b"3"
    assert len(after) == len(before)


def test_pages_that_a_shorter_list_has_no_more_are_gone(snapshots: Snapshots, engine: Engine) -> None:
    snapshots.keep_poll(a_poll(connectors=[b"1", b"2"]), {}, NOON)
    snapshots.keep_poll(a_poll(connectors=[b"1"]), {}, NOON)
    assert ("connectors", 0) in rows_of(engine)
    assert ("connectors", 1) not in rows_of(engine)


def test_the_same_poll_is_kept_twice_without_harm(snapshots: Snapshots, engine: Engine) -> None:
    snapshots.keep_poll(a_poll(), {}, NOON)
    snapshots.keep_poll(a_poll(), {}, NOON)
    kept = snapshots.poll()
    assert kept is not None
    assert (kept.at, kept.raw.stations.objects) == (NOON, [1])
    assert len(rows_of(engine)) == 4


def test_after_a_poll_that_could_not_be_kept_every_page_is_written(snapshots: Snapshots, engine: Engine) -> None:
    snapshots.keep_poll(a_poll(), {}, NOON)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE poll_pages RENAME TO away"))
    with pytest.raises(DBAPIError):
        snapshots.keep_poll(a_poll(), {}, NOON + timedelta(seconds=15))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO poll_pages"))
        connection.execute(text("DELETE FROM poll_pages WHERE list = 'stations'"))
    snapshots.keep_poll(a_poll(), {}, NOON + timedelta(seconds=30))
    assert ("stations", 0) in rows_of(engine)


def test_a_connector_goes_on_where_0_1_0_left_off(tmp_path: Path, document: Document, serve: Serve) -> None:
    old = Path(__file__).with_name("database_0_1_0.sql")
    file = tmp_path / "old.db"
    connection = sqlite3.connect(file)
    connection.executescript(old.read_text(encoding="utf-8"))
    connection.close()
    document["storage"]["url"] = f"sqlite:///{file.as_posix()}"
    service = serve("http://127.0.0.1:9/api/v2")
    assert see(service, "old-7") == ("Z1", State.GOOD)
    assert see(service, "Stations/1/StationFriendlyName") == ("Renamed", State.GOOD)
    assert service.stores.alarms.state("Stations/1/Alarm") is AlarmState.ACTIVE
    assert service.stores.history.newest("Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings") is not None


def test_a_missing_driver_of_postgresql_is_told_with_the_extra_that_brings_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as where it is not installed
    with pytest.raises(DatabaseError, match=r"evce-connector\[postgres\].*postgresql\+psycopg://"):
        open_database("postgresql+psycopg://user@127.0.0.1:1/none")
