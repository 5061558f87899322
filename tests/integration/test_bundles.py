"""What a probe brings home is replayed at the desk: the same site in the simulator, by the bundle's own profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from evce_acceptance.report import home
from evce_acceptance.results.run import Run
from evce_connector.clock import SystemClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.reader import SiteReader
from evce_connector.probe import bundle, contact
from evce_connector.probe.asking import Target
from evce_connector.profile_tools.capture import read_capture
from evce_connector.profile_tools.opening import open_profile
from evce_connector.profile_tools.reading import read_site
from evce_connector.site.model import Site
from evce_simulator import EvceSimulator
from evce_simulator.cli import main

LOGIN, PASSWORD = "bms", "correct-horse-battery"


@pytest.fixture(scope="module")
def brought_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Probe a campus, and return the bundle."""
    folder = tmp_path_factory.mktemp("probe")
    with EvceSimulator("campus", login=LOGIN, password=PASSWORD, live=False) as simulator:
        target = Target(simulator.url, LOGIN, PASSWORD, requests_per_second=1000)
        contact.make(target, SystemClock(), lambda _: None).write(folder)
    return folder / bundle.NAME


def shown(simulator: EvceSimulator, profile: str) -> Site:
    """Read the site of a simulator as the connector does."""
    spoken = profiles.load(profile)
    with EvceClient(EvceOptions(simulator.url, LOGIN, PASSWORD), spoken) as client:
        return SiteReader(spoken).read(client.fetch())


def objects(site: Site) -> tuple[dict[Any, Any], ...]:
    return site.zones, site.stations, site.connectors


def test_a_bundle_of_the_probe_is_the_same_site_at_the_desk(brought_home: Path) -> None:
    at_the_site = read_site(read_capture(brought_home), profiles.load()).site
    with EvceSimulator(capture=brought_home, login=LOGIN, password=PASSWORD, live=False) as simulator:
        assert simulator.notes == []
        assert objects(shown(simulator, "v6")) == objects(at_the_site)
    assert len(at_the_site.connectors) == 70


def test_the_stamps_of_a_bundle_are_counted(brought_home: Path) -> None:
    output = CliRunner().invoke(main, ["coverage", "--stamps", str(brought_home)]).output
    assert "| `Zone.maxCurrent` | guide | site-1, 6, " in output
    assert "74 parts: 0 verified" not in output


@pytest.mark.parametrize("dialect", ["areas", "onedoc"])
def test_a_bundle_of_a_dialect_is_the_same_site_in_the_same_dialect(tmp_path: Path, dialect: str) -> None:
    with EvceSimulator("campus", login=LOGIN, password=PASSWORD, profile=dialect, live=False) as simulator:
        spoken, rows = profiles.load(dialect), []
        with EvceClient(EvceOptions(simulator.url, LOGIN, PASSWORD), spoken) as client:
            ask = client.ask

            def asking(request: Any) -> Any:  # noqa: ANN401 - as of the client
                answer = ask(request)
                row = {"method": "GET", "path": f"/api/v2{request.path}", "query": dict(request.query), "status": 200}
                rows.append(row | {"body": json.loads(answer.body)})
                return answer

            client.ask = asking  # type: ignore[method-assign]
            client.fetch()
    about = bundle.About("site-1", "3", SystemClock().now(), {})
    texts = {"capture.json": json.dumps({"exchanges": rows}), "profile.toml": profiles.text_of(dialect)}
    file = tmp_path / bundle.NAME
    file.write_bytes(bundle.pack(texts, about))
    with EvceSimulator(capture=file, login=LOGIN, password=PASSWORD, live=False) as simulator:
        assert objects(shown(simulator, dialect)) == objects(read_site(read_capture(file), spoken).site)


def test_a_bundle_of_site_acceptance_is_read_by_its_own_profile(tmp_path: Path) -> None:
    with EvceSimulator("campus", live=False) as simulator:
        shown_there = simulator.model.dump()
    seen = {"/system": shown_there["system"]}
    for name in ("zones", "stations", "connectors"):
        seen[f"/{name}?limit=1000&offset=0"] = {"items": shown_there[name], "total": len(shown_there[name])}
    run = Run("Bench", "2026-11-23T08:00:00+00:00")
    file, _ = home.write(run, seen, tmp_path, "sat-bench", "left")
    offline = read_site(read_capture(file), open_profile(str(file)).profile)
    assert offline.is_whole
    assert len(offline.items()) == 5 + 6 * 24 + 40 * 25 + 70 * 26
    given = {zone["id"]: zone["reduction"]["value"] for zone in shown_there["zones"] if zone["reduction"]}
    read = {id_: zone.reduction.value for id_, zone in offline.site.zones.items() if zone.reduction}
    assert read == {id_: 100 - left for id_, left in given.items()}
