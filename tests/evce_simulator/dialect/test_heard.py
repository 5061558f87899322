"""What a controller shows is heard as it was meant: a site served in a dialect begins again the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evce_simulator import EvceSimulator
from evce_simulator.dialect import load
from evce_simulator.dialect.profile import Profile

from tests.evce_simulator.conftest import Client

Written = Callable[..., str]
Changes = list[tuple[str, str]]
ZONES = '[zones]\npath = "/zones"\nitems = "items"'
STATIONS = '[stations]\npath = "/stations"\nitems = "items"'
CONNECTORS = '[connectors]\npath = "/connectors"\nitems = "items"'
WIRED = '\n[words.wires]\nL1 = "mono1"\nL2 = "mono2"\nL3 = "mono3"\n"L1+L2+L3" = "tri"\n'
NUMBERED = "\n[words.numbered]\n1 = true\n0 = false\n"

WHOLE = ('dc = "dc"', 'dc = "dc"\nerror_code = "error"\ntransaction_id = "session"')
DIALECTS: dict[str, Changes] = {
    "as it is": [],
    "lists by their parents": [
        (STATIONS, '[stations]\npath = "/zones/{id}/stations"\neach = true\nitems = "items"'),
        (CONNECTORS, '[connectors]\npath = "/stations/{id}/connectors"\neach = true\nitems = "items"'),
        ('zone_id = "zone"', 'zone_id = "^.id"'),
        ('station_id = "station"', 'station_id = "^.id"'),
    ],
    "connectors inside, texts as ids": [
        (ZONES, f'{ZONES}\nids = "text"'),
        (STATIONS, f'{STATIONS}\nids = "text"'),
        (CONNECTORS, '[connectors]\ninside = true\nitems = "plugs"\nids = "text"'),
        ('station_id = "station"', 'station_id = "^.id"'),
    ],
    "objects by their keys in one document": [
        (ZONES, '[zones]\ndocument = "system"\nitems = "all.zones"'),
        (STATIONS, '[stations]\ndocument = "system"\nitems = "all.stations"\nids = "text"'),
        ('[stations.fields]\nid = "id"', '[stations.fields]\nid = "$key"\nnumber = "no"'),
        (CONNECTORS, '[connectors]\ndocument = "system"\nitems = "all.plugs"'),
    ],
    "other units, numbers as text": [
        ('power = "power"', 'power = { at = "power", unit = "W", as = "text" }'),
        ('current = "current"', 'current = { at = "current", unit = "mA" }'),
        ('active_energy = "energy"', 'active_energy = { at = "energy", unit = "Wh", as = "text" }'),
    ],
    "words and lists of words": [
        ('phase_connection = "phases"', 'phase_connection = { at = "phases", join = "+", words = "wires" }'),
        ('available = "available"\ndc', 'available = { at = "available", words = "numbered" }\ndc'),
        ("[words.modes]", f"{WIRED}{NUMBERED}\n[words.modes]"),
        ('type = "type"\nmax', 'type = { at = "type", words = "modes" }\nmax'),
    ],
    "times in s, what is left in A": [
        ('validity = "until"', 'validity = { at = "until", time = "s" }'),
        ('value = "value"', 'value = { at = "value", counts = "A" }'),
    ],
    "times of a zone, what is left in per cent": [
        ('validity = "until"', 'validity = { at = "until", time = "Europe/Paris" }'),
        ('value = "value"', 'value = { at = "value", counts = "left" }'),
    ],
    "a reduction that is always there": [
        ('[zones.reduction]\nvalue = "value"', '[zones.reduction]\nnone_when = { on = ["false"] }\nvalue = "value"'),
    ],
    "three places for three phases": [
        ('active_power = "power"', 'active_power = ["w.a", "w.b", "w.c"]'),
        ('rms_current = "current"', 'rms_current = ["m[ph=1].i", "m[ph=2].i", "m[ph=3].i"]'),
    ],
    "one number for all phases": [
        ('active_power = "power"', 'active_power = { at = "power", split = "phases" }'),
        ('rms_current = "current"', 'rms_current = { at = "current", split = "each" }'),
    ],
    "null for what is absent": [('cpo_url = "cpo"', 'cpo_url = { at = "cpo", null = true }')],
}


def asked(profile: Profile, simulator: EvceSimulator) -> list[str]:
    """Return the requests of a poll."""
    paths = [profile.system.path.text] if profile.system.path else []
    parents: list[str] = []
    identity = {"zone": simulator.model.zones(), "station": simulator.model.stations()}
    for kind, part in profile.lists.items():
        if part.path is None:
            continue
        above = {"station": "zone", "connector": "station"}.get(kind, "")
        parents = [str(one["id"]) for one in identity.get(above, [])] if part.each else [""]
        paths += [part.path.filled(id=parent) for parent in parents]
    return paths


def recorded(client: Client, profile: Profile, file: Path) -> Path:
    rows = []
    for path in asked(profile, client.simulator):
        body = client.get(path).json()
        rows.append({"method": "GET", "path": f"/api/v2{path}", "status": 200, "body": body})
    file.write_text(json.dumps({"exchanges": rows}), encoding="utf-8")
    return file


def near(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Leave out what counting in other units rounds away."""
    if isinstance(value, dict):
        return {key: near(one) for key, one in value.items()}
    if isinstance(value, list):
        return [near(one) for one in value]
    return round(value, 9) if isinstance(value, float) else value


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_site_that_was_served_in_a_dialect_begins_again_the_same(
    plain: Callable[..., Client], written: Written, tmp_path: Path, dialect: str
) -> None:
    changes = [WHOLE, *DIALECTS[dialect]]
    client = plain(*changes, scenario="campus", live=False)
    name = written(*changes)
    capture = recorded(client, load(name), tmp_path / "capture.json")
    expected = client.simulator.model.dump()
    with EvceSimulator(capture=capture, profile=name, live=False) as simulator:
        found = simulator.model.dump()
        assert simulator.notes == []
    for kind in ("zones", "stations", "connectors"):
        assert len(found[kind]) == len(expected[kind])
        for here, there in zip(near(found[kind]), near(expected[kind]), strict=True):
            assert {key: (one, there[key]) for key, one in here.items() if one != there[key]} == {}
