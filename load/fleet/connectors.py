"""The connectors of a fleet: each a process `evce-connector run` with a configuration and a log of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import psutil
import requests
from prometheus_client.parser import text_string_to_metric_families

from load import clock
from load.processes import end, environment

_PROGRAM = "from evce_connector.cli import main; main()"
_PAGES = re.compile(r"its pages are at (\S+),")
_ANSWER = 30.0
_TAIL = 600
"""Characters of a log that are told of a connector that ended."""
Counts = dict[tuple[str, str], float]
"""What /metrics counts, by metric and outcome."""


@dataclass(frozen=True)
class Plan:
    """What runs: `connectors` on each site, polls each `interval` s, samples each `logs` min, starts spread over s."""

    sites: int
    connectors: int
    interval: float = 15.0
    logs: int = 15
    spread: float = 0.0

    def names(self) -> list[str]:
        """Return the names of the sites, which are those of their schemas."""
        return [f"site_{number:04}" for number in range(1, self.sites + 1)]

    def configuration(self, name: str, controller: str, database: str, folder: Path) -> dict[str, Any]:
        """Return the document of a site's configuration."""
        return {
            "evce": {"base_url": controller, "login": "fleet", "password": "fleet"},
            "ews": {
                "address": "http://127.0.0.1:0/EcoStruxure/DataExchange",
                "username": "ebo",
                "password": "fl33t-Word",
            },
            "status": {"interval_seconds": self.interval},
            "logs": {"interval_minutes": self.logs},
            "storage": {"url": database, "site": name},
            "portal": {"address": "http://127.0.0.1:0"},
            "host": {"start_spread_seconds": self.spread},
            "logging": {"file": str(folder / f"{name}.log")},
        }


@dataclass
class Connector:
    """One of them, by the name of its site; its pages are found in its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    pages: str = field(default="", init=False)

    def is_ready(self) -> bool:
        """Tell whether it serves the values of a good poll; ClickException when it has ended."""
        self.refuse_ended()
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        if not self.pages and (found := _PAGES.search(text)):
            self.pages = found[1]
        return bool(self.pages) and self._get("/health/ready").status_code == requests.codes.ok

    def refuse_ended(self) -> None:
        """Raise ClickException with the end of what it printed, and of its log, when it does not run any more."""
        if (status := self.process.poll()) is not None:
            files = [file for file in (self.log.with_suffix(".out"), self.log) if file.exists()]
            said = "\n".join(file.read_text(encoding="utf-8", errors="replace")[-_TAIL:] for file in files)
            raise click.ClickException(f"The connector of {self.name} has ended with status {status}: {said}")

    def counts(self) -> Counts:
        """Return what it has counted since its start."""
        families = text_string_to_metric_families(self._get("/metrics").text)
        samples = (sample for family in families if family.type == "counter" for sample in family.samples)
        return {(one.name.removeprefix("evce_connector_"), one.labels.get("outcome", "")): one.value for one in samples}

    def _get(self, path: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"{self.pages}{path}", timeout=_ANSWER)

    def memory(self) -> float:
        """Return its resident memory in MB."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def cpu(self) -> float:
        """Return the CPU seconds that it has used."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)


@contextmanager
def running(plan: Plan, controllers: str, base: str, database: str, folder: Path) -> Iterator[list[Connector]]:
    """Start all connectors at one moment; they are gone afterwards, whatever happens meanwhile.

    `controllers` is the address before the path of each site, `base` the path behind that; what belongs to a user of
    the machine, as the first passwords of the pages, stays in the folder.
    """
    variables = {**environment(), "XDG_DATA_HOME": str(folder)}
    found: list[Connector] = []
    try:
        for name in plan.names():
            file = folder / f"{name}.toml"
            file.write_text(_toml(plan.configuration(name, f"{controllers}/{name}{base}", database, folder)), "utf-8")
            command = [sys.executable, "-c", _PROGRAM, "run", "--config", str(file)]
            with (folder / f"{name}.out").open("wb") as said:
                process = subprocess.Popen(  # noqa: S603 - our own program
                    command, stdout=said, stderr=said, env=variables, cwd=folder, start_new_session=os.name == "posix"
                )  # in a group of its own: Ctrl-C is for who started it
            found.append(Connector(name, process, folder / f"{name}.log"))
        yield found
    finally:
        for connector in found:
            connector.process.terminate()
        for connector in found:
            end(connector.process)


def all_ready(connectors: Sequence[Connector], within: float, tell: Callable[[str], None]) -> None:
    """Wait until all serve values; ClickException when one ends, or it takes longer than so many s."""
    waiting = list(connectors)

    def are_ready() -> bool:
        waiting[:] = [connector for connector in waiting if not _is_ready(connector)]
        tell(f"{len(connectors) - len(waiting)} of {len(connectors)} connectors serve their site")
        return not waiting

    if not clock.until(are_ready, within, every=1.0):
        names = ", ".join(connector.name for connector in waiting[:3])
        raise click.ClickException(f"{len(waiting)} connectors serve nothing after {within:.0f} s: {names} ...")


def _is_ready(connector: Connector) -> bool:
    try:
        return connector.is_ready()
    except requests.RequestException:
        return False


def _toml(document: dict[str, Any]) -> str:
    lines = []
    for section, keys in document.items():
        lines += [f"[{section}]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items())]
    return "\n".join(lines)
