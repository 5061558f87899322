"""What the documents quote is there: commands and their options, keys, data points, sentences, pictures."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from ebo_simulator.cli import main as ebo_simulator
from evce_acceptance.cli import main as evce_acceptance
from evce_connector.cli import cli as evce_connector
from evce_connector.config import Configuration, Section
from evce_connector.evce.errors import EvceBusyError, EvceLoginError, EvceUnreachableError
from evce_connector.processors.status import WAITING
from evce_connector.site.catalogue import BY_NAME
from evce_connector.writes.job import TIMEOUT
from evce_simulator.cli import main as evce_simulator

REFERENCE = Path(__file__).parents[2] / "reference"
HOSTING = REFERENCE / "HOSTING.md"
TEXT = HOSTING.read_text(encoding="utf-8")
PROGRAMS = {
    "evce-connector": evce_connector,
    "evce-simulator": evce_simulator,
    "ebo-simulator": ebo_simulator,
    "evce-acceptance": evce_acceptance,
}
DOCUMENTS = [
    REFERENCE.parent / "README.md",
    REFERENCE.parent / "SECURITY.md",
    REFERENCE.parent / "features" / "ACCEPTANCE.md",
    HOSTING,
    REFERENCE / "CONFIGURATION.md",
    REFERENCE / "COMMANDS.md",
    REFERENCE / "REPLACING.md",
    REFERENCE.parent / "simulators" / "evce_simulator" / "README.md",
]


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def _quoted(text: str) -> list[str]:
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose)


def _command_lines() -> Iterator[tuple[str, str]]:
    """Yield what is quoted as a command, in a block or in a sentence, with its document."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        lines = [line for block in _blocks(text, "sh") for line in block.splitlines()]
        for line in (*lines, *_quoted(text)):
            for part in line.split("&&"):
                command = part.partition(" #")[0].strip().removeprefix(".venv/bin/")
                if command.split(" ")[0] in PROGRAMS and " " in command:
                    yield document.name, command


def _tables(model: type[Section], place: str = "") -> Iterator[tuple[str, type[Section]]]:
    for key, field in model.model_fields.items():
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, Section):
                yield f"{place}{key}", inner
                yield from _tables(inner, f"{place}{key}.")


TABLES = dict(_tables(Configuration))
SECTIONS = "|".join(key for key in TABLES if "." not in key)
COMMANDS = list(_command_lines())


def _keys(document: dict[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    for key, value in document.items():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _keys(inner, f"{place}.{key}" if place else key)
            else:
                yield place, key


@pytest.mark.parametrize(("document", "line"), COMMANDS)
def test_a_quoted_command_exists_with_its_options(document: str, line: str) -> None:
    program, name, *rest = shlex.split(line)
    words = rest[: rest.index(">")] if ">" in rest else rest
    group = PROGRAMS[program]
    command = group.get_command(click.Context(group), name.rstrip(","))
    if isinstance(command, click.Group) and words and words[0] in command.commands:
        command = command.commands[words[0]]
    assert isinstance(command, click.Command), document
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


def test_commands_are_quoted_at_all() -> None:
    assert len(COMMANDS) > 15


@pytest.mark.parametrize("name", sorted(set(re.findall(rf"`((?:{SECTIONS})\.[a-z_]+)`", TEXT))))
def test_a_key_that_hosting_names_is_real(name: str) -> None:
    section, key = name.split(".")
    assert key in TABLES[section].model_fields


@pytest.mark.parametrize(
    ("place", "key"), [pair for block in _blocks(TEXT, "toml") for pair in _keys(tomllib.loads(block))]
)
def test_a_key_in_an_example_is_real(place: str, key: str) -> None:
    assert key in TABLES[place].model_fields


POINT = re.compile(
    r"(?:(?:Site|Zone|Station|Connector|Evce|Setup|Logs?|Poll|Clock|New)[A-Z]|Is)\w+|Heartbeat|Last[A-Z]\w+"
)


@pytest.mark.parametrize("name", sorted({word for word in _quoted(TEXT) if POINT.fullmatch(word)}))
def test_a_data_point_that_hosting_names_is_in_the_catalogue(name: str) -> None:
    assert name in BY_NAME


@pytest.mark.parametrize(
    "sentence",
    [
        str(EvceUnreachableError("URL", "CAUSE")),
        str(EvceLoginError("URL", "LOGIN")),
        str(EvceBusyError("URL", 429, 60)),
        WAITING,
        TIMEOUT.message,
    ],
)
def test_hosting_uses_the_sentences_that_the_connector_prints(sentence: str) -> None:
    assert f"`{sentence}`" in TEXT


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", TEXT))))
def test_what_hosting_links_to_is_there(target: str) -> None:
    assert (REFERENCE / target).is_file()


def test_the_tests_that_hosting_names_are_there() -> None:
    named = set(re.findall(r"`(tests/[^`]+::[^`]+)`", TEXT))
    files = sorted({name.partition("::")[0] for name in named})
    collect = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-p", "no:randomly", *files]
    done = subprocess.run(collect, cwd=REFERENCE.parent, capture_output=True, text=True, timeout=50, check=True)  # noqa: S603 - our own tests
    assert len(named) >= 7
    assert named - set(done.stdout.splitlines()) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_test_that_a_document_names_is_there(document: Path) -> None:
    named = set(re.findall(r"`(tests/[a-z_0-9/]+\.py)", document.read_text(encoding="utf-8")))
    assert [path for path in sorted(named) if not (REFERENCE.parent / path).is_file()] == []
