"""What the connector writes is its owner's alone, and what a group was allowed stays allowed."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from evce_connector import cli, config, owner_only
from evce_connector.host.journal import logging_to
from evce_connector.persistence.database import open_database
from evce_connector.takeover.lines import Line, Outcome, Sort, write
from sqlalchemy import text

from tests.support.joined import settings

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows files have the access list of their folder")
Document = dict[str, dict[str, Any]]
OLD = Path(__file__).parent / "persistence" / "database_0_1_0.sql"


@pytest.fixture(autouse=True)
def _generous() -> Iterator[None]:
    """Let new files be readable by all, as most machines do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_and_write(file: Path) -> dict[str, int]:
    """Open a database, write into it, and return the modes of all that lies there meanwhile."""
    engine = open_database(f"sqlite:///{file.as_posix()}")
    try:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS more (x)"))
        return {path.name: mode(path) for path in file.parent.iterdir()}
    finally:
        engine.dispose()


def test_a_new_database_with_its_wal_is_its_owner_s(tmp_path: Path) -> None:
    assert open_and_write(tmp_path / "kept.db") == {"kept.db": 0o600, "kept.db-wal": 0o600, "kept.db-shm": 0o600}


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o640), (0o640, 0o640), (0o600, 0o600), (0o666, 0o660)])
def test_a_database_that_everybody_may_read_becomes_its_owner_s_and_its_group_s(
    tmp_path: Path, before: int, after: int
) -> None:
    file = tmp_path / "kept.db"
    file.touch()
    file.chmod(before)
    assert set(open_and_write(file).values()) == {after}


def test_opening_a_database_again_leaves_the_locks_of_this_process_alone(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    open_and_write(file)
    with closing(sqlite3.connect(file)) as held:
        held.execute("PRAGMA journal_mode=DELETE")
        held.execute("BEGIN EXCLUSIVE")
        owner_only.make(file)
        script = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('SELECT * FROM more')"
        command = [sys.executable, "-c", script, str(file)]
        other = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - our own command
    assert "database is locked" in other.stderr


def test_the_copy_before_a_revision_is_its_owner_s(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(OLD.read_text(encoding="utf-8"))
    file.chmod(0o600)
    modes = open_and_write(file)
    assert any(".before-" in name for name in modes)
    assert set(modes.values()) == {0o600}


def test_log_files_are_their_owner_s_also_those_put_aside(tmp_path: Path) -> None:
    document = settings(tmp_path, logging={"file": str(tmp_path / "connector.log"), "max_kilobytes": 10, "keep": 2})
    with logging_to(config.parse(document, {})):
        for _ in range(400):
            logging.getLogger("evce_connector").warning("a line of some length that fills the file before long")
    logs = {path.name: mode(path) for path in tmp_path.glob("connector.log*")}
    assert logs == {"connector.log": 0o600, "connector.log.1": 0o600, "connector.log.2": 0o600}


def test_a_log_of_before_that_everybody_may_read_is_narrowed(tmp_path: Path) -> None:
    log = tmp_path / "connector.log"
    log.write_text("a line of before\n", encoding="utf-8")
    log.chmod(0o644)
    with logging_to(config.parse(settings(tmp_path, logging={"file": str(log)}), {})):
        pass
    assert (mode(log), log.read_text(encoding="utf-8")) == (0o640, "a line of before\n")


@pytest.mark.parametrize("name", ["report.csv", "report.json"])
def test_the_report_of_a_take_over_is_its_owner_s(tmp_path: Path, name: str) -> None:
    write([Line(Outcome.THEIRS, Sort.VALUE)], tmp_path / name)
    assert mode(tmp_path / name) == 0o600


def test_the_bundle_for_a_supporter_is_its_owner_s(tmp_path: Path, empty_database: Path) -> None:
    shutil.copyfile(empty_database, tmp_path / "connector.db")
    lines = [
        '[evce]\nbase_url = "http://127.0.0.1:9/x"\nlogin = "bms"\npassword = "p"',
        f'[ews]\nusername = "ebo"\npassword = "q"\n[storage]\nurl = "sqlite:///{tmp_path / "connector.db"}"',
    ]
    (tmp_path / "connector.toml").write_text("\n".join(lines), encoding="utf-8")
    options = ["--config", str(tmp_path / "connector.toml"), "--output", str(tmp_path / "bundle.zip")]
    assert CliRunner().invoke(cli.cli, ["diagnose", *options]).exit_code == 0
    assert mode(tmp_path / "bundle.zip") == 0o600
