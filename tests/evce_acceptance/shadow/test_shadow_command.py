"""The command of shadow mode, from its file to its report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_acceptance.cli import main
from lying_proxy import Lie, LyingProxy

from features.driver.connector import PASSWORD, USER
from features.driver.world import World

ITEM = "EVCE Zones/Z1/ZoneMaxCurrent(A)"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Start the guide's site over HTTP."""
    made = World("http", "guide", tmp_path_factory.mktemp("shadow"))
    made.start()
    yield made
    made.close()


def compared(left: str, right: str, folder: Path, *options: str) -> tuple[int, str]:
    sides = {"left": left, "right": right}
    tables = [
        f"[{side}]\nurl = '{url}'\nuser = '{USER}'\npassword = '{PASSWORD}'\npoll_seconds = 0.1\nlate_seconds = 0.1\n"
        for side, url in sides.items()
    ]
    (folder / "pair.toml").write_text("".join([*tables, "[limits]\nrequests_per_second = 200\n"]), encoding="utf-8")
    arguments = [
        "shadow",
        "--pair",
        str(folder / "pair.toml"),
        "--hours",
        "0",
        "--every",
        "0",
        "--output",
        str(folder / "out"),
        *options,
    ]
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.stdout


def test_one_connector_agrees_with_itself(world: World, tmp_path: Path) -> None:
    status, said = compared(world.connector.address, world.connector.address, tmp_path)
    assert (status, "0 differences" in said) == (0, True), said
    assert (tmp_path / "out" / "shadow.html").is_file()


def test_what_differs_is_printed_with_both_readings(world: World, tmp_path: Path) -> None:
    with LyingProxy(world.connector.address, Lie("value", ITEM)) as proxy:
        status, said = compared(world.connector.address, proxy.url, tmp_path)
    assert (status, f"{ITEM}, value: 100 / 101 from" in said) == (1, True), said


def test_what_differs_is_printed_for_programs_alone_where_that_is_wanted(world: World, tmp_path: Path) -> None:
    with LyingProxy(world.connector.address, Lie("value", ITEM)) as proxy:
        status, said = compared(world.connector.address, proxy.url, tmp_path, "--json")
    found = json.loads(said)
    assert (status, found["agrees"]) == (1, False)
    assert [(one["item"], one["left"], one["right"]) for one in found["differences"]] == [(ITEM, "100", "101")]


def test_a_file_that_cannot_be_used_is_said_to_be_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["shadow", "--pair", str(tmp_path / "gone.toml")])
    assert (result.exit_code, "gone.toml cannot be read" in result.output) == (3, True)
