"""One look at a connector, and the journal of all looks: a watch that was ended goes on from it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

JOURNAL = "looks.jsonl"
OFFLINE = "3"
"""The state of EWS of a value whose source is lost (reference/docs/ews.md)."""


class JournalError(Exception):
    """A journal cannot be begun or gone on with; the message says why, and what to do."""


def iso(moment: datetime) -> str:
    """Write a moment (UTC) as the journal has it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at a moment.

    `at` is UTC in ISO form. With `trouble`, why nothing was answered, all else is empty. `skew` is by how many s the
    server's clock is ahead of this computer's, None where it does not tell its time. `states` counts values by state,
    `moved` those that differ from the look before; `alarms` has what stands, by the path of its item, with its message.
    `gone` and `new` are items that are not there any more, and were not there before. `forgot` says that the server did
    not know any more up to where it had told its alarms. `lost` are the histories whose value is Offline, and `back`
    those whose value is no more: since the look before, or all of them in a look that is the `first` of a session.
    """

    at: str
    trouble: str = ""
    skew: float | None = None
    states: dict[str, int] = field(default_factory=dict)
    moved: int = 0
    alarms: dict[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    forgot: bool = False
    lost: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    first: bool = False

    @property
    def moment(self) -> datetime:
        """When it was."""
        return datetime.fromisoformat(self.at)

    @property
    def offline(self) -> int:
        """How many values are Offline."""
        return Counter(self.states)[OFFLINE]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is watched: a site's file, since when (UTC, ISO form), for how many hours, a look every so many s."""

    site: str
    started: str
    hours: float
    every: float


class Journal:
    """The file of a watch: its plan, then a line for each look, written at once so that a cut costs one look."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL

    def begin(self, plan: Plan) -> None:
        """Begin a watch; JournalError when the folder has one already."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("x", encoding="utf-8") as file:
                file.write(json.dumps(asdict(plan)))
        except FileExistsError:
            raise JournalError(
                f"{self.path} has a watch already: go on with it by `evce-acceptance resume {self.path.parent}`, or "
                "name another folder with --output."
            ) from None
        except OSError as error:
            raise JournalError(f"{self.path} cannot be written: {error.strerror}.") from error

    def note(self, look: Look) -> None:
        """Add a look, on a line that nothing cut off stands on; OSError when the disk takes none."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(asdict(look), ensure_ascii=False))

    def read(self) -> tuple[Plan, list[Look]]:
        """Return the plan and all looks; a line that was cut off is left out. JournalError when there is no watch."""
        try:
            lines = [*_readable(self.path.read_text(encoding="utf-8"))]
            plan = Plan(**lines[0])
            return plan, [_look(line) for line in lines[1:]]
        except OSError as error:
            raise JournalError(f"There is no watch in {self.path.parent}: {error.strerror}.") from error
        except (IndexError, KeyError, TypeError) as error:
            raise JournalError(f"{self.path} is no journal of a watch. Name the folder that `watch` wrote.") from error


def _readable(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _look(line: dict[str, Any]) -> Look:
    return Look(**line | {name: tuple(line[name]) for name in ("gone", "new", "lost", "back")})
