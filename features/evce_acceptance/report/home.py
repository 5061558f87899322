"""What goes home from an accepted site beside its report: one zip with what the controller answered, without names.

It is the bundle of the page on profiles (capture, profile, stamps, manifest with the SHA-256 of each): the report is
for the owner of the site, this is for whoever has to understand its controller at the desk.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from evce_acceptance.report.bundle import BundleError, sha256
from evce_acceptance.report.neutral import FIELDS, TABLES, Neutral
from evce_acceptance.report.texts import moment
from evce_acceptance.results.run import Run

FOLDER = "home"
"""Where it stands, below the reports."""
BASE = "/api/v2"
"""The contract's base path, below which a capture's paths stand whatever the site's is."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WRITES = {
    "PUT /zones/{id}/reduction": re.compile(r"PUT .*/zones/\d+/reduction"),
    "DELETE /zones/{id}/reduction": re.compile(r"DELETE .*/zones/\d+/reduction"),
    "PUT /connectors/{id}/availability": re.compile(r"PUT .*/connectors/\d+/availability"),
}
_DONE = 200
Seen = Mapping[str, Any]
"""Documents of the controller by the path and query that they were asked for with."""


def write(run: Run, seen: Seen, folder: Path, name: str, reduction_percent: str) -> tuple[Path, dict[str, int]]:
    """Write the bundle of a run, and return its path and what was removed, how many of each kind.

    BundleError when the folder cannot be written to.
    """
    neutral = Neutral()
    exchanges = [_exchange(path, document, neutral) for path, document in seen.items()]
    system = seen.get("/system")
    speaks = str(system.get("apiVersion") or "") if isinstance(system, dict) else ""
    site = neutral.text("site", str(system.get("name") or "")) if isinstance(system, dict) else ""
    date = run.started[:10]
    parts = {
        "capture.json": json.dumps({"exchanges": exchanges}, ensure_ascii=False, indent=1) + "\n",
        "profile.toml": _profile(speaks, reduction_percent),
        "stamps.toml": _stamps(run, seen, f"verified: {site or 'a site'}, {speaks or 'unknown'}, {date}"),
    }
    manifest = {
        "format": 1,
        "made_by": f"evce-acceptance {version('evce-connector')}",
        "site": site,
        "version": speaks,
        "date": date,
        "removed": neutral.removed,
        "sha256": {part: sha256(text.encode()) for part, text in parts.items()},
    }
    parts["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    path = folder / FOLDER / f"{name}.bundle.zip"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _pack(path, parts, run.started)
    except OSError as error:
        raise BundleError(f"{path} cannot be written: {error.strerror or error}. Choose another folder.") from error
    return path, neutral.removed


def _exchange(path: str, document: Any, neutral: Neutral) -> dict[str, Any]:  # noqa: ANN401 - decoded JSON
    below, _, query = path.partition("?")
    body = neutral.document(below.split("/")[1], document)
    return {"method": "GET", "path": BASE + below, "query": dict(parse_qsl(query)), "status": _DONE, "body": body}


def _profile(speaks: str, reduction_percent: str) -> str:
    """Write the contract as a profile of format 1: acceptance speaks nothing else."""
    paths = {name: f"/{name}" for name in ("login", "system", "zones", "stations", "connectors")}
    paths |= {"reduction": "/zones/{id}/reduction", "availability": "/connectors/{id}/availability"}
    tables = {"paths": paths}
    for list_, table in TABLES.items():
        tables[table] = {re.sub(r"[A-Z]", lambda big: f"_{big[0].lower()}", key): key for key in FIELDS[list_]}
    lines = [f"api_version = {json.dumps(speaks or '6')}", f"reduction_percent = {json.dumps(reduction_percent)}"]
    for table, rows in tables.items():
        lines += ["", f"[{table}]", *(f"{name} = {json.dumps(key)}" for name, key in rows.items())]
    return "\n".join(lines) + "\n"


def _stamps(run: Run, seen: Seen, stamp: str) -> str:
    """Write which operations answered and which fields had a value: what was seen, and not what it means."""
    lists = dict.fromkeys(path.partition("?")[0] for path in seen)
    done = [one.operation for one in run.exchanges if one.party == "controller" and one.status == _DONE]
    operations = [f"GET {path}" for path in lists if path.count("/") == 1]
    operations += [name for name, pattern in _WRITES.items() if any(map(pattern.fullmatch, done))]
    tables: dict[str, list[str]] = {"operations": [json.dumps(name) for name in operations]}
    for list_, objects in _objects(seen).items():
        keys = [key for key in FIELDS[list_] if any(one.get(key) is not None for one in objects)]
        tables[TABLES[list_].capitalize()] = keys
    lines = ["# What site acceptance saw at a site: operations that answered, fields that had a value."]
    for table, names in tables.items():
        if names:
            lines += ["", f"[{table}]", *(f"{name} = {json.dumps(stamp, ensure_ascii=False)}" for name in names)]
    return "\n".join(lines) + "\n"


def _objects(seen: Seen) -> dict[str, list[dict[str, Any]]]:
    """Return the objects that were seen, by list; reductions stand in zones."""
    found: dict[str, list[dict[str, Any]]] = {list_: [] for list_ in TABLES}
    for path, document in seen.items():
        list_ = path.partition("?")[0].split("/")[1]
        items = document.get("items", [document]) if isinstance(document, dict) else []
        if list_ in found and isinstance(items, list):
            found[list_] += [one for one in items if isinstance(one, dict)]
    found["reduction"] = [one["reduction"] for one in found["zones"] if isinstance(one.get("reduction"), dict)]
    return found


def _pack(path: Path, parts: Mapping[str, str], started: str) -> None:
    time = moment(started)
    stamp = _EPOCH if time is None or time.year < _EPOCH[0] else time.timetuple()[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(zipfile.ZipInfo(name, stamp), text.encode(), zipfile.ZIP_DEFLATED)
