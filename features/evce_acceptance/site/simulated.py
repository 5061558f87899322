"""A site made of the simulated controller and the reference connector, each a process of its own, over HTTPS.

It stands in for a real one: to try the acceptance run, to train with it, and to test it.
"""

from __future__ import annotations

import importlib
import itertools
import json
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

EXTRA = "evce-connector[acceptance,simulators]"
LOGIN, USER = "bms", "ebo"
CERTIFICATE = "evce-simulator.pem"
A_ZONE, A_STATION = 50, 2
"""Connectors in a zone and on a station of a made site."""


class SimulatedSiteError(Exception):
    """A process of the simulated site did not come up; the message holds what it said."""


@contextmanager
def simulated_site(
    folder: Path,
    scenario: str = "campus-live",
    connectors: int = 0,
    lie: tuple[str, str] | None = None,
    dialect: str = "",
) -> Iterator[Path]:
    """Start both processes and give the site's file; passwords stand in files of the folder, as on a real site.

    With a number of connectors the site is a made one of that size instead of a scenario. With a lie (its name, and
    the item that it is about) a lying proxy stands in front of the connector. In a dialect (a profile's name) the
    controller speaks it to the connector; what is true is read from the contract's own API, at another port.
    SimulatedSiteError when the simulators are not installed, or a process does not come up.
    """
    _must_be_installed()
    for name in ("controller", "connector"):
        (folder / f"{name}.password").write_text(secrets.token_urlsafe(12), encoding="utf-8")
    with ExitStack() as stack:
        command = _controller(folder, scenario, connectors, dialect)
        controller = stack.enter_context(_running(command, folder / "controller.log"))
        spoken_at, judged_at, ca_file = _said(controller, "EVCE API: ", "Contract's API: ", "Certificate: ")
        config = _configuration(folder, spoken_at, ca_file, dialect)
        command = [sys.executable, "-m", "evce_connector", "run", "--config", str(config)]
        connector = stack.enter_context(_running(command, folder / "connector.log"))
        (address,) = _said(connector, "EWS server at ")
        ews = (address.partition(",")[0], str(folder / CERTIFICATE))
        if lie is not None:
            proxy = stack.enter_context(_running(_proxy(*ews, *lie), folder / "proxy.log"))
            host, ca = _said(proxy, "https://", "Clients must trust ")
            ews = (f"https://{host.partition(' ')[0]}", ca)
        name = f"simulated site of {connectors} connectors" if connectors else f"simulated site {scenario}"
        yield _site(folder, name, (judged_at, ca_file), ews)


def _must_be_installed() -> None:
    try:
        importlib.import_module("evce_simulator")
    except ModuleNotFoundError as error:
        raise SimulatedSiteError(
            f"A simulated site needs {error.name}, which is not installed: pip install '{EXTRA}'. "
            "A real site needs nothing more: name its file with --site."
        ) from error


def _controller(folder: Path, scenario: str, connectors: int, dialect: str) -> list[str]:
    options = {"--scenario": scenario, "--port": "0", "--login": LOGIN, "--password": _password(folder, "controller")}
    options |= {"--contract-port": "0"} | ({"--profile": dialect} if dialect else {})
    if connectors:
        zones, stations = max(1, connectors // A_ZONE), max(1, connectors // A_STATION)
        options |= {"--zones": str(zones), "--stations": str(stations), "--connectors": str(connectors)}
    return [sys.executable, "-m", "evce_simulator", "run", "--tls", "--live", *itertools.chain(*options.items())]


def _proxy(url: str, ca: str, lie: str, item: str) -> list[str]:
    return [sys.executable, "-m", "lying_proxy", "--tls", "--upstream", url, "--ca", ca, "--lie", lie, "--item", item]


def _password(folder: Path, name: str) -> str:
    return (folder / f"{name}.password").read_text(encoding="utf-8")


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate and its key."""
    from evce_simulator.certificate import make_certificate  # noqa: PLC0415 - the extra of simulators may not be there

    return make_certificate(folder)


def _configuration(folder: Path, url: str, ca: str, dialect: str) -> Path:
    """Write the connector's configuration: HTTPS at both ends, a free port, a database in the folder."""
    certificate, key = _certificate(folder)
    tables: dict[str, dict[str, object]] = {
        "evce": {"base_url": url, "login": LOGIN, "password": _password(folder, "controller"), "verify_tls": ca},
        "ews": {
            "address": "https://127.0.0.1:0/EcoStruxure/DataExchange",
            "username": USER,
            "password": _password(folder, "connector"),
            "certificate": str(certificate),
            "private_key": str(key),
        },
        "portal": {"enabled": False},
        "storage": {"url": f"sqlite:///{(folder / 'connector.db').as_posix()}"},
    }
    if dialect:
        tables["evce"]["profile"] = dialect
    return _written(folder / "connector.toml", tables)


def _site(folder: Path, name: str, controller: tuple[str, str], connector: tuple[str, str]) -> Path:
    """Write the site's file."""
    url, ca = controller
    ends: dict[str, dict[str, object]] = {
        "controller": {
            "url": url,
            "user": LOGIN,
            "password_file": "controller.password",
            "verify_tls": ca,
            "writes": True,
        },
        "connector": {
            "url": connector[0],
            "user": USER,
            "password_file": "connector.password",
            "verify_tls": connector[1],
        },
        "limits": {"requests_per_second": 20.0},
        "budget": {"reduction_lowers": True, "kw_minutes": 1000.0},
    }
    return _written(folder / "site.toml", ends, f"name = {json.dumps(name)}\n\n")


def _written(path: Path, tables: Mapping[str, Mapping[str, object]], head: str = "") -> Path:
    """Write tables as TOML; strings, numbers and booleans are written there as in JSON."""
    lines = [head]
    for name, entries in tables.items():
        lines += [f"[{name}]\n", *(f"{key} = {json.dumps(value)}\n" for key, value in entries.items()), "\n"]
    path.write_text("".join(lines), encoding="utf-8")
    return path


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process until the context ends; what it complains of goes into the log."""
    with log.open("w", encoding="utf-8") as complaints:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True)  # noqa: S603 - our own
        try:
            yield process
        finally:
            process.terminate()
            process.communicate()


def _said(process: subprocess.Popen[str], *beginnings: str) -> list[str]:
    """Return what a process says after each of some words, in their order."""
    found: list[str] = []
    assert process.stdout
    while len(found) < len(beginnings):
        line = process.stdout.readline()
        if not line:
            raise SimulatedSiteError(
                f"A process of the simulated site ended before it said {beginnings[len(found)]!r}."
            )
        if line.startswith(beginnings[len(found)]):
            found.append(line.removeprefix(beginnings[len(found)]).strip())
    threading.Thread(target=process.stdout.read, daemon=True).start()  # or a talkative process would wait for a reader
    return found
