"""Tables of a profile, key by key: whatever does not fit is a ProfileError with file, line, key and what to do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import DURATION, ISO, MILLISECONDS, SECONDS, SECONDS_LEFT, is_zone
from evce_connector.evce.dialect.lines import Place, line_of
from evce_connector.evce.dialect.paths import Path, PathError, parse
from evce_connector.evce.profile_error import ProfileError

PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""What stands for a value in a request."""


@dataclass(frozen=True)
class Source:
    """The text of a profile, and the name that errors call it by."""

    name: str
    text: str

    def trouble(self, place: Place, why: str) -> ProfileError:
        """Return an error about a key: what is wrong with it and what to do."""
        shown = ".".join(place)
        return ProfileError(f"In the profile {self.name!r}, line {line_of(self.text, place)}, {shown} {why}.")


@dataclass(frozen=True)
class Table:
    """One table of a profile: where it stands and what it holds. Each method raises ProfileError for what is wrong."""

    source: Source
    place: Place
    content: Mapping[str, Json]

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def __iter__(self) -> Iterator[str]:
        return iter(self.content)

    def trouble(self, key: str, why: str) -> ProfileError:
        """Return an error about a key of this table, or about the table where `key` is empty."""
        return self.source.trouble((*self.place, key) if key else self.place, why)

    def only(self, known: Collection[str], what: str = "") -> None:
        """Refuse keys that are not known (`what` says where); ProfileError."""
        for key in self.content:
            if key not in known:
                raise self.trouble(key, f"is not known{what}: take it out, or write one of {', '.join(known)}")

    def refuse(self, keys: Collection[str], why: str) -> None:
        """Refuse keys that make no sense here; ProfileError."""
        for key in keys:
            if key in self.content:
                raise self.trouble(key, f"has no meaning {why}: take it out")

    def need(self, key: str, what: str) -> Json:
        """Return what stands at a key; ProfileError where nothing does, `what` says what to write."""
        if key not in self.content:
            raise self.trouble(key, f"is missing: write {what}")
        return self.content[key]

    def text(self, key: str, default: str | None = None, what: str = "a text") -> str:
        """Return a text that is not empty; without a default it must be there, else ProfileError."""
        value = self.need(key, what) if default is None else self.content.get(key, default)
        if not isinstance(value, str) or (not value and default is None):
            raise self.trouble(key, f"must be {what}, not {value!r}")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false, false where nothing stands; ProfileError."""
        value = self.content.get(key, False)
        if not isinstance(value, bool):
            raise self.trouble(key, f"must be true or false, not {value!r}")
        return value

    def count(self, key: str, default: int, least: int = 0) -> int:
        """Return a whole number of `least` or more; ProfileError."""
        value = self.content.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or (key in self.content and value < least):
            raise self.trouble(key, f"must be a whole number of {least} or more, not {value!r}")
        return value

    def number(self, key: str, default: float) -> float:
        """Return a number above 0; ProfileError."""
        value = self.content.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or (key in self.content and not value > 0):
            raise self.trouble(key, f"must be a number above 0, not {value!r}")
        return float(value)

    def choice(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """Return one of the words that are known; ProfileError."""
        value = self.need(key, _or(known)) if default is None else self.content.get(key, default)
        if not isinstance(value, str) or value not in known:
            raise self.trouble(key, f"must be {_or(known)}, not {value!r}")
        return value

    def table(self, key: str) -> Table:
        """Return the table at a key, an empty one where nothing stands; ProfileError."""
        value = self.content.get(key, {})
        if not isinstance(value, dict):
            raise self.trouble(key, f"must be a table, not {value!r}")
        return Table(self.source, (*self.place, key), value)

    def without(self, key: str) -> Table:
        """Return the same table without a key that is read otherwise."""
        return replace(self, content={name: value for name, value in self.content.items() if name != key})

    def texts(self, key: str) -> dict[str, str]:
        """Return a table whose values are texts, numbers as such; ProfileError."""
        found = self.table(key)
        return {name: _plain(found, name) for name in found}

    def texts_within(self, *, nested: bool) -> Iterator[str]:
        """Yield all texts of a body, however deep; only JSON has tables and lists in it, else a ProfileError."""
        for key, value in self.content.items():
            if isinstance(value, dict | list) and not nested:
                raise self.trouble(key, "must be a text, a number, true or false: a form has no tables and lists")
            yield from self._texts_at(key, value)

    def _texts_at(self, key: str, value: Json) -> Iterator[str]:
        if isinstance(value, dict):
            yield from Table(self.source, (*self.place, key), value).texts_within(nested=True)
        elif isinstance(value, list):
            for one in value:
                yield from self._texts_at(key, one)
        elif isinstance(value, str):
            yield value
        elif not isinstance(value, int | float):
            raise self.trouble(key, f"must be a text, a number, true or false, not {value!r}")

    def path(self, key: str, default: str | None = None, ups: int = 0) -> Path:
        """Return a path that goes up at most so many parents; ProfileError."""
        value = self.need(key, "a path") if default is None else self.content.get(key, default)
        return self.path_of(key, value, ups)

    def path_of(self, key: str, value: Json, ups: int = 0) -> Path:
        """Read a path that stands at or below a key; ProfileError."""
        if not isinstance(value, str):
            raise self.trouble(key, f"must be a path, not {value!r}")
        try:
            path = parse(value)
        except PathError as error:
            raise self.trouble(key, f"must be a path: {error}") from error
        if path.ups > ups:
            raise self.trouble(key, f"has {path.ups} x ^ and {_parents(ups)} here: take ^ out")
        return path

    def request(self, key: str, placeholders: Collection[str] = (), default: str | None = None) -> str:
        """Return the path of a request, which begins with / and has no other placeholders; ProfileError."""
        value = self.text(key, default, "the path of a request, such as /zones")
        if value:
            if not value.startswith("/"):
                raise self.trouble(key, f"must begin with /, not {value!r}")
            if "?" in value:
                raise self.trouble(key, "must have no ?: only lists have parameters, in their table query")
            self.known_placeholders(key, value, placeholders)
        return value

    def known_placeholders(self, key: str, text: str, known: Collection[str]) -> None:
        """Refuse a text with {placeholders} that there are not; ProfileError."""
        for name in PLACEHOLDER.findall(text):
            if name not in known:
                instead = ", ".join(f"{{{one}}}" for one in known) or "none"
                raise self.trouble(key, f"has the placeholder {{{name}}}, which is not known here: there is {instead}")

    def time(self, key: str, *, left: bool = False) -> str:
        """Return the form of a time, or with `left` of how long something still lasts; ProfileError."""
        forms = (ISO, SECONDS, MILLISECONDS, *((SECONDS_LEFT, DURATION) if left else ()))
        what = f"{', '.join(forms)} or a zone such as Europe/Paris"
        value = self.text(key, ISO, what)
        if value not in forms and not is_zone(value):
            raise self.trouble(key, f"must be {what}, not {value!r}")
        return value


def _plain(table: Table, key: str) -> str:
    value = table.content[key]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise table.trouble(key, f"must be a text or a number, not {value!r}")
    return str(value)


def _or(words: Collection[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _parents(ups: int) -> str:
    return "no parent" if not ups else "one parent" if ups == 1 else f"{ups} parents"
