"""The commands `release` and `commands`: what they print, how they end, what enters the ledger."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from evce_connector import cli
from evce_connector.cli import release as commands
from evce_connector.evce.asking import Numbers
from evce_connector.evce.contract_api import ContractApi
from evce_connector.evce.numbers import HeldNumbers
from evce_connector.evce.profile import Profile
from evce_connector.persistence.numbers import NumberStore
from evce_connector.site.values import State
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.evce_connector.writes.conftest import Desk
from tests.support.connector_process import configuration_file

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def call(desk: Desk, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Call a command with the desk's own configuration, beside the connector."""
    plain = {
        section: {key: value for key, value in fields.items() if not isinstance(value, list)}
        for section, fields in desk.document.items()
    }
    path = configuration_file(plain, tmp_path)
    assert desk.simulator.url in path.read_text(encoding="utf-8")

    def invoke(name: str, *options: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli.cli, [name, "--config", str(path), *options])
        return result.exit_code, result.stdout

    return invoke


Call = Callable[..., tuple[int, str]]


def test_release_clears_every_reduction_and_prints_each(desk: Desk, call: Call) -> None:
    desk.model.set_reduction(2, 30.0, UNTIL)
    status, text = call("release", "--yes")
    assert status == 0
    assert text.splitlines() == [
        "Zone Z1 (1): reduction of 10 % until 2149-12-16T08:27:56Z is released.",
        "Zone Z2 (2): reduction of 30 % until 2026-06-01T00:00:00Z is released.",
    ]
    assert [zone["reduction"] for zone in desk.model.zones()] == [None] * 3
    assert desk.simulator.journal.count("DELETE") == 2


def test_release_without_reductions_says_so(call: Call) -> None:
    call("release", "--yes")
    assert call("release", "--yes") == (0, "No zone has a reduction.\n")


def test_release_asks_the_controller_that_is_saved_on_the_pages(desk: Desk, tmp_path: Path) -> None:
    document = {key: dict(value) for key, value in desk.document.items() if key in ("evce", "ews", "storage")}
    saved = {"evce": {"base_url": document["evce"].pop("base_url")}}
    desk.service.stores.settings.save(saved, "admin", "changed", UNTIL)
    document["ews"].pop("users", None)
    path = configuration_file(document, tmp_path)
    result = CliRunner().invoke(cli.cli, ["release", "--yes", "--config", str(path)])
    assert (result.exit_code, desk.simulator.journal.count("DELETE")) == (0, 1)


def test_release_enters_the_ledger_and_ends_what_was_requested(desk: Desk, call: Call) -> None:
    desk.write(("Zones/1/ZoneReduction", 40.0))
    call("release", "--yes")
    desk.poll()
    line = desk.service.stores.commands.lines()[-1]
    assert (line.user, line.client, line.item) == ("release", "command line", "Zones/1/ZoneReduction")
    assert (line.old, line.new, line.read_back, line.success, line.answer) == ("40.0", "0.0", "0.0", True, "Released")
    assert desk.see("Interface/Zones/1/RequestedReduction") == (0.0, State.GOOD)


def test_release_whose_answer_is_lost_is_read_back(desk: Desk, call: Call) -> None:
    desk.simulator.inject("lost-reply", method="DELETE")
    assert call("release", "--yes")[0] == 0
    assert desk.model.zone(1)["reduction"] is None


@pytest.mark.parametrize(("fault", "words"), [("reset", "connection broke"), ("conflict", "409")])
def test_a_reduction_that_is_left_is_exit_status_1_and_named(desk: Desk, call: Call, fault: str, words: str) -> None:
    desk.simulator.inject(fault, method="DELETE")
    status, text = call("release", "--yes")
    assert status == 1
    assert "is NOT released" in text
    assert words in text
    line = desk.service.stores.commands.lines()[-1]
    assert (line.success, line.read_back) == (False, "10.0")


def test_a_zone_that_cannot_be_read_is_exit_status_1(desk: Desk, call: Call) -> None:
    desk.model.set_zone(2, reduction=5)
    status, text = call("release", "--yes")
    assert status == 1
    assert "zones/2/reduction cannot be read" in text
    assert desk.model.zone(1)["reduction"] is None


def test_a_controller_that_still_reports_it_has_not_released_it(desk: Desk, call: Call) -> None:
    desk.simulator.inject("lost-reply", method="GET", path="/zones/1")
    status, text = call("release", "--yes")
    assert status == 1
    assert "does not answer" in text


def test_reductions_are_listed_and_none_is_cleared_where_nobody_can_be_asked(desk: Desk, call: Call) -> None:
    desk.write(("Zones/1/ZoneReduction", 40.0))
    desk.model.set_reduction(2, 30.0, UNTIL)
    status, said = call("release")
    assert status == 2
    rows = [line.split() for line in said.splitlines()]
    assert rows[1][:5] == ["1", "Z1", "40", "%", "2149-12-16T08:27:56Z"]
    assert rows[1][5:] == ["ebo@192.168.0.7", "at", "2026-01-01T00:00:01Z"]
    assert " ".join(rows[2]) == "2 Z2 30 % 2026-06-01T00:00:00Z unknown: not through this connector"
    assert desk.simulator.journal.count("DELETE") == 0


@pytest.mark.parametrize(("answer", "status", "cleared"), [(True, 0, 1), (False, 2, 0)])
def test_at_a_terminal_it_asks(
    desk: Desk, call: Call, monkeypatch: pytest.MonkeyPatch, answer: bool, status: int, cleared: int
) -> None:
    monkeypatch.setattr(commands, "can_ask", lambda: True)
    monkeypatch.setattr(click, "confirm", lambda _: answer)
    assert call("release")[0] == status
    assert desk.simulator.journal.count("DELETE") == cleared


def test_a_dry_run_clears_nothing_and_is_json_for_programs(desk: Desk, call: Call) -> None:
    status, said = call("release", "--dry-run", "--json")
    assert status == 0
    (row,) = json.loads(said)
    assert (row["zone"], row["reduction"], row["until"]) == ("1", "10 %", "2149-12-16T08:27:56Z")
    assert desk.simulator.journal.count("DELETE") == 0


def test_zones_that_are_named_are_cleared_alone(desk: Desk, call: Call) -> None:
    for zone in (2, 3):
        desk.model.set_reduction(zone, 30.0, UNTIL)
    status, said = call("release", "--yes", "--zone", "2", "--zone", "3")
    assert (status, [line[:9] for line in said.splitlines()]) == (0, ["Zone Z2 (", "Zone Z3 ("])
    assert [bool(zone["reduction"]) for zone in desk.model.zones()] == [True, False, False]


def test_a_zone_that_there_is_not_is_named_and_nothing_cleared(desk: Desk, tmp_path: Path) -> None:
    plain = {name: table for name, table in desk.document.items() if name != "ews"}
    plain["ews"] = {key: value for key, value in desk.document["ews"].items() if key != "users"}
    path = configuration_file(plain, tmp_path)
    done = CliRunner().invoke(cli.cli, ["release", "--yes", "--zone", "9", "--config", str(path)])
    assert str(done.exception) == "The controller has no zone 9; it has 1, 2, 3. Nothing is cleared."
    assert desk.simulator.journal.count("DELETE") == 0


def test_commands_prints_a_line_each(desk: Desk, call: Call) -> None:
    desk.write(("Zones/1/ZoneReduction", 40.0))
    desk.write(("Zones/1/ZoneReduction", 140.0))
    status, text = call("commands")
    assert status == 0
    good, bad = text.splitlines()
    assert good.startswith("2026-01-01T00:00:01Z ebo@192.168.0.7 Zones/1/ZoneReduction: 10.0 -> 40.0: done; shows 40.0")
    assert good.endswith(", until 2149-12-16T08:27:56Z")
    assert "INVALID_VALUE: a reduction is 0 to 100 %, not 140; shows 40.0" in bad


def test_commands_and_ledger_are_json_for_programs(desk: Desk, call: Call) -> None:
    desk.write(("Zones/1/ZoneReduction", 40.0))
    (line,) = json.loads(call("commands", "--json")[1])
    assert (line["user"], line["item"], line["new"], line["success"]) == ("ebo", "Zones/1/ZoneReduction", "40.0", True)
    changes = json.loads(call("ledger", "--json")[1])
    assert {"at": changes[0]["at"], "id": "Zones/1", "kind": "added", "old": "", "new": "Z1"} in changes


def test_commands_as_csv_has_every_field(desk: Desk, call: Call) -> None:
    desk.write(("Zones/1/ZoneReduction", 40.0))
    (row,) = csv.DictReader(call("commands", "--csv")[1].splitlines())
    assert row == {
        "at": "2026-01-01T00:00:01Z",
        "user": "ebo",
        "client": "192.168.0.7",
        "item": "Zones/1/ZoneReduction",
        "old": "10.0",
        "new": "40.0",
        "success": "True",
        "answer": "",
        "read_back": "40.0",
        "valid_until": "2149-12-16T08:27:56Z",
        "stage": "confirmed",
    }


def test_release_gives_power_back_though_the_ledger_cannot_be_written_and_logs_its_lines(
    desk: Desk, call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    with desk.service.stores.engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER full BEFORE INSERT ON commands BEGIN SELECT RAISE(FAIL, 'full'); END"))
    status, text_ = call("release", "--yes")
    assert desk.model.zone(1)["reduction"] is None
    assert "Zone Z1 (1): reduction of 10 % until 2149-12-16T08:27:56Z is released, but" in text_
    assert "the command ledger cannot be written" in text_
    stages = [words in caplog.text for words in ("stage=<Stage.UNKNOWN", "stage=<Stage.CONFIRMED")]
    assert stages == [True, True]
    assert status == 0


@pytest.mark.parametrize(("fails", "kind"), [(False, NumberStore), (True, HeldNumbers)])
def test_release_numbers_objects_as_the_database_does_and_by_memory_where_that_cannot_be_read(
    call: Call, desk: Desk, monkeypatch: pytest.MonkeyPatch, fails: bool, kind: type[object]
) -> None:
    given: list[object] = []

    def api_of(profile: Profile, numbers: Numbers, _: str) -> ContractApi:
        given.append(numbers)
        return ContractApi(profile)

    def unreadable(*_: object) -> None:
        raise OperationalError("SELECT", None, Exception("disk I/O error"))

    monkeypatch.setattr("evce_connector.evce.client.api_of", api_of)
    if fails:
        monkeypatch.setattr("evce_connector.cli.release.NumberStore", unreadable)
    assert call("release", "--yes")[0] == 0
    assert [type(numbers) for numbers in given] == [kind]
    assert desk.model.zone(1)["reduction"] is None


def missing(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def damaged_tables(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE commands")


def rubbish(file: Path) -> None:
    """Let all pages but the first be overwritten."""
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)


def anothers(file: Path) -> None:
    file.write_bytes(b"minutes of the meeting " * 500)


WITHOUT: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing": (missing, "there is no file {file}"),
    "empty": (empty, "{file} is an empty file"),
    "lacking a table": (damaged_tables, "{file} is damaged: its table commands is missing"),
    "full of rubbish": (rubbish, "{file} is damaged: database disk image is malformed"),
    "no database": (anothers, "{file} cannot be read: file is not a database"),
}


@pytest.mark.parametrize("how", WITHOUT)
def test_release_gives_power_back_whatever_became_of_the_database_and_leaves_it_as_it_is(
    desk: Desk, call: Call, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    desk.service.stop()
    file = Path(str(desk.service.stores.engine.url.database))
    spoil, why = WITHOUT[how]
    spoil(file)
    before = {path.name: path.read_bytes() for path in file.parent.glob(f"{file.name}*")}
    status, said = call("release", "--yes")
    assert desk.model.zone(1)["reduction"] is None
    assert said.startswith("Zone Z1 (1): reduction of 10 % until 2149-12-16T08:27:56Z is released, but ")
    assert f"the command ledger cannot be written: {why.format(file=file)}" in said
    assert "lacks this line: Command(" in caplog.text
    assert status == 0
    assert {path.name: path.read_bytes() for path in file.parent.glob(f"{file.name}*")} == before
