"""Writes that no rule of writing gets to see are in `evce-connector commands` and on the page Ledgers all the same."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from ebo_simulator import EboClient, EwsFault
from evce_connector import cli
from evce_connector.persistence.refused_writes import A_MINUTE
from evce_connector.points.setting import set_values
from sqlalchemy import event

from tests.evce_connector.writes.conftest import READER, Desk
from tests.support.connector_process import configuration_file
from tests.support.joined import EWS_PASSWORD, USER

REDUCTION = "Zones/1/ZoneReduction"


@pytest.fixture
def commands(desk: Desk, tmp_path: Path) -> Callable[..., str]:
    """Call the command as somebody does after the next poll."""
    plain = {
        section: {key: value for key, value in fields.items() if not isinstance(value, list)}
        for section, fields in desk.document.items()
    }
    path = configuration_file(plain, tmp_path)

    def called(*options: str) -> str:
        desk.poll()
        return CliRunner().invoke(cli.cli, ["commands", "--config", str(path), *options]).stdout

    return called


def send(desk: Desk, *rows: tuple[str, str]) -> None:
    set_values(
        desk.service.items.tree, desk.writer, rows, USER, "192.168.0.7", refused=desk.service.stores.refused_writes.keep
    )


@pytest.mark.parametrize(
    ("id_", "value", "line"),
    [
        (REDUCTION, "much", f"{REDUCTION}: 10.0 -> much: INVALID_VALUE: it does not parse as Double"),
        ("Zones/1/ZoneName", "Yard", "Zones/1/ZoneName: Z1 -> Yard: VALUE_NOT_WRITEABLE"),
        ("Zones/9/ZoneReduction", "5", "Zones/9/ZoneReduction: 5: INVALID_ID"),
    ],
)
def test_commands_shows_a_write_that_was_refused_at_once(
    desk: Desk, commands: Callable[..., str], id_: str, value: str, line: str
) -> None:
    send(desk, (id_, value))
    assert commands().splitlines() == [f"2026-01-01T00:00:01Z ebo@192.168.0.7 {line}"]


def test_commands_shows_it_among_the_others_and_as_csv_and_json(desk: Desk, commands: Callable[..., str]) -> None:
    send(desk, ("Zones/9/ZoneReduction", "5"))
    desk.clock.advance(1)
    desk.write((REDUCTION, 40.0))
    assert [line.split()[2] for line in commands().splitlines()] == ["Zones/9/ZoneReduction:", f"{REDUCTION}:"]
    first, second = json.loads(commands("--json"))
    assert (first["item"], first["stage"], first["answer"]) == ("Zones/9/ZoneReduction", "refused", "INVALID_ID")
    assert second["stage"] == "confirmed"
    assert [row["stage"] for row in csv.DictReader(commands("--csv").splitlines())] == ["refused", "confirmed"]


def test_commands_says_how_many_it_does_not_show(desk: Desk, commands: Callable[..., str]) -> None:
    send(desk, *[("x", "1")] * (A_MINUTE + 3))
    last = commands().splitlines()[-1]
    assert last == f"2026-01-01T00:00:02Z 3 more writes that were refused are not kept: {A_MINUTE} of a minute are"


@pytest.fixture
def reader(desk: Desk) -> EboClient:
    desk.service.ews.start()
    return EboClient(desk.service.ews.address, READER, EWS_PASSWORD)


def test_what_a_reader_wants_to_set_is_kept_with_its_name(desk: Desk, reader: EboClient) -> None:
    with reader, pytest.raises(EwsFault, match="Permission_Denied"):
        reader.set_values({REDUCTION: "10", "Zones/2/ZoneReduction": "20"})
    lines = desk.service.stores.refused_writes.lines()
    assert [(line.user, line.client, line.item, line.new) for line in lines] == [
        (READER, "127.0.0.1", REDUCTION, "10"),
        (READER, "127.0.0.1", "Zones/2/ZoneReduction", "20"),
    ]
    assert {line.answer for line in lines} == {"PERMISSION_DENIED: SetValues needs a user with the role writer."}


def test_no_write_that_is_refused_at_once_asks_the_database_anything(desk: Desk) -> None:
    asked = list[str]()
    event.listen(desk.service.stores.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    send(desk, *[("x", "1")] * 100)
    assert asked == []
