"""A site joined through a dialect of the controller's API: what its tree shows, and what is written to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from evce_connector.clock import ManualClock
from evce_connector.points.write_request import WriteRequest
from evce_connector.site.values import State, Value
from evce_connector.writes.write_through import EvceWriter
from requests.auth import AuthBase

from tests.support.joined import JoinedSite

CONNECTOR = "Stations/1/Connectors/1"
INVENTED = Path(__file__).parents[1] / "invented"
"""Profiles of makers who do not exist."""
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
"""When the clocks of both sides begin."""
Join = Callable[..., JoinedSite[ManualClock]]
"""Makes a site of a profile, a scenario and entries of the configuration, as the fixture `join` does."""


def joined_through(folder: Path, profile: str | None, scenario: str, **sections: Any) -> JoinedSite[ManualClock]:  # noqa: ANN401 - entries of a configuration
    """Return a site whose controller speaks the dialect of a profile's name or file, or with None the contract."""
    sections["evce"] = {"profile": profile or "v6"} | sections.get("evce", {})
    controller = {"profile": profile, "live": False}
    return JoinedSite(folder, ManualClock(START), scenario, controller=controller, **sections)


def invented(name: str) -> str:
    """Return the file of an invented profile, as the configuration names it."""
    return str(INVENTED / f"{name}.toml")


def told(site: JoinedSite[ManualClock], path: str, auth: AuthBase | None = None, **query: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what the controller itself answers to whom it lets in, by what `auth` adds or by the query."""
    answer = requests.get(f"{site.simulator.url}{path}", auth=auth, params=query, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def tree_of(site: JoinedSite[ManualClock]) -> dict[str, tuple[Value, State]]:
    """Return every value of the guide's tree and its state, by the item's id."""
    site.service.step()
    items = [item for folder in site.service.items.tree.root.walk() for item in folder.values]
    return {item.key: (item.value, item.state) for item in items if not item.key.startswith("Interface/")}


def write(site: JoinedSite[ManualClock], **values: Value) -> list[str]:
    """Set items of zone 1 and connector 1 of station 1 in one SetValues; returns what is told of each."""
    keys = {name: f"Zones/1/{name}" if name.startswith("Zone") else f"{CONNECTOR}/{name}" for name in values}
    requests = [WriteRequest(site.item(keys[name]), value) for name, value in values.items()]
    writer = EvceWriter(site.service.context, site.service.stores.commands)
    return [result.message for result in writer.write(requests, "ebo", "127.0.0.1")]
