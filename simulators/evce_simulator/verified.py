"""Who has seen each part of the contract at a real controller: stamps that probes brought home, laid beside ours."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from evce_simulator.bundles import is_bundle, read_bundle
from evce_simulator.stamps import StampError, parts, stamps

_VERIFIED = "verified:"


def verifications(files: Iterable[Path]) -> dict[str, list[str]]:
    """Return by whom each part is verified (`SITE, API VERSION, DATE`): by our own stamps, then by those of the files.

    A file is a stamps.toml, or a bundle that holds one. StampError when it is neither, or names a part that there is
    not; CaptureError for a bundle that cannot be read.
    """
    found: dict[str, list[str]] = {part: [] for part in parts()}
    for part, stamp in stamps().items():
        if stamp.word == "verified":
            found[part].append(stamp.note)
    for file in files:
        for part, who in _stamps_of(file).items():
            if part not in found:
                raise StampError(f"{file}: the contract has no {part}; take it out, or write it as the contract does.")
            if who not in found[part]:
                found[part].append(who)
    return found


def verified_table(found: dict[str, list[str]]) -> str:
    """Return as Markdown by whom each part is verified, and how many are."""
    known = stamps()
    seen = [part for part, who in found.items() if who]
    sites = sorted({one for who in found.values() for one in who})
    lines = [
        "# By whom each part of the contract is verified",
        "",
        f"{len(found)} parts: {len(seen)} verified, {len(found) - len(seen)} not yet; by {len(sites)} visits.",
        "",
        "| Part | Stamp | Verified by | Visits |",
        "| --- | --- | --- | --- |",
        *(f"| `{part}` | {known[part].word} | {'; '.join(who) or '-'} | {len(who)} |" for part, who in found.items()),
    ]
    return "\n".join(lines) + "\n"


def _stamps_of(file: Path) -> dict[str, str]:
    """Return who verified which part, by a file of stamps or a bundle."""
    try:
        text = read_bundle(file).stamps if is_bundle(file) else file.read_text(encoding="utf-8")
        tables = tomllib.loads(text or "")
    except OSError as error:
        raise StampError(f"Cannot read {file}: {error.strerror}.") from error
    except ValueError as error:
        raise StampError(f"{file} holds no stamps: {error}. Give a stamps.toml or a bundle of a probe.") from error
    if text is None:
        raise StampError(f"The bundle {file} holds no stamps.toml.")
    found: dict[str, str] = {}
    for table, rows in tables.items():
        for name, stamp in rows.items() if isinstance(rows, dict) else ():
            if isinstance(stamp, str) and stamp.startswith(_VERIFIED):
                part = name if table == "operations" else f"{table}.{name}"
                found[part] = " ".join(stamp.removeprefix(_VERIFIED).replace("|", "/").split())
    return found
