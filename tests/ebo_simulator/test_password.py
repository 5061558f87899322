"""Where commands take a password from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ebo_simulator.cli import main

from tests.ebo_simulator.ews_stub import StubServer

Command = Callable[..., Result]
ZONE = "EVCE Zones/Z1"


@pytest.fixture
def told_by_file(server: StubServer) -> Command:
    """Read a zone, with a password that options alone tell."""
    login = {"EBO_URL": server.url, "EBO_USER": "ebo", "EBO_PASSWORD": ""}
    return lambda *options: CliRunner().invoke(main, ["values", ZONE, *options], env=login)


@pytest.mark.parametrize("text", ["s3cret", "s3cret\nanother line\n", "\ufeffs3cret\r\n"], ids=["bare", "lines", "bom"])
def test_a_password_is_the_first_line_of_its_file(told_by_file: Command, tmp_path: Path, text: str) -> None:
    (tmp_path / "secret").write_text(text, encoding="utf-8", newline="")
    assert "ZoneReduction" in told_by_file("--password-file", str(tmp_path / "secret")).output


def test_a_password_file_that_is_not_there_is_a_sentence(told_by_file: Command, tmp_path: Path) -> None:
    result = told_by_file("--password-file", str(tmp_path / "gone"))
    assert (result.exit_code, f"The password file {tmp_path / 'gone'} cannot be read" in result.output) == (2, True)


def test_two_passwords_are_one_too_many(told_by_file: Command, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret", encoding="utf-8")
    result = told_by_file("--password", "s3cret", "--password-file", str(tmp_path / "secret"))
    assert (result.exit_code, "not both" in result.output) == (2, True)


def test_no_password_and_nobody_to_ask_is_a_sentence(told_by_file: Command) -> None:
    result = told_by_file()
    assert (result.exit_code, "give --password-file, or EBO_PASSWORD" in result.output) == (2, True)
