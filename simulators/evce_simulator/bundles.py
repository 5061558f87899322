"""Bundles that come home from a site: a zip of capture, profile, answers and stamps, each with its SHA-256."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from evce_simulator.capture import CaptureError, Exchange, exchanges_of, read_capture

CAPTURE, PROFILE, STAMPS, MANIFEST = "capture.json", "profile.toml", "stamps.toml", "manifest.json"
_FORMAT = 1
_LARGEST = 256 * 1024 * 1024  # bytes of one part, unpacked


@dataclass(frozen=True)
class Bundle:
    """What was recorded at a site; a capture that comes alone has no profile, stamps or name of a site."""

    exchanges: list[Exchange] = field(default_factory=list)
    profile: str | None = None
    stamps: str | None = None
    site: str = ""


def is_bundle(file: Path) -> bool:
    """Tell a bundle, which is a zip, from a capture or a file of stamps."""
    return zipfile.is_zipfile(file)


def read_bundle(file: Path) -> Bundle:
    """Read a bundle, or a capture (ours or HAR) that comes alone; CaptureError says what is wrong with it."""
    if not is_bundle(file):
        return Bundle(read_capture(file))
    parts = _parts(file)
    try:
        manifest = json.loads(parts[MANIFEST])
        wanted, form, site = dict(manifest["sha256"]), manifest["format"], str(manifest.get("site", ""))
    except (KeyError, ValueError, TypeError) as error:
        raise CaptureError(f"{file} is no bundle: {error!r} in {MANIFEST}. evce-connector probe writes one.") from error
    if form != _FORMAT:
        raise CaptureError(f"{file} is a bundle of format {form!r}; this simulator reads {_FORMAT}.")
    for name, sum_ in wanted.items():
        if name not in parts or hashlib.sha256(parts[name]).hexdigest() != sum_:
            raise CaptureError(f"{file}: {name} is not what was packed; take the bundle from its source again.")
    texts = {name: parts[name].decode(errors="replace") for name in wanted}
    captured = exchanges_of(texts[CAPTURE], f"{file}/{CAPTURE}") if CAPTURE in texts else []
    return Bundle(captured, texts.get(PROFILE), texts.get(STAMPS), site)


def _parts(file: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(file) as packed:
            if any(one.file_size > _LARGEST for one in packed.infolist()):
                raise CaptureError(f"{file}: a part of it has more than {_LARGEST} bytes.")
            return {one.filename: packed.read(one) for one in packed.infolist()}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise CaptureError(f"Cannot read {file}: {error}.") from error
