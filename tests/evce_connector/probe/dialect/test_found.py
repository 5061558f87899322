"""The probe, told only URL, login and password, finds dialects: what is right, what is asked, and what it took."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

import pytest
from evce_connector.probe.dialect.choices import Confidence

from tests.evce_connector.probe.dialect.measuring import FOLDER, Measure, look, measure, served
from tests.support.at_length import shortened

SHIPPED = ("areas", "links", "onedoc")
ODD = sorted(file.stem for file in FOLDER.glob("*.toml"))
WRITES = {"reduction", "availability"}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Find each dialect once; the probe only reads."""

    @cache
    def made(profile: str) -> Measure:
        return measure(profile, tmp_path_factory.mktemp(profile))

    return made


@pytest.mark.parametrize("dialect", shortened([*SHIPPED, *ODD]))
def test_nearly_all_fields_are_proposed_right(measured: object, dialect: str) -> None:
    found: Measure = measured(dialect)  # type: ignore[operator] # the cached function
    assert len(found.right) + len(found.wrong) == 49
    assert found.share >= 0.95, found.wrong


@pytest.mark.parametrize("dialect", shortened([*SHIPPED, *ODD]))
def test_nothing_is_wrong_that_is_not_asked(measured: object, dialect: str) -> None:
    found: Measure = measured(dialect)  # type: ignore[operator] # as above
    assert found.wrong_and_sure == []
    assert found.wrong_and_not_asked == []


@pytest.mark.parametrize("dialect", shortened([*SHIPPED, *ODD]))
def test_the_whole_site_is_read_through_a_proposal(measured: object, dialect: str) -> None:
    found: Measure = measured(dialect)  # type: ignore[operator] # as above
    assert found.found.proof.told.startswith("the whole site was read through it: 6 zones, 40 stations, 70 connectors")


@pytest.mark.parametrize("dialect", shortened([*SHIPPED, *ODD]))
def test_most_of_a_dialect_is_sure_and_each_field_has_its_evidence(measured: object, dialect: str) -> None:
    found: Measure = measured(dialect)  # type: ignore[operator] # as above
    choices = [one for one in found.found.choices.values() if one.field != "at"]
    assert sum(1 for one in choices if one.confidence is Confidence.HIGH) > len(choices) / 2
    assert [one.name for one in choices if not one.evidence] == []


@pytest.mark.parametrize(("dialect", "most"), [("areas", 150), ("onedoc", 40), ("odd", 340), ("enterprise", 450)])
def test_the_requests_that_it_takes_are_told_and_few(measured: object, dialect: str, most: int) -> None:
    found: Measure = measured(dialect)  # type: ignore[operator] # as above
    assert 20 < found.found.requests <= most


def test_writes_cannot_be_seen_and_are_asked(measured: object) -> None:
    found: Measure = measured("areas")  # type: ignore[operator] # as above
    assert {question.name for question in found.found.questions} >= WRITES
    assert "[reduction]\n" not in found.found.profile
    assert "[availability]\n" not in found.found.profile


def test_a_site_with_one_station_is_asked_about_more_and_nothing_of_it_is_wrong_and_sure(tmp_path: Path) -> None:
    found = measure("areas", tmp_path, "guide")
    assert found.wrong_and_sure == []
    assert found.wrong_and_not_asked == []
    assert "stations.pages" in {question.name for question in found.found.questions}


def test_a_living_site_is_found_as_well() -> None:
    with served("areas", "campus-live", live=True) as simulator:
        found = look(simulator.url)
    assert found.choices["connectors.active_power"].said["unit"] == "W"
    assert found.choices["connectors.active_power"].confidence is Confidence.HIGH
    assert 'by = "number", key = "page"' in found.profile
    assert found.proof.site is not None


def nonsense(text: str, seed: int) -> str:
    """Call every field of a profile's lists by a name that means nothing."""
    draw = Random(seed)  # noqa: S311 - names, no secrets
    words = ("".join(draw.choice(letters) for letters in ("bdfgjklmnprtvz", "aou") * 3) for _ in range(400))
    fresh = iter(dict.fromkeys(words))  # each once, in an order that is the seed's
    lines, is_field = [], False
    for line in text.splitlines():
        if line.startswith("["):
            is_field = (line.endswith(".fields]") and "system" not in line) or line == "[zones.reduction]"
        name, _, said = line.partition(" = ")
        word = next(fresh)
        if is_field and said.startswith("["):
            lines.append(f'{name} = ["{word}1", "{word}2", "{word}3"]')
        elif is_field and said and "value =" not in said:
            lines.append(re.sub(r'(= (?:{ at = )?)"[^"]*"', rf'\1"{word}"', line, count=1))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", shortened([1, 2, 3]))
def test_of_names_that_mean_nothing_most_is_asked_and_nothing_wrong_is_sure(tmp_path: Path, seed: int) -> None:
    file = tmp_path / "nonsense.toml"
    file.write_text(nonsense((FOLDER / "verbose.toml").read_text(encoding="utf-8"), seed), encoding="utf-8")
    told = dict.fromkeys(("zones", "stations", "connectors"), "/installation")
    found = measure(str(file.with_suffix("")), tmp_path, answers=told)
    assert found.share > 0.6
    assert found.wrong_and_sure == []
    assert found.wrong_and_not_asked == []
