"""Scenario files: what they may say, and how a wrong one is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from evce_simulator import Life, load
from evce_simulator.errors import ScenarioError
from evce_simulator.records import as_json
from evce_simulator.scenario import names

GOOD = 'zones = [{ id = 1, name = "A", maxCurrent = 10, setPointCurrent = 10, setPointPower = 6 }]\n'


@pytest.mark.parametrize("name", names())
def test_every_scenario_that_comes_with_the_simulator_loads(name: str) -> None:
    assert load(name).title


def test_what_is_ours_in_the_guide_scenario_is_marked_as_data() -> None:
    assert "setPointPower" in load("guide").assumed["zones", 1]


def test_defaults_and_a_base_are_merged(tmp_path: Path) -> None:
    base, file = tmp_path / "base.toml", tmp_path / "more.toml"
    base.write_text(GOOD, encoding="utf-8")
    file.write_text(
        f"extends = {base.as_posix()!r}\nlive = true\n"
        'zones = [{ id = 2, name = "B" }]\n[defaults.zone]\n'
        "maxCurrent = 32\nsetPointCurrent = 32\nsetPointPower = 22\n",
        encoding="utf-8",
    )
    scenario = load(str(file))
    assert scenario.live
    assert [as_json(zone)["maxCurrent"] for zone in scenario.site().zones.values()] == [10, 32]


def test_a_base_may_have_some_of_its_life_switched_off(tmp_path: Path) -> None:
    file = tmp_path / "calm.toml"
    file.write_text('extends = "campus-lifelike"\n[life]\nincidents = false\n', encoding="utf-8")
    assert load(str(file)).life == replace(Life.whole(), incidents=False)
    assert load("campus-live").life == Life()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("zones = [", "not TOML"),
        ("zonen = []", "zonen"),
        ('zones = [{ id = 1, nam = "A" }]', "nam"),
        ('zones = [{ id = 1, name = "A" }]', "maxCurrent"),
        (GOOD.replace("}]", "}, " + GOOD[9:-2] + "]"), "already a zone with id 1"),
        ("connectors = [{ id = 1, stationId = 9, logicalConnector = 1 }]", "no station with id 9"),
        ("[life]\nvoltage = true", "life has no switch voltage; its switches are taperedCharging"),
        ("[life]\nincidents = 1", "incidents of life is true or false, not 1"),
        ("[system]\nversoin = 1", "versoin"),
        ("[system]\nversion = 1", "version is of the wrong type"),
        (GOOD.replace('"A"', "7"), "name cannot be 7"),
    ],
)
def test_a_wrong_scenario_names_what_is_wrong(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=named):
        load(str(file))
