"""An old connector to take over from: ours with other ids, opaque ones for every item, and some other names."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

from click.testing import CliRunner, Result
from ebo_simulator import EboClient, Point, Workstation
from evce_connector.cli import cli
from evce_connector.host.service import ConnectorService
from evce_connector.points.id_aliases import IdAlias, nodes_of
from evce_simulator import EvceSimulator

from tests.support.joined import EWS_PASSWORD, USER, settings

NAMES = {
    "ZoneType": "Zone Type",
    "ZoneSetPointPower(kW)": "ZoneSetPointPower",
    "StationDisconnectedAuthenticationMode": "StationDisconnectedAuthenticati",
    "ConnectorOverallActivePower2": "ConnectorOverallActivePowerPhase2",
    "OverallConsumptionLogs": "Consumption Logs",
    "Z1": "Car park 1",
    "ZoneActiveEnergy-Readings": "Energy log",
    "Station-EVSimu1_Alarm": "EVSimu1 trouble",
}
"""What the old connector calls some items."""


Serve = Callable[..., ConnectorService]


def configured(folder: Path, name: str, simulator: EvceSimulator, **ews: str) -> Path:
    """Write the configuration file of a connector."""
    (folder / "password").write_text(f"{EWS_PASSWORD}\n", encoding="utf-8")
    database = {"url": f"sqlite:///{(folder / f'{name}.db').as_posix()}"}
    tables = settings(folder, simulator.url, ews=ews, storage=database)
    tables["ews"]["password_file"] = (folder / "password").as_posix()
    del tables["ews"]["password"]
    lines = [
        line
        for table, keys in tables.items()
        for line in (f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items()))
    ]
    file = folder / f"{name}.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def disguise(
    service: ConnectorService, leave_out: Callable[[str], bool] = lambda _: False, names: Mapping[str, str] = NAMES
) -> dict[str, str]:
    """Give every item of the site another id, and some another name; returns the ids by our own ones."""
    draw = random.Random(20261123)  # noqa: S311 - the same opaque ids each time, no secrets
    service.set_up()
    site = next(folder for folder in service.items.tree.root.folders if folder.key == "Site")
    nodes = [service.items.tree.root, *nodes_of(site)]
    ids = {node.key: str(UUID(int=draw.getrandbits(128))) for node in nodes if not leave_out(node.key)}
    called = {node.key: names.get(node.name, "") for node in nodes}
    service.stores.adopted.keep({key: IdAlias(id_, called[key]) for key, id_ in ids.items()})
    service.set_up()
    service.poll()
    return ids


def run(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["adopt", "--config", str(folder / "new.toml"), *options])


def adopt(old: ConnectorService, folder: Path, *options: str) -> str:
    """Take over from the old connector by the command line; returns what it prints."""
    password = str(folder / "password")
    result = run(folder, "--ews", old.ews.address, "--user", USER, "--password-file", password, *options)
    if result.exception:
        raise result.exception
    return result.output


Join = Callable[[ConnectorService], EboClient]


def of_site(workstation: Workstation) -> list[Point]:
    """Return every point of the site, as a workstation discovers it."""
    tree = workstation.discover()
    return list(tree.folder("EVCE Zones").all_points())
