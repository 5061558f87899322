"""Controllers that say things otherwise, and the probe looking at them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from evce_connector.cli import cli
from evce_connector.clock import SystemClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.reader import SiteReader
from evce_connector.probe import contact
from evce_connector.probe.asking import Target
from evce_connector.probe.contact import Contact
from evce_connector.probe.finding import Finding, Word
from evce_connector.site.model import Site
from evce_simulator.server import Server
from evce_simulator.simulator import EvceSimulator

PASSWORD = "correct-horse-battery"


FAST = 200.0


Change = Callable[[dict[str, Any]], Any]


class Otherwise:
    """A controller that means what the simulator means and says it otherwise.

    `prefix` stands for /api/v2; `paths` maps its paths to the contract's; `change` turns every JSON object that it
    sends; `headers` replaces some of the answers' headers.
    """

    def __init__(
        self,
        simulator: EvceSimulator,
        change: Change = lambda item: item,
        prefix: str = "/api/v2",
        paths: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self._simulator = simulator
        self._change = change
        self._prefix = prefix
        self._paths = paths or {}
        self._headers = headers or {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        asked = environ["PATH_INFO"]
        below = asked.removeprefix(self._prefix)
        for theirs, ours in self._paths.items():
            if re.match(rf"{ours}(/|$)", below):
                below = "/nothing/at/all"
            elif re.match(rf"{theirs}(/|$)", below):
                below = ours + below.removeprefix(theirs)
                break
        environ["PATH_INFO"] = f"/api/v2{below}" if asked.startswith(f"{self._prefix}/") else "/nothing"
        head: list[Any] = []
        body = b"".join(self._simulator.wsgi(environ, lambda *parts: head.extend(parts[:2])))  # type: ignore[arg-type]
        body = json.dumps(self._changed(json.loads(body))).encode()
        kept = {name: value for name, value in head[1] if name != "Content-Length"} | self._headers
        start_response(head[0], [*kept.items(), ("Content-Length", str(len(body)))])
        return [body]

    def _changed(self, value: object) -> object:
        if isinstance(value, list):
            return [self._changed(item) for item in value]
        if isinstance(value, dict):
            return self._change({key: self._changed(item) for key, item in value.items()})
        return value


@contextmanager
def serving(app: Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]) -> Iterator[str]:
    server = Server(app, "127.0.0.1", 0)  # type: ignore[arg-type]
    server.start()
    try:
        yield server.origin
    finally:
        server.stop()


def look(url: str, password: str = PASSWORD, verify: bool | str = True, *, keep_names: bool = False) -> Contact:
    target = Target(url, "bms", password, verify, FAST)
    return contact.make(target, SystemClock(), lambda _: None, keep_names=keep_names)


def probe(url: str, folder: Path, *options: str, password: str = PASSWORD) -> Result:
    secret = folder / "password"
    secret.write_text(f"{password}\n", encoding="utf-8")
    words = ["probe", "--evce", url, "--login", "bms", "--password-file", str(secret)]
    return CliRunner().invoke(cli, [*words, "--requests-per-second", "50", *options], env={"COLUMNS": "220"})


def findings(found: Contact, part: str, aspect: str = "field") -> Finding:
    return next(finding for finding in found.findings if (finding.part, finding.aspect) == (part, aspect))


def read_site(found: Contact, origin: str, folder: Path) -> Site:
    """Read the site as the connector does, with what the probe proposes."""
    found.write(folder)
    profile = profiles.load(str(folder / "profile.toml"))
    options = EvceOptions(origin + found.places.base, "bms", PASSWORD, found.places.authentication)
    with EvceClient(options, profile) as client:
        return SiteReader(profile).read(client.fetch())


def snake(item: dict[str, Any]) -> dict[str, Any]:
    return {re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", key): value for key, value in item.items()}


def watts(item: dict[str, Any]) -> dict[str, Any]:
    power = item.get("activePower")
    return item | ({"activePower": [value * 1000 for value in power]} if power else {})


def wrongs(found: Contact) -> list[tuple[str, str]]:
    return [(finding.part, finding.aspect) for finding in found.findings if finding.word is Word.WRONG]
