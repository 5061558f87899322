"""A page of a bundle as PDF, by the browser of this machine: it shows what the page shows, and needs no library."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from evce_acceptance.report import bundle

BROWSERS = (
    *("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
)
"""What can print without a window, the quickest first."""
PATIENCE = 120
"""Seconds that a browser may take for a report of thousands of data points."""


class PrintingError(Exception):
    """A page could not be printed; the message says why and what to do."""


def browser() -> str | None:
    """Return a browser of this machine that prints without a window."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def pages(path: Path) -> list[str]:
    """Return the pages of a bundle, by their names without the ending."""
    with zipfile.ZipFile(path) as archive:
        return [name.removesuffix(".html") for name in archive.namelist() if name.endswith(".html")]


def print_page(path: Path, page: str, output: Path, program: str | None = None) -> Path:
    """Print a page of a bundle (`report`, `summary.fr`) on A4, and return the PDF's path.

    PrintingError when there is no such page or browser, or it prints nothing; BundleError when the bundle was changed.
    """
    bundle.read(path)  # nothing is printed that the run did not write
    if page not in (known := pages(path)):
        raise PrintingError(f"{path} has no page {page!r}; it has {', '.join(known)}.")
    if (program := program or browser()) is None:
        raise PrintingError(
            "There is no browser that prints without a window on this machine (Chromium, Chrome or Edge). "
            "Name it with --browser, or open the page and print it there."
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, zipfile.ZipFile(path) as archive:
        source = Path(archive.extract(f"{page}.html", folder))
        said = _printed(program, source, output, Path(folder) / "profile")
    if not output.exists() or not output.stat().st_size:
        raise PrintingError(
            f"{program} printed nothing: {said or 'it said nothing'}. Open the page and print it there."
        )
    return output


def _printed(program: str, source: Path, output: Path, profile: Path) -> str:
    """Run the browser; returns the last that it said."""
    line = [program, "--headless", "--disable-gpu", f"--user-data-dir={profile}", "--no-pdf-header-footer"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        line.append("--no-sandbox")  # which refuses to work for root; the page is our own
    line += [f"--print-to-pdf={output.absolute()}", source.as_uri()]
    try:
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603 - a page of ours
    except subprocess.TimeoutExpired:
        return f"not within {PATIENCE} s"
    except OSError as error:
        return error.strerror or str(error)
    return (done.stderr.strip().splitlines() or [""])[-1]
