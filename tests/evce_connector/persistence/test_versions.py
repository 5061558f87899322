"""The revisions of the database's tables: made, brought up to date after a copy, refused when newer."""

from __future__ import annotations

import importlib
import pkgutil
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import evce_connector
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from evce_connector.alarms.state_machine import AlarmState
from evce_connector.clock import ManualClock
from evce_connector.host.first_words import own_version
from evce_connector.persistence import versions
from evce_connector.persistence.adopted import AdoptedItems
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.commands import CommandLedger, Stage
from evce_connector.persistence.database import open_database
from evce_connector.persistence.history import HistoryStore
from evce_connector.persistence.ledger import Kind, SiteLedger
from evce_connector.persistence.migrations import __main__ as writer
from evce_connector.persistence.numbers import NumberStore
from evce_connector.persistence.owner import read_owner
from evce_connector.persistence.portal_users import Audit, PortalUsers
from evce_connector.persistence.refused_writes import RefusedWrites
from evce_connector.persistence.runs import Outcome, RunStore
from evce_connector.persistence.schema import metadata
from evce_connector.persistence.settings import Settings
from evce_connector.persistence.snapshots import Snapshots
from evce_connector.persistence.subscriptions import EventType, SubscriptionStore
from evce_connector.persistence.system_events import SystemEvents
from evce_connector.persistence.versions import MigrationError, NewerDatabaseError, bring_up_to_date
from evce_connector.points.id_aliases import IdAlias
from sqlalchemy import Connection, Engine, Table, create_engine, inspect, text

from tests.evce_connector.persistence.release import kept

NOW = datetime(2026, 8, 1, 6, 30, tzinfo=UTC)
NEWEST = versions.revisions()[-1]
AFTER = f"{int(NEWEST) + 1:04}"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = "{before}"


def upgrade():
    with op.batch_alter_table("history_series") as table:
        table.add_column(sa.Column("imagined", sa.String, nullable=False, server_default="kW"))
{more}
"""
FAILS = "    raise RuntimeError('no such luck')\n"
LOSES = "    op.execute('DELETE FROM history_series WHERE id = 1')\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the database that 0.1.0, which had no revisions, left after a quarter of an hour on the guide's site."""
    return restored(kept("0.1.0"), tmp_path / "connector.db")


@pytest.fixture
def later(tmp_path: Path) -> Callable[[str], Path]:
    """Make the revisions of a later version: one more, which gives each series a unit and does `more`."""

    def make(more: str = "") -> Path:
        folder = tmp_path / "later"
        shutil.copytree(versions.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        revision = NEXT.format(number=AFTER, before=NEWEST, more=more)
        (folder / "versions" / f"r{AFTER}_imagined.py").write_text(revision, encoding="utf-8")
        return folder

    return make


def restored(statements: Path, path: Path) -> Path:
    """Make the database of a release again."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements.read_text(encoding="utf-8"))
    return path


def url(path: Path) -> str:
    return f"sqlite:///{path.as_posix()}"


def bring(path: Path, folder: Path) -> None:
    """Start a later version on a database."""
    engine = open_engine(path)
    try:
        bring_up_to_date(engine, NOW, folder)
    finally:
        engine.dispose()


def open_engine(path: Path) -> Engine:
    return create_engine(url(path), connect_args={"timeout": 0.1})


def contents(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def rows(path: Path) -> list[str]:
    """Return what the tables hold, but for their revision."""
    lines = [line for line in contents(path) if line.startswith("INSERT INTO")]
    return [line for line in lines if "alembic_version" not in line]


def copies(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.glob("*.before-*"))


def test_a_new_database_has_the_newest_revision_and_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    open_database(url(path)).dispose()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(versions.revisions()[-1],)]
    connection.close()
    assert copies(path) == []


def test_the_database_of_0_1_0_opens_with_everything_that_it_holds(file: Path) -> None:
    engine = open_database(url(file))
    setup, poll = Snapshots(engine).setup(), Snapshots(engine).poll()
    assert setup.at == datetime(2026, 7, 1, 12, 17, 35, tzinfo=UTC)
    assert [one.folder for one in setup.objects["zones"]] == ["Zones/1", "Zones/2", "Zones/3"]
    assert poll is not None
    assert len(poll.raw.stations.objects) == 1
    samples = HistoryStore(engine).page("Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings", None, None, 9)
    assert [(sample.time.hour, sample.time.minute, sample.value) for sample in samples] == [(12, 0, 12.5)]
    (alarm,) = AlarmLog(engine).present()
    assert (alarm.alarm, alarm.state, alarm.priority) == ("Stations/1/Alarm", AlarmState.ACTIVE, 150)
    assert AlarmLog(engine).cursor().startswith("25d710cc.")
    assert [(line.id, line.kind) for line in SiteLedger(engine).lines()][-1] == ("Stations/1", Kind.RENAMED)
    assert [(line.new, line.success) for line in CommandLedger(engine).lines()] == [("25", True), ("250", False)]
    assert AdoptedItems(engine).read() == {"Zones/1/ZoneName": IdAlias("old-7", "Zone name")}
    subscription = SubscriptionStore(engine).get("abc", "ebo", datetime(2026, 7, 1, 13, tzinfo=UTC))
    assert subscription is not None
    assert subscription.event_type is EventType.VALUES
    assert [event.message for event in SystemEvents(engine).events(0, 9)] == ["The user 'guest' was refused."]
    engine.dispose()


def test_the_database_of_0_2_0_opens_with_everything_that_it_holds(tmp_path: Path) -> None:
    engine = open_database(url(restored(kept("0.2.0"), tmp_path / "connector.db")))
    setup, poll = Snapshots(engine).setup(), Snapshots(engine).poll()
    assert setup.at == datetime(2026, 1, 1, tzinfo=UTC)
    assert [one.folder for one in setup.objects["zones"]] == ["Zones/1", "Zones/2", "Zones/3"]
    assert poll is not None
    assert len(poll.raw.stations.objects) == 1
    samples = HistoryStore(engine).page("Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings", None, None, 9)
    assert [(sample.time.hour, sample.time.minute) for sample in samples] == [(0, 0), (0, 15)]
    (alarm,) = AlarmLog(engine).present()
    assert (alarm.alarm, alarm.state) == ("Stations/1/Alarm", AlarmState.ACTIVE)
    assert ("Zones/1", Kind.ADDED) in [(line.id, line.kind) for line in SiteLedger(engine).lines()]
    commands = [(line.new, line.stage) for line in CommandLedger(engine).lines()]
    assert commands == [("25.0", Stage.CONFIRMED), ("250.0", Stage.REFUSED)]
    assert [(line.user, line.answer) for line in RefusedWrites(engine).lines()] == [("guest", "INVALID_ID")]
    assert AdoptedItems(engine).read() == {"Zones/1/ZoneName": IdAlias("old-7", "Zone name")}
    assert NumberStore(engine).number("zone", "north", 9) == 1
    assert SubscriptionStore(engine).get("abc", "ebo", datetime(2026, 1, 2, tzinfo=UTC)) is not None
    assert "The user 'guest' was refused." in [event.message for event in SystemEvents(engine).events(0, 9)]
    assert [run.outcome for run in RunStore(engine).last("EVCE Setup Processor")] == [Outcome.SUCCEEDED]
    assert [user.name for user in PortalUsers(engine).all()] == ["admin"]
    assert [act.act for _, act in Audit(engine).last(9)] == ["Logged in"]
    assert [version.document for version in Settings(engine).versions()] == [{"evce": {"login": "bms"}}]
    engine.dispose()


def test_a_database_of_each_release_is_kept() -> None:
    changelog = (Path(__file__).parents[3] / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert own_version() in released
    assert [version for version in released if not kept(version).exists()] == []


def test_a_database_of_revision_1_keeps_every_row_and_learns_of_owners_and_of_stages_of_commands(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    before = rows(file)
    engine = open_database(url(file), ManualClock(NOW))
    assert read_owner(engine) is None
    engine.dispose()
    staged = [row.replace(");", ",'');") if row.startswith('INSERT INTO "commands"') else row for row in before]
    assert rows(file) == staged
    assert copies(file) == [f"connector.before-{NEWEST}.20260801T063000Z.db"]


@pytest.mark.parametrize("end", [".part", ".part-journal"])
def test_what_a_kill_left_of_an_earlier_copy_goes_with_the_next_and_nothing_else_does(file: Path, end: str) -> None:
    dead = file.with_name(f"connector.before-0002.20260731T063000Z.db{end}")
    others = [file.with_name(f"{name}{end}") for name in ("connector.before-Christmas.db", "notes.before-0002.db")]
    for path in (dead, *others):
        path.touch()
    open_database(url(file), ManualClock(NOW)).dispose()
    assert not dead.exists()
    assert [path.exists() for path in others] == [True, True]


def test_before_an_older_database_is_changed_a_copy_is_made_that_bears_the_date(file: Path) -> None:
    before = contents(file)
    open_database(url(file), ManualClock(NOW)).dispose()
    assert copies(file) == [f"connector.before-{NEWEST}.20260801T063000Z.db"]
    assert contents(file.with_name(copies(file)[0])) == before


def test_the_copy_holds_what_stood_in_the_log_of_a_running_connector(file: Path, later: Callable[..., Path]) -> None:
    engine = open_database(url(file), ManualClock(datetime(2026, 7, 31, tzinfo=UTC)))
    Snapshots(engine).keep_fact("written", "just now")
    bring(file, later())
    copy = open_engine(file.with_name(copies(file)[-1]))
    assert Snapshots(copy).fact("written") == "just now"
    copy.dispose()
    engine.dispose()


def test_a_database_that_fits_is_neither_copied_nor_changed_when_it_is_opened_again(file: Path) -> None:
    open_database(url(file), ManualClock(NOW)).dispose()
    before = contents(file)
    open_database(url(file)).dispose()
    assert contents(file) == before
    assert len(copies(file)) == 1


def test_alembic_is_not_even_loaded_when_there_is_nothing_to_do(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    open_database(url(path)).dispose()
    look = "import sys; from evce_connector.persistence.database import open_database"
    look += "; open_database(sys.argv[1]).dispose(); print('alembic' in sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", look, url(path)], check=True, capture_output=True, text=True
    )
    assert done.stdout == "False\n"


def test_of_two_that_open_an_older_database_at_once_one_brings_it_up_to_date(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ThreadPoolExecutor(2) as pool:
        for engine in pool.map(open_database, [url(file)] * 2):
            with engine.connect() as connection:
                assert versions.revision(connection) == NEWEST
            engine.dispose()
    assert len(copies(file)) == 1
    assert [record.name for record in caplog.records if "was brought to" in record.message] == ["evce_connector"]


def test_a_later_revision_keeps_every_row(file: Path, later: Callable[..., Path]) -> None:
    folder = later()
    bring(file, folder)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*), min(imagined) FROM history_series").fetchone() == (36, "kW")
        assert connection.execute("SELECT count(*) FROM history_samples").fetchone() == (54,)
    connection.close()
    assert copies(file) == [f"connector.before-{AFTER}.20260801T063000Z.db"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [(FAILS, "no such luck"), (LOSES, "rows of history_samples would lose what they belong to")],
    ids=["raises", "loses rows"],
)
def test_a_revision_that_fails_in_the_middle_leaves_the_database_as_it_was(
    file: Path, later: Callable[..., Path], more: str, reason: str
) -> None:
    before = contents(file)
    with pytest.raises(MigrationError, match=rf"cannot be brought to revision {AFTER} .*{reason}.*as it was before"):
        bring(file, later(more))
    assert contents(file) == before
    assert list(file.parent.glob("*before*")) == []


def has_imagined(engine: Engine) -> bool:
    return any(column["name"] == "imagined" for column in inspect(engine).get_columns("history_series"))


def test_on_either_kind_a_later_revision_is_run_once_and_an_older_version_is_refused_then(
    engine: Engine, database: str, later: Callable[..., Path]
) -> None:
    folder = later()
    for _ in range(2):
        bring_up_to_date(engine, NOW, folder)
    assert has_imagined(engine)
    with pytest.raises(NewerDatabaseError):
        open_database(database)


def test_on_either_kind_a_revision_that_fails_in_the_middle_changes_nothing(
    engine: Engine, database: str, later: Callable[..., Path]
) -> None:
    with pytest.raises(MigrationError, match="no such luck"):
        bring_up_to_date(engine, NOW, later(FAILS))
    assert not has_imagined(engine)
    open_database(database).dispose()


def test_on_either_kind_tables_that_lost_their_revision_get_it_again(engine: Engine, database: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    open_database(database).dispose()
    with engine.connect() as connection:
        assert versions.revision(connection) == NEWEST


def test_of_two_that_open_a_new_database_at_once_both_can_use_it(database: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        for engine in pool.map(open_database, [database] * 2):
            assert Snapshots(engine).fact("a") is None
            engine.dispose()


def test_without_a_copy_nothing_is_changed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(file)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copymode", full)
    with pytest.raises(MigrationError, match="No space left on device"):
        open_database(url(file))
    assert contents(file) == before
    assert list(file.parent.glob("*before*")) == []


def test_a_database_of_a_newer_version_is_refused_and_left_alone(file: Path, later: Callable[..., Path]) -> None:
    bring(file, later())
    before = contents(file)
    with pytest.raises(NewerDatabaseError, match=rf"newer version .* {AFTER}, this version knows up to {NEWEST}\. "):
        open_database(url(file))
    assert contents(file) == before


def test_revisions_lead_to_the_tables_that_the_stores_declare(database: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        versions.upgrade(connection)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_revisions_lead_to_the_very_statements_that_make_a_new_sqlite_file(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "by-revisions.db")
    with engine.begin() as connection:
        versions.upgrade(connection)
        made = statements(connection)
    engine.dispose()
    declared = open_database(url(tmp_path / "declared.db"))
    with declared.connect() as connection:
        assert made == statements(connection)
    declared.dispose()


def statements(connection: Connection) -> set[str]:
    """Return what made the tables and indexes, in whatever lines and quotes."""
    found = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")).scalars()
    return {re.sub(r"\s+", " ", statement.replace('"', "")).strip() for statement in found}


def test_every_table_of_the_connector_is_known_when_a_database_is_made() -> None:
    known = {one.name for module in versions.TABLE_MODULES for one in vars(module).values() if isinstance(one, Table)}
    for module in pkgutil.walk_packages(evce_connector.__path__, "evce_connector."):
        if not module.name.endswith(("__main__", ".env")) and ".versions." not in module.name:
            importlib.import_module(module.name)
    assert set(metadata.tables) == known


def test_each_revision_is_in_a_file_of_its_number_and_follows_the_one_before() -> None:
    before = None
    for path in sorted((versions.FOLDER / "versions").glob("[!_]*.py")):
        found = dict(re.findall(r'^(revision|down_revision) = (?:"(.*)"|None)$', path.read_text(), re.MULTILINE))
        assert re.fullmatch(r"r\d{4}_\w+\.py", path.name)
        assert (found["revision"], found["down_revision"] or None) == (path.name[1:5], before)
        before = found["revision"]


def test_the_next_revision_is_written_with_the_number_that_follows(
    later: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = later()
    (folder / "versions" / f"r{AFTER}_imagined.py").unlink()
    monkeypatch.setattr(writer, "FOLDER", folder)
    writer.main("What was added")
    (path,) = (folder / "versions").glob(f"r{AFTER}_what_was_added.py")
    assert f'revision = "{AFTER}"\ndown_revision = "{NEWEST}"\n' in path.read_text(encoding="utf-8")
