"""The bundle that goes home from a site: one zip with capture, profile, answers and stamps, and what it was made of.

capture.json    what the controller answered, anonymised
profile.toml    how it speaks
answers.toml    what was answered to the probe's questions, if it had any
stamps.toml     what was verified at the site
manifest.json   format, who made it, the site, its version, the date, what was removed, and the SHA-256 of each part
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from evce_connector.errors import ConnectorError

NAME = "site.bundle.zip"
"""What a bundle is called in the folder of a probe."""
CAPTURE, PROFILE, ANSWERS, STAMPS, MANIFEST = (
    "capture.json",
    "profile.toml",
    "answers.toml",
    "stamps.toml",
    "manifest.json",
)
PARTS = (CAPTURE, PROFILE, ANSWERS, STAMPS)
FORMAT = 1
LARGEST = 256 * 1024 * 1024
"""Bytes of one part, unpacked, beyond which something is wrong."""


class BundleError(ConnectorError):
    """A bundle that cannot be read, or is not as it was written."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"The bundle {str(file)!r} cannot be used: {why}.")


@dataclass(frozen=True)
class About:
    """Which site a bundle is of, by its neutral name, which version it speaks, and when it was visited (UTC).

    `removed` says what was taken out of the capture, how many of each kind.
    """

    site: str
    version: str
    moment: datetime
    removed: Mapping[str, int]


def pack(texts: Mapping[str, str], about: About) -> bytes:
    """Return a bundle of the parts among the texts; the same texts and the same moment make the same bytes."""
    parts = {name: texts[name].encode() for name in PARTS if name in texts}
    manifest = {
        "format": FORMAT,
        "made_by": f"evce-connector {version('evce-connector')}",
        "site": about.site,
        "version": about.version,
        "date": f"{about.moment:%Y-%m-%d}",
        "removed": dict(about.removed),
        "sha256": {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()},
    }
    parts[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, part in parts.items():
            bundle.writestr(zipfile.ZipInfo(name, about.moment.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def is_bundle(file: Path) -> bool:
    """Tell whether a file is a zip, as bundles are."""
    return zipfile.is_zipfile(file)


def unpack(file: Path) -> dict[str, bytes]:
    """Return the parts of a bundle by their names, the manifest too; BundleError when one is not as it was written."""
    try:
        with zipfile.ZipFile(file) as bundle:
            names = [name for name in (*PARTS, MANIFEST) if name in bundle.namelist()]
            if any(bundle.getinfo(name).file_size > LARGEST for name in names):
                raise BundleError(file, f"a part of it has more than {LARGEST} bytes")
            parts = {name: bundle.read(name) for name in names}
    except OSError as error:
        raise BundleError(file, error.strerror or str(error)) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:  # no zip, another packing, a password
        raise BundleError(file, f"{error}; a bundle is the zip that evce-connector probe --output writes") from error
    _check(file, parts)
    return parts


def _check(file: Path, parts: Mapping[str, bytes]) -> None:
    """Compare each part with what the manifest says of it."""
    try:
        manifest = json.loads(parts.get(MANIFEST, b"null"))
        form, sums = manifest["format"], dict(manifest["sha256"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BundleError(file, f"it has no {MANIFEST} that can be read") from error
    if form != FORMAT:
        raise BundleError(file, f"it is of the format {form!r}, and this version reads {FORMAT}")
    for name in PARTS:
        if (name in parts) != (name in sums) or (name in parts and _sum(parts[name]) != sums[name]):
            raise BundleError(file, f"{name} is not what was packed: take the bundle from its source again")


def _sum(part: bytes) -> str:
    return hashlib.sha256(part).hexdigest()
