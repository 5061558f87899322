"""Where a value stands in a JSON document: paths as a profile writes them, to read at and to write at.

Writing makes what is missing on the way: objects, lists, and in lists the element that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# ruff: noqa: ANN401 - any JSON

KEY_STEP = "$key"
"""The step that names an object by its key, where objects stand in an object instead of a list."""
_UP = "^"
_STEP = re.compile(
    r"(?P<point>\.)?(?:'(?P<quoted>[^']+)'|(?P<key>[\w$@-]+)|\[(?P<index>\d{1,4})\]|\[(?P<wanted>[^]=]+)=(?P<word>[^]]*)\])"
)


class _Absent:
    """The type of ABSENT, which reads well in messages of tests."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""What stands where nothing stands: null is something."""


def as_text(value: Any) -> str | None:
    """Return a word as a profile writes it: numbers and booleans as JSON does; None for what is no word."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of an object."""

    name: str

    def of(self, holder: Any) -> Any:
        return holder.get(self.name, ABSENT) if isinstance(holder, dict) else ABSENT

    def place(self, holder: Any, change: Callable[[Any], Any]) -> Any:
        made = holder if isinstance(holder, dict) else {}
        made[self.name] = change(made.get(self.name, ABSENT))
        return made


@dataclass(frozen=True, slots=True)
class _Index:
    """A place of a list; places before it that nobody fills hold null."""

    place_number: int

    def of(self, holder: Any) -> Any:
        there = isinstance(holder, list) and self.place_number < len(holder)
        return holder[self.place_number] if there else ABSENT

    def place(self, holder: Any, change: Callable[[Any], Any]) -> Any:
        made = holder if isinstance(holder, list) else []
        made.extend([None] * (self.place_number + 1 - len(made)))
        made[self.place_number] = change(made[self.place_number])
        return made


@dataclass(frozen=True, slots=True)
class _Match:
    """The first element of a list whose key reads a word; it is added where there is none."""

    key: str
    word: str

    def of(self, holder: Any) -> Any:
        return next((one for one in holder if self._fits(one)), ABSENT) if isinstance(holder, list) else ABSENT

    def place(self, holder: Any, change: Callable[[Any], Any]) -> Any:
        made = holder if isinstance(holder, list) else []
        found = next((place for place, one in enumerate(made) if self._fits(one)), None)
        if found is None:
            made.append(change({self.key: self.word}))
        else:
            made[found] = change(made[found])
        return made

    def _fits(self, element: Any) -> bool:
        return isinstance(element, dict) and as_text(element.get(self.key)) == self.word


_Step = _Key | _Index | _Match


@dataclass(frozen=True, slots=True)
class Path:
    """A way through a document: `up` parents up, then inward step by step; without a step the document itself."""

    text: str
    up: int = 0
    steps: tuple[_Step, ...] = field(default=())

    @property
    def is_key(self) -> bool:
        """Whether it is the key under which the object stands."""
        return self.up == 0 and self.steps == (_Key(KEY_STEP),)

    @property
    def place(self) -> tuple[int, tuple[_Step, ...]]:
        """What two paths have in common that lead to one place, however they are written."""
        return self.up, self.steps

    def leads_into(self, other: Path) -> bool:
        """Say whether the other one leads to something that stands within what this one leads to."""
        inner, outer = other.steps, self.steps
        return self.up == other.up and len(inner) > len(outer) and inner[: len(outer)] == outer

    def read(self, document: Any) -> Any:
        """Return what stands there, ABSENT when nothing does; parents are not followed here."""
        for step in self.steps:
            document = step.of(document)
        return document

    def within(self, outer: Path) -> Path:
        """Return the path from where the outer one begins, for one that is counted from where the outer one leads."""
        return self if self.up else Path(self.text, outer.up, outer.steps + self.steps)

    @property
    def can_be_written(self) -> bool:
        """Whether what is written there is read there; an element that is known by a key has to stay an object."""
        probe = object()
        return self.read(self.put(ABSENT, probe)) is probe

    def put(self, document: Any, value: Any) -> Any:
        """Write a value there and return the document, which is a new one where there was none (ABSENT)."""
        return _put(document, self.steps, value)


def parse(text: str) -> Path:
    """Read a path; ValueError, with the rest that makes no sense, when it is none."""
    up, rest = 0, text
    while rest.startswith(_UP):
        up += 1
        rest = rest.removeprefix(_UP)
        if rest and not rest.startswith("."):
            raise ValueError(f"after {_UP!r} comes a point, not {rest!r}")
        rest = rest.removeprefix(".")
    steps: list[_Step] = []
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        needs_point = bool(steps) and found is not None and found["index"] is None and found["wanted"] is None
        if found is None or bool(found["point"]) != needs_point:
            raise ValueError(f"{rest[at:]!r} cannot be read")
        steps.append(_step(found))
        at = found.end()
    return Path(text, up, tuple(steps))


def _step(found: re.Match[str]) -> _Step:
    if found["index"] is not None:
        return _Index(int(found["index"]))
    if found["wanted"] is not None:
        return _Match(found["wanted"].strip("'"), found["word"].strip("'"))
    return _Key(found["quoted"] or found["key"])


def _put(holder: Any, steps: tuple[_Step, ...], value: Any) -> Any:
    if not steps:
        return holder | value if isinstance(holder, dict) and isinstance(value, dict) else value
    return steps[0].place(holder, lambda inner: _put(inner, steps[1:], value))
