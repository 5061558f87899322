"""Rows that are spoilt, in whatever column: told once, dropped, and a hindrance to no start and no command."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_connector.alarms.state_machine import Judgement
from evce_connector.cli import cli
from evce_connector.clock import ManualClock
from evce_connector.errors import ConnectorError
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.database import open_database
from evce_connector.persistence.owner import Owner, write_owner
from evce_connector.persistence.portal_users import Act, PortalUser, Role
from evce_connector.persistence.readable import READERS
from evce_connector.persistence.schema import metadata
from evce_connector.persistence.settings import Settings
from evce_connector.persistence.subscriptions import EventType, Limits, Subscription, Wanted
from evce_connector.persistence.system_events import SystemEvents
from evce_connector.points.id_aliases import IdAlias
from evce_connector.points.write_request import RefusedWrite
from evce_connector.site.values import State

from tests.support.at_length import shortened
from tests.support.connector_process import configuration_file
from tests.support.joined import JoinedSite, connect
from tests.support.spoiling import spoil

pytestmark = [pytest.mark.once, pytest.mark.no_cover]  # traced, a hundred starts take twice as long

Site = JoinedSite[ManualClock]
SEED = 20260101
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
SERIES = "Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings"
COMMANDS: dict[str, tuple[str, ...]] = {
    "check": (),
    "ledger": (),
    "commands": (),
    "commands as CSV": ("--csv",),
    "setup": (),
    "reload": (),
    "password": (),
    "diagnose": ("--output", "bundle.zip"),
    "backup": ("--output", "copy.db"),
    "adopt": ("--release",),
    "release": ("--yes",),
}


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for a sign of life of an owner whose machine cannot be told any more."""
    monkeypatch.setattr("evce_connector.persistence.ownership._WATCH", 0.0)


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[Site]:
    """Join a site with something in every table, and stop its connector."""
    with JoinedSite(tmp_path, ManualClock(), "guide", database=empty_database) as joined:
        fill(joined)
        joined.service.stop()
        yield joined


def fill(site: Site) -> None:
    """Let each store keep something."""
    stores, now = site.service.stores, site.clock.now()
    stores.adopted.keep({"Zones/1/ZoneName": IdAlias("old-7", "Zone name")})
    stores.numbers.number("zone", "north", 1)
    stores.numbers.flush()
    site.service.processors.run("EVCE Setup Processor")
    site.model.set_station(1, status="faulted")
    for _ in range(2):
        site.poll()
        site.service.log()
        site.clock.advance(900)
    site.service.set_up()
    site.service.step()
    stores.system_events.add(now, "EWS server", "started")
    wanted = Wanted(("Zones/1/ZoneName",), 1, 900, ("EVCE Fault",))
    one = Subscription("abc", "ebo", EventType.VALUES, 0, wanted, UNTIL)
    stores.subscriptions.add(one, now, Limits(9, 9))
    stores.refused_writes.keep(RefusedWrite("ebo", "10.0.0.7", "Zones/9/x", "1", "2", "INVALID_ID"))
    stores.refused_writes.flush()
    stores.portal_users.add(PortalUser("admin", Role.ADMIN, "hash", must_change=False, since=now))
    stores.portal_audit.add(Act(now, "admin", "10.0.0.7", "Logged in"))
    Settings(stores.engine).save({"evce": {"login": "bms"}}, "admin", "the first", now)
    CliRunner().invoke(cli, ["release", "--yes", "--config", str(configuration(site))])


def leave_an_owner(site: Site) -> None:
    """Let a connector of this machine have died on the file."""
    engine = open_database(site.document["storage"]["url"])
    with engine.begin() as connection:
        write_owner(connection, replace(Owner.this_process("http://10.0.0.2/EWS", site.clock.now()), started="then"))
    engine.dispose()


def configuration(site: Site) -> Path:
    """Write the configuration that commands read."""
    return configuration_file(site.document, file_of(site).parent)


def file_of(site: Site) -> Path:
    return Path(str(site.service.stores.engine.url.database))


def run_in(file: Path, statement: str, *values: object) -> int:
    with closing(sqlite3.connect(file)) as connection, connection:
        return connection.execute(statement, values).rowcount


COLUMNS = [
    (table.name, column.name)
    for table in metadata.sorted_tables
    for column in table.columns
    if not (column.primary_key and column.type.python_type is int and len(table.primary_key) == 1)
]


def verified(site: Site) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["verify", "--config", str(configuration(site))])
    return result.exit_code, result.output


SPOILT: dict[str, tuple[str, str]] = {
    "JSON": (
        "UPDATE facts SET value = replace(value, '{', '[') WHERE name = 'setup.system'",
        "facts 'setup.system' (Expecting ",
    ),
    "an instant": (
        "UPDATE facts SET value = replace(value, '-', 'q') WHERE name = 'setup.at'",
        "facts 'setup.at' (Invalid isoformat string: '2026q",
    ),
    "an object": (
        "UPDATE site_objects SET body = substr(body, 2) WHERE folder = 'Stations/1'",
        "site_objects 'stations', 'Stations/1' (",
    ),
    "a page": ("UPDATE poll_pages SET body = X'7B' WHERE list = 'stations'", "poll_pages 'stations', 0 (Expecting "),
    "a word": ("UPDATE commands SET stage = 'asket'", "commands 1 ('asket' is not a valid Stage)"),
    "a number": (
        "UPDATE alarm_events SET priority = 'x' WHERE sequence = 1",
        "alarm_events 1 (it holds text in place of",
    ),
    "letters": (
        "UPDATE portal_users SET name = CAST(X'61FF' AS TEXT)",
        "portal_users 'a\\udcff' (it holds text that is no UTF-8 in place of str)",
    ),
    "TOML": ("UPDATE settings SET document = '[evce'", "settings 1 (Expected ']' at the end of a table"),
}


@pytest.mark.parametrize("which", shortened(SPOILT))
def test_verify_names_a_row_that_is_spoilt_and_ends_with_1(site: Site, which: str) -> None:
    assert verified(site)[0] == 0
    statement, words = SPOILT[which]
    assert run_in(file_of(site), statement)
    status, said = verified(site)
    assert (status, f"{file_of(site)} is damaged: row {words}" in said) == (1, True), said
    assert "`evce-connector run` drops them at its start" in said


@pytest.mark.parametrize("which", shortened(which for which in SPOILT if which != "TOML"))
def test_a_spoilt_row_is_told_once_by_log_and_alarm_and_dropped_or_replaced(
    site: Site, caplog: pytest.LogCaptureFixture, which: str
) -> None:
    statement, words = SPOILT[which]
    run_in(file_of(site), statement)
    site.service = connect(site.document, site.clock)
    site.set_up()
    site.poll()
    site.service.step()
    site.service.stores.commands.lines()
    site.service.step()
    (line,) = [record.getMessage() for record in caplog.records if "cannot be read" in record.getMessage()]
    assert words in line
    event = site.service.stores.alarms.event("Interface/Alarm")
    assert event is not None
    assert words in event.message
    assert site.see("Stations/1/StationStatus")[1] is State.GOOD
    site.service.stop()
    assert verified(site)[0] == 0


def test_a_command_tells_what_it_leaves_out_and_changes_nothing(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    run_in(file_of(site), "UPDATE commands SET stage = 'asket' WHERE sequence = 1")
    result = CliRunner().invoke(cli, ["commands", "--config", str(configuration(site))])
    assert result.exit_code == 0
    (line,) = [record.getMessage() for record in caplog.records if "cannot be read" in record.getMessage()]
    assert "commands 1 ('asket' is not a valid Stage)" in line
    assert verified(site)[0] == 1


@pytest.mark.parametrize("table", ["alarm_events", "system_events", "settings"])
def test_the_number_of_a_spoilt_row_is_given_to_no_other(site: Site, table: str) -> None:
    engine = open_database(site.document["storage"]["url"])
    spoilt = "UPDATE {0} SET {1} = 'x' WHERE rowid = (SELECT max(rowid) FROM {0})"
    run_in(file_of(site), spoilt.format(table, {"settings": "at", "alarm_events": "state"}.get(table, "time")))
    last = last_number(site, table)
    now = site.clock.now()
    if table == "alarm_events":
        AlarmLog(engine).move([(site.service.items.interface.alarm, Judgement(active=True))], now)
    elif table == "system_events":
        SystemEvents(engine).add(now, "EWS server", "started")
    else:
        Settings(engine).save({}, "admin", "the second", now)
    engine.dispose()
    assert last_number(site, table) > last


def last_number(site: Site, table: str) -> int:
    with closing(sqlite3.connect(file_of(site))) as connection:
        (found,) = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()  # noqa: S608 - a name of ours
    return int(found)


def test_every_table_has_a_reader() -> None:
    assert READERS.keys() == metadata.tables.keys()


@pytest.mark.parametrize("table", shortened(sorted(metadata.tables)))
def test_a_start_goes_on_whatever_any_column_of_a_table_holds(
    site: Site, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    leave_an_owner(site)
    file, chance = file_of(site), random.Random(f"{SEED} {table} start")  # noqa: S311 - nothing secret
    whole = file.read_bytes()
    for column in [column for name, column in COLUMNS if name == table]:
        file.write_bytes(whole)
        spoil(file, table, column, chance)
        caplog.clear()
        site.service = connect(site.document, site.clock)
        site.service.ews.start()
        site.set_up()
        site.clock.advance(900)
        site.poll()
        site.service.log()
        site.service.step()
        site.service.retention._due = 0.0
        site.service.step()
        site.service.processors.turn()
        list(site.service.stores.history.page(SERIES, None, None, 99))
        site.service.processors.last_runs("EVCE Setup Processor")
        site.service.stores.portal_audit.last(9)
        assert site.see("Interface/StorageState") == ("good", State.GOOD), column
        assert site.see("Stations/1/StationStatus")[1] is State.GOOD, column
        assert [record.getMessage() for record in caplog.records if record.exc_info] == [], column
        told = [record for record in caplog.records if "cannot be read:" in record.getMessage()]
        assert len(told) <= 2, column
        site.service.stop()


@pytest.mark.parametrize("table", shortened(sorted(metadata.tables)))
def test_commands_do_their_work_or_end_with_a_sentence_whatever_the_columns_of_a_table_hold(
    site: Site, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_an_owner(site)
    file, chance = file_of(site), random.Random(f"{SEED} {table}")  # noqa: S311 - nothing secret
    path = configuration(site)
    monkeypatch.chdir(path.parent)
    whole = file.read_bytes()
    wrong = []
    for column in [column for name, column in COLUMNS if name == table]:
        file.write_bytes(whole)
        spoil(file, table, column, chance)
        for command, options in COMMANDS.items():
            result = CliRunner().invoke(cli, [command.partition(" ")[0], "--config", str(path), *options])
            if not isinstance(result.exception, ConnectorError | SystemExit | None):
                wrong.append(f"{command} with {column}: {result.exception!r}")
        path.with_name("copy.db").unlink(missing_ok=True)
    assert wrong == []
