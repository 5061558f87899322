"""What the probe of a dialect brings home is the same site at the desk, and nothing in it tells which site that is."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from evce_connector.cli import cli
from evce_connector.clock import SystemClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.reader import SiteReader
from evce_connector.probe import bundle, writing
from evce_connector.probe.asking import Target
from evce_connector.probe.dialect import evidence, search
from evce_connector.profile_tools.capture import read_capture
from evce_connector.profile_tools.opening import open_profile
from evce_connector.profile_tools.reading import read_site
from evce_connector.site.model import Connector, Reduction, Site, Station, Zone
from evce_simulator import EvceSimulator, ManualClock
from evce_simulator.cli import main as simulator_main

from tests.evce_connector.probe.dialect.measuring import FAST, served
from tests.evce_connector.probe.otherwise import PASSWORD, Otherwise, serving

DIALECTS = ("areas", "links", "onedoc")
LOGIN = "bms"
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
NAMES = {"name", "friendly_name", "ocpp_identifier", "serial_number", "ip_address", "cpo_url", "description"}
IDS = {"areas", "links"}
"""Dialects whose ids are texts."""
PLANTED = {
    "contact": "Jane Doe of Example Street 7",
    "idTag": "04A2B3C4D5E680",
    "apiToken": "tok-5f3a9e71c2",
    "noted": {"by": "j.doe@example.com", PASSWORD: LOGIN, "04E1F2A3B4": {"seen": f"login {LOGIN}/{PASSWORD}"}},
}
"""What a controller shows besides, which no field of the contract is."""
TELLING = (
    *("Jane Doe", "04A2B3C4D5E680", "04E1F2A3B4", "tok-5f3a9e71c2", "j.doe@", PASSWORD, f'"{LOGIN}"'),
    *("Parking Nord", "Batiment", "Bâtiment", "SN2024", "BAT-0", "10.20.", "cpo.example", "EVCE simulator"),
    *("external-reduction", "bmsApi"),
)


@dataclass(frozen=True)
class Brought:
    """The folder that a probe wrote, what it removed, and the site as the connector read it by the proposal then."""

    folder: Path
    removed: Mapping[str, int]
    live: Site

    @property
    def bundle(self) -> Path:
        return self.folder / bundle.NAME

    @property
    def profile(self) -> str:
        return str(self.folder / "dialect.toml")


def planted(item: dict[str, Any]) -> dict[str, Any]:
    """Plant in each object of a list what nobody may take home."""
    is_object = len(item) > 6 and not {"data", "zones"} & set(item)
    return item | PLANTED if is_object else item


def shown(url: str, profile: str) -> Site:
    """Read a site as the connector does."""
    spoken = open_profile(profile).profile
    with EvceClient(EvceOptions(url, LOGIN, PASSWORD), spoken) as client:
        return SiteReader(spoken).read(client.fetch())


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Brought]]:
    """Probe a campus in each dialect once, as it stands still."""

    @cache
    def made(dialect: str) -> Brought:
        folder = tmp_path_factory.mktemp(dialect)
        clock = ManualClock(START)
        with served(dialect, live=False, clock=clock) as simulator:
            simulator.model.set_station(1, cpoUrl="wss://cpo.example/BAT-01")
            with serving(Otherwise(simulator, planted)) as origin:
                target = Target(f"{origin}/api/v2", LOGIN, PASSWORD, requests_per_second=FAST)
                found = search.find(target, SystemClock(), lambda _: None)
                left = evidence.leave(found, {}, target, START)
                writing.write(folder, left.files)
                live = shown(target.url, str(folder / "dialect.toml"))
        return Brought(folder, left.removed, live)

    yield made
    made.cache_clear()


def without_names(site: Site) -> list[dict[str, Any]]:
    """Return all objects of a site, every field but those that name them."""
    every = [*site.zones.values(), *site.stations.values(), *site.connectors.values()]
    return [_plain(one) for one in every]


def _plain(one: Any) -> Any:  # noqa: ANN401 - an object of the model, or a value
    if not isinstance(one, Zone | Reduction | Station | Connector):
        return one
    return {name: _plain(value) for name, value in one._asdict().items() if name not in NAMES}


def names(site: Site) -> list[str]:
    every = [*site.zones.values(), *site.stations.values()]
    return [str(getattr(one, name)) for one in every for name in sorted(NAMES) if getattr(one, name, None)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_capture_shows_what_the_connector_read_but_for_names(
    brought: Callable[[str], Brought], dialect: str
) -> None:
    found = brought(dialect)
    offline = read_site(read_capture(found.folder / "capture.json"), profiles.load(found.profile))
    assert offline.is_whole
    assert len(offline.site.connectors) == 70
    assert without_names(offline.site) == without_names(found.live)
    pairs = set(zip(names(found.live), names(offline.site), strict=True))
    assert len(pairs) == len(set(names(found.live))) == len({neutral for _, neutral in pairs})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_simulator_that_begins_with_the_bundle_is_the_same_site_to_a_connector(
    brought: Callable[[str], Brought], dialect: str
) -> None:
    found = brought(dialect)
    clock = ManualClock(START)
    with EvceSimulator(capture=found.bundle, login=LOGIN, password=PASSWORD, live=False, clock=clock) as simulator:
        assert simulator.notes == []
        again = shown(simulator.url, found.profile)
    assert without_names(again) == without_names(found.live)
    assert len(set(names(again))) == len(set(names(found.live)))


def test_a_site_that_begins_with_the_bundle_lives_on(brought: Callable[[str], Brought]) -> None:
    found, clock = brought("links"), ManualClock(START)
    with EvceSimulator(capture=found.bundle, login=LOGIN, password=PASSWORD, clock=clock) as simulator:
        clock.advance(3600)
        later = shown(simulator.url, found.profile)
    assert later.connectors.keys() == found.live.connectors.keys()
    energy = (sum(one.active_energy for one in site.connectors.values()) for site in (found.live, later))
    assert next(energy) + 1 < next(energy)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_that_tells_the_site_or_lets_in_is_in_capture_profile_stamps_or_bundle(
    brought: Callable[[str], Brought], dialect: str
) -> None:
    found = brought(dialect)
    texts = {name: part.decode() for name, part in bundle.unpack(found.bundle).items()}
    assert set(texts) == {"capture.json", "profile.toml", "stamps.toml", "manifest.json"}
    assert texts["capture.json"] == (found.folder / "capture.json").read_text(encoding="utf-8")
    texts |= {name: (found.folder / name).read_text(encoding="utf-8") for name in ("dialect.toml", "questions.toml")}
    assert [(name, one) for name, text in texts.items() for one in TELLING if one in text] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_is_told_what_was_removed(brought: Callable[[str], Brought], dialect: str) -> None:
    found = brought(dialect)
    kinds = {"names of zones": 6, "serial numbers": 40, "addresses": 40, "identifiers": 116 if dialect in IDS else 0}
    assert {kind: found.removed.get(kind, 0) for kind in kinds} == kinds
    assert {"secrets", "texts that are not understood", "keys that are not understood"} <= set(found.removed)
    manifest = json.loads(bundle.unpack(found.bundle)["manifest.json"])
    assert (manifest["site"], manifest["date"], manifest["removed"]) == ("site-1", "2026-03-02", found.removed)


def test_the_stamps_of_a_dialect_name_fields_that_are_sure_and_were_read(brought: Callable[[str], Brought]) -> None:
    found = brought("areas")
    stamps = tomllib.loads((found.folder / "stamps.toml").read_text(encoding="utf-8"))
    assert stamps["Zone"]["maxCurrent"].startswith("verified: site-1, 3, ")
    assert "activeEnergy" not in stamps["Connector"]  # asked: nothing tells its unit
    assert "type" not in stamps["Reduction"]  # likely: nothing says it
    assert "operations" not in stamps
    output = CliRunner().invoke(simulator_main, ["coverage", "--stamps", str(found.bundle)]).output
    assert "| `Zone.maxCurrent` | guide | site-1, 3, " in output


def test_a_bundle_of_a_dialect_is_compared_with_another(brought: Callable[[str], Brought]) -> None:
    one, other = (str(brought(dialect).bundle) for dialect in ("areas", "onedoc"))
    assert CliRunner().invoke(cli, ["profile", "diff", one, one]).output == "same\n"
    output = CliRunner().invoke(cli, ["profile", "diff", one, other]).output
    assert 'stamps.toml System.apiVersion: "verified: site-1, 3, ' in output
    assert "capture GET /api/v2/areas data.items[].uid: text -> nothing" in output
