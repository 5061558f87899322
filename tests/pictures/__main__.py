"""`python -m tests.pictures` makes the pictures of the documents anew, or those that are named: `zone.svg page.png`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.pictures.table import ELSEWHERE, ROOT, take

parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__, allow_abbrev=False)
parser.add_argument("names", nargs="*", help="names of files, as trend.png; all when none are given")
parser.add_argument("--into", type=Path, default=ROOT, help="another folder for them than this repository")
given = parser.parse_args()
take(given.names, given.into)
if not given.names:
    for file, command in ELSEWHERE.items():
        sys.stdout.write(f"{file} is made by {command}\n")
