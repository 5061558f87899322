"""What a probe leaves behind: a proposed profile, a anonymised capture and the stamps of what was verified."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl

from evce_connector import owner_only
from evce_connector.evce.profile import PATHS, TAKEN
from evce_connector.probe.anonymising import Anonymiser
from evce_connector.probe.asking import Answer, ProbeError
from evce_connector.probe.finding import Finding, Spelling, Word, assumed
from evce_connector.probe.places import LISTS, Places

CAPTURE_BASE = "/api/v2"
"""Base path of the contract, below which a capture's paths stand whatever the site's is."""
METHODS = ("GET ", "POST ", "PUT ", "DELETE ")


def profile_text(places: Places, spelled: dict[str, Spelling], api_version: str) -> str:
    """Write a profile in the site's spelling; what was not found keeps the assumed spelling and is marked open."""
    lines = [
        "# Proposed by `evce-connector probe`: how this controller spells paths and fields. Set evce.profile to the",
        f"# path of this file, evce.authentication to {places.authentication!r}, and let evce.base_url end in",
        f"# {places.base!r}. A line marked open could not be seen on this site and stands as the connector assumes it.",
        f"api_version = {quoted(api_version)}",
        *(f"reduction_percent = {quoted(part)}" for part in [assumed().reduction_percent] if part != TAKEN),
        "",
        "[paths]",
        *(_line(name, path, seen=name in places.paths) for name, path in _paths(places).items()),
    ]
    for table, usual in assumed().fields.items():
        fields = spelled[table].fields
        lines += [
            "",
            f"[{table}]",
            *(_line(name, fields.get(name, usual[name]), seen=name in fields) for name in usual),
        ]
    return "\n".join(lines) + "\n"


def _paths(places: Places) -> dict[str, str]:
    """Return all paths of a profile; those of writes stand below the lists that were found."""
    usual = assumed().paths
    found = dict(usual) | places.paths
    for name, kind in (("reduction", "zones"), ("availability", "connectors")):
        found[name] = found[kind] + usual[name].removeprefix(usual[kind])
    return {name: found[name] for name in PATHS}


def _line(name: str, spelled: str, *, seen: bool) -> str:
    return f"{name} = {quoted(spelled)}{'' if seen else '  # open'}"


def quoted(text: str) -> str:
    """Write a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def capture(answers: Iterable[Answer], places: Places, anonymiser: Anonymiser) -> dict[str, object]:
    """Return the useful answers in the form that `evce-simulator diff` compares with the contract."""
    known = [places.paths[kind] for kind in ("system", *LISTS, "login") if kind in places.paths]
    known += [assumed().paths["login"]]
    exchanges = []
    for answer in answers:
        below = answer.path.removeprefix(places.base)
        if answer.good and any(below == path or below.startswith(f"{path}/") for path in known):
            exchange = {"method": answer.method, "path": CAPTURE_BASE + below, "query": dict(parse_qsl(answer.query))}
            exchanges.append(exchange | {"status": answer.status, "body": anonymiser.answer(answer, places)})
    return {"exchanges": exchanges}


def stamps_text(findings: Iterable[Finding], site: str, version: str, now: datetime) -> str:
    """Write the stamps of the parts of which everything that was judged is verified."""
    words: dict[str, set[Word]] = {}
    for finding in findings:
        words.setdefault(finding.part, set()).add(finding.word)
    tables: dict[str, list[str]] = {}
    for part, found in words.items():
        table, _, name = ("operations", "", part) if part.startswith(METHODS) else part.partition(".")
        if found == {Word.VERIFIED} and name:
            stamp = quoted(f"verified: {site or 'a site'}, {version or 'unknown'}, {now:%Y-%m-%d}")
            tables.setdefault(table, []).append(f"{quoted(name) if table == 'operations' else name} = {stamp}")
    lines = ["# What `evce-connector probe` verified at a site: these lines replace those of the simulator's stamps."]
    for table, rows in tables.items():
        lines += ["", f"[{table}]", *rows]
    return "\n".join(lines) + "\n"


def write(folder: Path, texts: Mapping[str, str | bytes], option: str = "--output") -> list[Path]:
    """Write the files into a folder, made when it is not there; ProbeError that names the option when that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            if isinstance(text, bytes):
                owner_only.write_bytes(folder / name, text)
            else:
                owner_only.write_text(folder / name, text, newline="\n")
    except OSError as error:
        place = error.filename or folder
        raise ProbeError(f"{place} cannot be written ({error.strerror}): give another place with {option}.") from error
    return [folder / name for name in texts]
