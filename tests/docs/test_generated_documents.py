"""CONFIGURATION.md, POINTS.md and COVERAGE.md say what the program says, and nothing is left out of them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest
from connector_documents import configuration, ews_coverage, points
from connector_documents.__main__ import main
from evce_connector.config import Configuration, Section
from evce_connector.evce.profile import load
from evce_connector.site.catalogue import CATALOGUE, points_of
from evce_connector.site.datapoint import DataPoint, Level
from pydantic import BaseModel

DOCUMENTS = [configuration, points, ews_coverage]


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


def test_no_document_has_drifted_from_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(write=False) == 0, capsys.readouterr().out


@pytest.mark.parametrize("document", DOCUMENTS, ids=["configuration", "points", "coverage"])
def test_a_document_that_has_drifted_is_named_and_written(
    document: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "OLD.md"
    file.write_text("old", encoding="utf-8")
    monkeypatch.setattr(document, "DOCUMENT", file)
    assert main(write=False) == 1
    assert file.read_text(encoding="utf-8") == "old"
    assert main(write=True) == 0
    assert file.read_bytes() == document.document().encode()
    assert capsys.readouterr().out == "OLD.md is not as the program is\nOLD.md was written\n"


@pytest.mark.parametrize(("section", "key"), _keys(Configuration))
def test_every_key_of_the_configuration_is_in_the_document(section: str, key: str) -> None:
    text = configuration.document()
    assert f"| `{key}` |" in text or f"## [{key}" in text or f"## [[{key}]]" in text, section


def test_a_key_shows_type_default_range_environment_and_help() -> None:
    assert _row(configuration.document(), "interval_seconds") == [
        "`interval_seconds`",
        "number",
        "`15`",
        "at least 15, at most 30",
        "`EVCE_CONNECTOR_STATUS_INTERVAL_SECONDS`",
        "Time from the start of a poll to the next, s",
    ]


def test_a_key_that_must_be_given_says_so() -> None:
    assert _row(configuration.document(), "login")[2] == "**required**"


def test_words_to_choose_from_are_listed() -> None:
    assert _row(configuration.document(), "authentication")[3] == '`"basic"`, `"token"`'


def test_a_key_of_two_types_names_both() -> None:
    assert _row(configuration.document(), "verify_tls")[1:3] == ["boolean or string", "`true`"]


def test_a_password_is_marked_as_secret_and_shows_no_value() -> None:
    rows = [line for line in configuration.document().splitlines() if line.startswith("| `password` |")]
    assert rows
    assert all("| string, secret | none |" in row for row in rows)


def test_the_default_alarm_table_is_shown() -> None:
    assert _row(configuration.document(), "faulted") == [
        "`faulted`",
        "100",
        "EVCE Fault",
        "required",
        "0",
        "30",
        "true",
    ]


def test_nothing_in_the_document_would_be_taken_for_html() -> None:
    assert "| <" not in configuration.document()
    assert "https://<" not in configuration.document()


@pytest.mark.parametrize("point", CATALOGUE, ids=[point.name for point in CATALOGUE])
def test_every_data_point_is_in_the_document_with_its_type(point: DataPoint) -> None:
    assert _row(points.document(), point.name)[1] == point.type


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
    assert points.source_words(point, load()) == words


def test_a_row_shows_who_updates_it_its_marks_and_how_sure_we_are() -> None:
    assert _row(points.document(), "ConnectorAvailability") == [
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
    assert _row(points.document(), "ConnectorMaxCurrentorPower")[2] == "kW or A"


def test_the_guide_has_eighty_data_points_in_the_document() -> None:
    ours = {point.name for point in points_of(Level.INTERFACE)}
    rows = [line for line in points.document().splitlines() if line.startswith("| `") and line.count("|") == 11]
    assert len(rows) == 80
    assert not {row.split("`")[1] for row in rows} & ours
