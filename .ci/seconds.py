"""Prints the seconds that each session took, from the report that nox leaves."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sessions = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["sessions"]
width = max(len(session["name"]) for session in sessions)
for session in sessions:
    print(f"{session['name']:<{width}}  {session['duration']:6.0f} s  {session['result']}")
print(f"{'all':<{width}}  {sum(session['duration'] for session in sessions):6.0f} s")
