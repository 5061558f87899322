"""Prints the seconds of the whole run, told first, and of each session, from the reports that nox leaves."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sessions = [
    session for path in sys.argv[2:] for session in json.loads(Path(path).read_text(encoding="utf-8"))["sessions"]
]
names = [session["signatures"][0] for session in sessions]
width = max(map(len, names))
for name, session in zip(names, sessions, strict=True):
    print(f"{name:<{width}}  {session['duration']:6.0f} s  {session['result']}")
print(f"{'whole run':<{width}}  {float(sys.argv[1]):6.0f} s  (some ran beside others)")
