"""The zip that is handed over and kept: report, JUnit, run, wire log, and the hashes that prove them unchanged."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from evce_acceptance.report import html, junit, spreadsheet, summary
from evce_acceptance.report.texts import moment
from evce_acceptance.results.run import Exchange, Run
from evce_acceptance.results.schema import run_schema

SUMS = "SHA256SUMS"
RUN, WIRE = "run.json", "wire.jsonl"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell


class BundleError(Exception):
    """A zip is not what a run wrote; the message says which file and what to do."""


def write(run: Run, folder: Path, name: str | None = None, *, simulation: Run | None = None) -> Path:
    """Write a run into one zip, and return its path.

    The zip holds report.html, the client's page in each language (summary.en.html and so on), report.xlsx, points.csv,
    junit.xml, run.json with its schema, wire.jsonl (one exchange a line) and SHA256SUMS, as `sha256sum -c` reads it;
    equal runs give equal zips. `simulation` is a run of the same features on
    simulators, whose proofs stand in the report's table of requirements. Its name is made of site and start unless
    `name` is given. BundleError when the folder cannot be written to.
    """
    data = {
        RUN: _utf8(run.to_json()),
        "run.schema.json": _utf8(json.dumps(run_schema(), indent=1)),
        WIRE: _utf8("".join(f"{_line(one)}\n" for one in run.exchanges)),
        "points.csv": spreadsheet.points_as_csv(run),
        "report.xlsx": spreadsheet.as_xlsx(run),
    }
    report = html.render(run, simulation=simulation, hashes={file: sha256(content) for file, content in data.items()})
    files = {"report.html": _utf8(report), "junit.xml": junit.render(run), **data}
    signed = {file: sha256(content) for file, content in files.items()}
    files |= {file: _utf8(page) for file, page in summary.pages(run, signed).items()}
    files[SUMS] = _utf8("".join(f"{sha256(content)}  {file}\n" for file, content in files.items()))
    path = folder / f"{(name or name_of(run)).removesuffix('.zip')}.zip"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _pack(path, files, run.started)
    except OSError as error:
        raise BundleError(f"{path} cannot be written: {error.strerror or error}. Choose another folder.") from error
    return path


def verify(path: Path) -> list[str]:
    """Say, a sentence each, what in a zip is not as the run wrote it; nothing when all is."""
    try:
        return _differences(_unpack(path))
    except BundleError as error:
        return [str(error)]


def read(path: Path) -> Run:
    """Read the run in a zip, texts of its exchanges included; BundleError when any hash does not match."""
    files = _unpack(path)
    wrong = _differences(files)
    if wrong:
        raise BundleError(f"{path} is not as the run wrote it. {' '.join(wrong)} Use the original.")
    try:
        run = Run.from_json(files[RUN].decode())
        run.exchanges = [Exchange(**json.loads(line)) for line in files[WIRE].decode().split("\n") if line]
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"{path} was written by another version of site acceptance: {error!r}.") from error
    return run


def sha256(content: bytes) -> str:
    """Give a content's hash."""
    return hashlib.sha256(content).hexdigest()


def _line(exchange: Exchange) -> str:
    return json.dumps(asdict(exchange), ensure_ascii=False)


def _utf8(text: str) -> bytes:
    """Encode; half a character becomes an escape that JSON reads again (HTML and XML are cleaned before)."""
    return text.encode("utf-8", "backslashreplace")


def name_of(run: Run) -> str:
    """Return what the zip of a run is called, without its ending: by site and start."""
    plain = unicodedata.normalize("NFKD", run.site.casefold()).encode("ascii", "ignore").decode()
    site = re.sub(r"[^\w-]+", "-", plain).strip("-")[:60] or "site"
    started = moment(run.started)
    return f"sat-{site}" if started is None else f"sat-{site}-{started:%Y%m%dT%H%M%SZ}"


def _pack(path: Path, files: Mapping[str, bytes], started: str) -> None:
    """Write beside the path first, so that what has its name is complete."""
    time = moment(started)
    stamp = _EPOCH if time is None or time.year < _EPOCH[0] else time.timetuple()[:6]
    partial = path.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # the same zip on every system
            archive.writestr(entry, content)
    partial.replace(path)


def _unpack(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise BundleError(f"{path} holds {', '.join(twice)} more than once; use the original.")
            return {name: archive.read(name) for name in names}
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {error.strerror or error}. Name the zip of a run.") from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise BundleError(f"{path} is damaged or no zip of a run: {error}. Use the original.") from error


def _differences(files: Mapping[str, bytes]) -> list[str]:
    if SUMS not in files:
        return [f"{SUMS} is missing, so nothing can be verified."]
    sums, wrong = {}, []
    for line in files[SUMS].decode("utf-8", "replace").splitlines():
        match = _LINE.fullmatch(line)
        if match:
            sums[match[2]] = match[1]
        else:
            wrong.append(f"{SUMS} holds a line that is no hash: {line!r}.")
    wrong += [f"{name} is missing." for name in {RUN: "", WIRE: "", **sums} if name not in files]
    for name in files.keys() - {SUMS}:
        if name not in sums:
            wrong.append(f"{name} is not in {SUMS}: it was put in later.")
        elif sha256(files[name]) != sums[name]:
            wrong.append(f"{name} was changed: its hash does not match.")
    return sorted(wrong)
