"""CONFIGURATION.md and POINTS.md say what the program says, and nothing is left out of them."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest
from evce_connector import catalogue_docs, config_docs
from evce_connector.config import Configuration, Section
from evce_connector.evce.profile import load
from evce_connector.site.catalogue import CATALOGUE, points_of
from evce_connector.site.datapoint import DataPoint, Level
from pydantic import BaseModel

DOCUMENTS = [config_docs, catalogue_docs]


def _keys(model: type[BaseModel]) -> list[tuple[str, str]]:
    """Return every key of the model and of the tables in it, with the model's name."""
    found = []
    for key, field in model.model_fields.items():
        found.append((model.__name__, key))
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, Section):
                found += _keys(part)
    return found


def _row(text: str, name: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=["configuration", "points"])
def test_the_file_has_not_drifted_from_the_program(document: ModuleType) -> None:
    assert document.DOCUMENT.read_text(encoding="utf-8") == document.document()


@pytest.mark.parametrize("name", [document.__name__ for document in DOCUMENTS])
def test_the_module_prints_its_document(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [name])
    monkeypatch.delitem(sys.modules, name)
    runpy.run_module(name, run_name="__main__")
    assert capsys.readouterr().out.startswith("# ")


@pytest.mark.parametrize("document", DOCUMENTS, ids=["configuration", "points"])
def test_the_module_writes_its_document(document: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["docs", "--write"])
    monkeypatch.setattr(document, "DOCUMENT", tmp_path / "WRITTEN.md")
    document.main()
    assert (tmp_path / "WRITTEN.md").read_bytes() == document.document().encode()


@pytest.mark.parametrize(("section", "key"), _keys(Configuration))
def test_every_key_of_the_configuration_is_in_the_document(section: str, key: str) -> None:
    text = config_docs.document()
    assert f"| `{key}` |" in text or f"## [{key}" in text, section


def test_a_key_shows_type_default_range_environment_and_help() -> None:
    assert _row(config_docs.document(), "interval_seconds") == [
        "`interval_seconds`",
        "number",
        "`15`",
        "at least 15, at most 30",
        "`EVCE_CONNECTOR_STATUS_INTERVAL_SECONDS`",
        "Time from the start of a poll to the next, s",
    ]


def test_a_key_that_must_be_given_says_so() -> None:
    assert _row(config_docs.document(), "login")[2] == "**required**"


def test_words_to_choose_from_are_listed() -> None:
    assert _row(config_docs.document(), "authentication")[3] == '`"basic"`, `"token"`'


def test_a_key_of_two_types_names_both() -> None:
    assert _row(config_docs.document(), "verify_tls")[1:3] == ["boolean or string", "`true`"]


def test_a_password_is_marked_as_secret_and_shows_no_value() -> None:
    rows = [line for line in config_docs.document().splitlines() if line.startswith("| `password` |")]
    assert rows
    assert all("| string, secret | none |" in row for row in rows)


def test_the_default_alarm_table_is_shown() -> None:
    assert _row(config_docs.document(), "faulted") == [
        "`faulted`",
        "100",
        "EVCE Fault",
        "required",
        "0",
        "30",
        "true",
    ]


def test_nothing_in_the_document_would_be_taken_for_html() -> None:
    assert "| <" not in config_docs.document()
    assert "https://<" not in config_docs.document()


@pytest.mark.parametrize("point", CATALOGUE, ids=[point.name for point in CATALOGUE])
def test_every_data_point_is_in_the_document_with_its_type(point: DataPoint) -> None:
    assert _row(catalogue_docs.document(), point.name)[1] == point.type


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ZoneMaxCurrent(A)", "zone.maxCurrent"),
        ("ConnectorOverallActivePower2", "connector.activePower[2]"),
        ("ConnectorState_Charging", "connector.status is charging"),
        ("ZoneReductionDescription", "zone.reduction.description"),
        ("SiteNumberOfZones", "number of the site's zones"),
        ("ZoneActiveEnergy", "sum of StationActiveEnergy over the zone's stations"),
        ("ConnectorOverallActivePowerTotal", "active power phase 1 + phase 2 + phase 3"),
        ("PollAge", "seconds since the last good poll"),
        (
            "StationOverallRmsCurrentAverage",
            (
                "sum of ConnectorOverallRmsCurrentAverage over the station's connectors "
                "(a sum, as the guide says, not a mean)"
            ),
        ),
    ],
)
def test_a_source_is_said_in_words(name: str, words: str) -> None:
    point = next(point for point in CATALOGUE if point.name == name)
    assert catalogue_docs.source_words(point, load()) == words


def test_a_row_shows_who_updates_it_its_marks_and_how_sure_we_are() -> None:
    assert _row(catalogue_docs.document(), "ConnectorAvailability") == [
        "`ConnectorAvailability`",
        "Boolean",
        "",
        "polled",
        "yes",
        "yes",
        "",
        "connector.available",
        "inferred",
        "the guide says that the interface SETs the availability; absent on the screen",
    ]


def test_a_unit_that_follows_the_object_is_shown_as_either() -> None:
    assert _row(catalogue_docs.document(), "ConnectorMaxCurrentorPower")[2] == "kW or A"


def test_the_guide_has_eighty_data_points_in_the_document() -> None:
    ours = {point.name for point in points_of(Level.INTERFACE)}
    rows = [line for line in catalogue_docs.document().splitlines() if line.startswith("| `") and line.count("|") == 11]
    assert len(rows) == 80
    assert not {row.split("`")[1] for row in rows} & ours
