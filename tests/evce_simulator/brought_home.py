"""Bundles and captures as a probe brings them home from simulated controllers; the connector's code is not used."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from evce_simulator import EvceSimulator, ManualClock

PASSWORD = "secret"
READS = {
    None: ["/system", "/zones", "/stations", "/connectors"],
    "areas": ["/about", "/areas", "/chargers"],
    "links": ["/", "/sectors", "/chargers", "/plugs"],
    "onedoc": ["/site.json"],
}


def exchanges_of(simulator: EvceSimulator, profile: str | None) -> list[dict[str, Any]]:
    """Read what a controller shows, as a capture has it."""
    found = []
    with requests.Session() as session:
        session.auth = ("bms", PASSWORD)
        if profile == "areas":
            form = {"grant_type": "password", "username": "bms", "password": PASSWORD}
            token = session.post(f"{simulator.url}/oauth/token", data=form, timeout=10).json()["access_token"]
            session.auth, session.headers["Authorization"] = None, f"Bearer {token}"
        elif profile == "links":
            session.auth = None
            login = {"user": "bms", "secret": PASSWORD}
            assert session.post(f"{simulator.url}/session", json=login, timeout=10).status_code < 300
        elif profile == "onedoc":
            session.auth, session.headers["X-API-Key"] = None, PASSWORD
        for path in READS[profile]:
            answer = session.get(simulator.url + path, timeout=10)
            found.append({"method": "GET", "path": f"/api/v2{path}", "status": 200, "body": answer.json()})
    return found


def bundle(file: Path, **texts: str) -> Path:
    """Write a bundle by hand, as the page on profiles describes it; names have _ for the point."""
    parts = {name.replace("_", "."): text.encode() for name, text in texts.items()}
    sums = {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}
    manifest = {"format": 1, "site": "site-1", "version": "6", "date": "2026-03-02", "sha256": sums}
    with zipfile.ZipFile(file, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
        packed.writestr("manifest.json", json.dumps(manifest))
    return file


def capture_of(file: Path, profile: str | None, scenario: str = "campus") -> Path:
    """Write the capture of a site that stands still."""
    clock = ManualClock(datetime(2026, 3, 2, 6, 0, tzinfo=UTC))
    with EvceSimulator(scenario, password=PASSWORD, profile=profile, live=False, clock=clock) as simulator:
        text = json.dumps({"exchanges": exchanges_of(simulator, profile)})
    file.write_text(text, encoding="utf-8")
    return file
