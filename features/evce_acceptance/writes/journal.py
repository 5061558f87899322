"""The lease journal: what is about to be written and how to take it back, on disk before anything is sent.

JSON lines, each forced to the disk. Whoever finds a lease that is planned and not closed restores it: the run itself,
its watchdog, or a later `evce-acceptance restore JOURNAL SITE`. It holds no secrets.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from ebo_simulator.clock import Clock
from evce_acceptance.results.run import LeaseEntry
from evce_acceptance.site.objects import Json

RUN, WATCHDOG = "run", "watchdog"


class Phase(StrEnum):
    """How far a lease has come; those after `read back` are written by the run or by its watchdog."""

    PLANNED = "planned"
    WRITTEN = "written"
    READ_BACK = "read back"
    FURTHER = "planned beside"
    EXPIRED = "expired"
    RESTORED = "restored"
    FAILED = "not restored"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Intent:
    """One write as it is planned, with all that restoring it takes.

    `kind` is "zone" or "connector", `target` the controller's id. `items` are the EWS ids by data point, `values` what
    is written there, `shown` what stood there before. `wanted` and `before` are the controller's side: a reduction as
    {"value", "validity"}, None for none, or {"available"}. `others` are the reductions of the other zones by id, and
    `available` the availability of the other connectors, should the connector write to a wrong one. `seconds` is the
    longest that the lease may last.
    """

    lease: str
    kind: str
    target: int
    items: dict[str, str]
    values: dict[str, str]
    shown: dict[str, str]
    wanted: Json | None
    before: Json | None
    restoring: tuple[str, ...]
    seconds: float
    others: dict[str, Json | None] = field(default_factory=dict)
    available: dict[str, bool] = field(default_factory=dict)

    def restored_by(self, ways: tuple[str, ...]) -> Intent:
        """Return the intent with the calls that would take it back."""
        return replace(self, restoring=ways)

    def beside(self, kind: str, number: int) -> Json | None:
        """Return what another zone or connector had, None for no reduction; KeyError for one that was not there."""
        return self.others[str(number)] if kind == "zone" else {"available": self.available[str(number)]}

    def knows(self, kind: str, number: int) -> bool:
        """Say whether another zone or connector was there."""
        return str(number) in (self.others if kind == "zone" else self.available)

    @property
    def name(self) -> str:
        """The target in words."""
        return f"{self.kind} {self.target}"

    @property
    def text(self) -> str:
        """What is written, in words."""
        return ", ".join(f"{name} {value}" for name, value in self.values.items())


@dataclass
class Open:
    """A lease that nobody has closed; `held` is what the controller was seen to have after the write, if it was."""

    intent: Intent
    held: list[Json | None] = field(default_factory=list)


class LeaseJournal:
    """A file of leases, written by one run and its watchdog."""

    def __init__(self, path: Path, clock: Clock, by: str = RUN) -> None:
        self.path, self._clock, self._by = path, clock, by

    def plan(self, intent: Intent) -> None:
        """Keep an intent; on return it is on the disk, and the write may be sent."""
        outcome = f"to be restored by {' or '.join(intent.restoring)}"
        self._add(intent, Phase.PLANNED, intent.text, outcome, intent=asdict(intent))

    def note(self, intent: Intent, phase: Phase, value: str, outcome: str) -> None:
        """Keep how a lease went on."""
        self._add(intent, phase, value, outcome)

    def plan_further(self, intent: Intent, held: Json, value: str) -> None:
        """Keep what a further write would make of the target: a reduction of that value is the lease's own."""
        self._add(intent, Phase.FURTHER, value, "under the same lease", held=held)

    def read_back(self, intent: Intent, held: Json | None, value: str, outcome: str) -> None:
        """Keep what the controller has after the write."""
        self._add(intent, Phase.READ_BACK, value, outcome, held=held)

    def open_leases(self) -> list[Open]:
        """Return the leases that are not closed, the oldest first."""
        found: dict[str, Open] = {}
        for line in self._lines():
            if line["phase"] == Phase.PLANNED:
                content = line["intent"] | {"restoring": tuple(line["intent"]["restoring"])}
                found[line["lease"]] = Open(Intent(**content))
            elif line["phase"] in (Phase.READ_BACK, Phase.FURTHER) and line["lease"] in found:
                found[line["lease"]].held.append(line["held"])
            elif line["phase"] == Phase.CLOSED:
                found.pop(line["lease"], None)
        return list(found.values())

    def entries(self) -> list[LeaseEntry]:
        """Return every line as reports show it, the watchdog's too."""
        return [
            LeaseEntry(
                line["at"],
                line["phase"] if line["by"] == RUN else f"{line['phase']} by the watchdog",
                line["target"],
                line["value"],
                line["outcome"],
            )
            for line in self._lines()
        ]

    def _add(self, lease: Intent, phase: Phase, value: str, outcome: str, **more: object) -> None:
        line: dict[str, Any] = {
            "lease": lease.lease,
            "by": self._by,
            "at": self._clock.now().isoformat(timespec="milliseconds"),
            "phase": phase,
            "target": lease.name,
            "value": value,
            "outcome": outcome,
        }
        text = json.dumps(line | more, ensure_ascii=False) + "\n"
        with self.path.open("a+b") as file:
            file.write((self._mended(file) + text).encode())
            file.flush()
            os.fsync(file.fileno())

    @staticmethod
    def _mended(file: Any) -> str:  # noqa: ANN401 - typing has no name for what open gives in this mode
        """Begin a new line after one that a dying process left unfinished."""
        if file.seek(0, os.SEEK_END) == 0:
            return ""
        file.seek(-1, os.SEEK_END)
        return "" if file.read(1) == b"\n" else "\n"

    def _lines(self) -> list[dict[str, Any]]:
        """Read all whole lines; one that was cut off was followed by no write."""
        if not self.path.exists():
            return []
        found = []
        for line in self.path.read_bytes().decode("utf-8", "replace").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found
