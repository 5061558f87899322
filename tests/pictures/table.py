"""Every picture that a document shows, and what makes it anew from what is there now."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.pictures import browser, workstation

ROOT = Path(__file__).parents[2]

Maker = Callable[[Path], None]
"""Writes one picture or several into a folder."""


@dataclass(frozen=True)
class Picture:
    """A picture of the repository, and by which name its maker leaves it."""

    file: str
    maker: Maker
    made_as: str


PICTURES = (
    Picture("reference/docs/demo.png", browser.demo, "demo.png"),
    Picture("reference/docs/interface.svg", workstation.pictures, "interface.svg"),
    Picture("reference/docs/zone.svg", workstation.pictures, "zone.svg"),
    Picture("reference/docs/curtailment.svg", workstation.pictures, "curtailment.svg"),
    Picture("reference/docs/alarms.svg", workstation.pictures, "alarms.svg"),
    Picture("reference/docs/trend.png", workstation.pictures, "trend.png"),
    Picture("reference/docs/pages-configuration.png", browser.pages, "configuration-1280-light.png"),
    Picture("reference/docs/pages-first-steps.png", browser.pages, "first-steps-1280.png"),
    Picture("reference/docs/pages-history.png", browser.pages, "site-history-1280.png"),
    Picture("reference/docs/pages-site.png", browser.pages, "site-station-1280.png"),
    Picture("reference/docs/pages-status.png", browser.pages, "status-1280-light.png"),
    Picture("simulators/evce_simulator/docs/page.png", browser.controller, "page.png"),
    Picture("features/report.png", browser.report, "report.png"),
)
ELSEWHERE = {"load/docs/site.png": "nox -s load -- --profile site"}
"""Pictures that a measurement leaves, and what measures: it takes longer, and wants a machine of its own."""


def take(names: Collection[str] = (), root: Path = ROOT) -> None:
    """Make the pictures of these names of files anew, or all; below another root they stand in the same folders.

    Ends with a sentence when there is no picture of a name, or one cannot be made.
    """
    if unknown := sorted(set(names) - {Path(picture.file).name for picture in PICTURES}):
        known = ", ".join(Path(picture.file).name for picture in PICTURES)
        sys.exit(f"There is no picture {', '.join(unknown)}. There are {known}.")
    wanted = [picture for picture in PICTURES if not names or Path(picture.file).name in names]
    for maker in dict.fromkeys(picture.maker for picture in wanted):
        with TemporaryDirectory() as folder:
            maker(Path(folder))
            for picture in wanted:
                if picture.maker is maker:
                    (root / picture.file).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(Path(folder) / picture.made_as, root / picture.file)
                    sys.stdout.write(f"{picture.file} was made\n")
