"""One look at a connector, and the journal of all looks: a watch that was ended goes on from it."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

JOURNAL, ITEMS = "looks.jsonl", "items.json"
"""The file of a watch, and the paths of the items that it saw last."""
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
            if self.path.exists() and self.path.stat().st_size:
                raise JournalError(
                    f"{self.path} has a watch already: go on with it by `evce-acceptance resume {self.path.parent}`, "
                    "or name another folder with --output."
                )
            self.path.write_text(json.dumps(asdict(plan)), encoding="ascii")
        except OSError as error:
            raise JournalError(f"{self.path} cannot be written: {error.strerror}.") from error

    def note(self, looks: Sequence[Look]) -> None:
        """Add looks, each on a line that nothing cut off stands on; OSError when the disk takes none."""
        with self.path.open("a", encoding="ascii") as file:
            file.write("".join("\n" + json.dumps(asdict(look)) for look in looks))
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> tuple[Plan, list[Look]]:
        """Return the plan and all looks; what is none, as a line cut off, is left out. JournalError without a watch."""
        try:
            first, *lines = self.path.read_bytes().split(b"\n")
            plan = Plan(**json.loads(first))
        except OSError as error:
            raise JournalError(f"There is no watch in {self.path.parent}: {error.strerror}.") from error
        except (ValueError, TypeError) as error:
            raise JournalError(f"{self.path} is no journal of a watch. Name the folder that `watch` wrote.") from error
        return plan, [*_looks(lines)]

    def known(self) -> set[str] | None:
        """Return the paths of the items that were there when the tree was told last; None before the first time."""
        try:
            return set(json.loads(self._items.read_text(encoding="ascii")))
        except (OSError, ValueError):
            return None

    def know(self, paths: Iterable[str]) -> None:
        """Keep the paths of the items that are there; OSError when the disk takes none."""
        aside = self._items.with_suffix(".new")
        aside.write_text(json.dumps(sorted(paths), indent=0), encoding="ascii")
        aside.replace(self._items)

    @property
    def _items(self) -> Path:
        return self.path.with_name(ITEMS)


def _looks(lines: Iterable[bytes]) -> Iterator[Look]:
    """Read what lines hold of looks; a power cut may leave part of one, or zeros."""
    for line in lines:
        try:
            read: dict[str, Any] = json.loads(line.strip(b"\0"))
            yield Look(**read | {name: tuple(read[name]) for name in ("gone", "new", "lost", "back")})
        except (ValueError, TypeError, KeyError):
            continue
