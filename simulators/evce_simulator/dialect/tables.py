"""Tables of a profile, read strictly: each key is taken with its kind, and what nobody takes is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evce_simulator.dialect import paths
from evce_simulator.dialect.paths import Path
from evce_simulator.dialect.templates import Template
from evce_simulator.errors import ProfileError


class Table:
    """One table of a profile's file; `key` is where it stands, as in `zones.fields`.

    ProfileError, with file, key and what to do, when a key holds what does not fit.
    """

    def __init__(self, profile: str, key: str, content: dict[str, Any]) -> None:
        self.profile = profile
        self.key = key
        self._content = dict(content)

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def name_of(self, key: str) -> str:
        """Return a key with the tables that it stands in."""
        return f"{self.key}.{key}" if self.key else key

    def refused(self, key: str, reason: str) -> ProfileError:
        """Make the error for a key of this table, or with "" for the table itself."""
        return ProfileError(self.profile, self.name_of(key) if key else self.key, reason)

    def take(self, key: str) -> Any:  # noqa: ANN401 - any value of TOML
        """Return what stands at a key, None when nothing does; the key is known then."""
        return self._content.pop(key, None)

    def text(self, key: str, default: str | None = None) -> str | None:
        """Return a text."""
        value = self.take(key)
        if value is not None and not isinstance(value, str):
            raise self.refused(key, f"this is a text; write it in quotation marks instead of {value!r}.")
        return default if value is None else value

    def needed(self, key: str) -> str:
        """Return a text that must be there."""
        value = self.text(key)
        if value is None:
            raise self.refused(key, "this is missing; add it.")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """Return one of several words."""
        value = self.text(key, default)
        if value not in choices:
            raise self.refused(key, f"write one of {', '.join(choices)}, not {value!r}.")
        return str(value)

    def flag(self, key: str) -> bool:
        """Return true or false; false when it is not there."""
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            raise self.refused(key, f"write true or false, not {value!r}.")
        return bool(value)

    def whole(self, key: str, default: int | None = None, low: int = 0) -> int:
        """Return a whole number of `low` or more."""
        value = self._content.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise self.refused(key, f"write a whole number of {low} or more, not {value!r}.")
        return value

    def above_zero(self, key: str) -> float | None:
        """Return a number above 0, None when it is not there."""
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise self.refused(key, f"write a number above 0, not {value!r}.")
        return float(value)

    def path(self, key: str) -> Path | None:
        """Return a path in a document, None when it is not there."""
        text = self.text(key)
        return None if text is None else self.parsed(key, text)

    def parsed(self, key: str, text: str) -> Path:
        """Read a path that stands at a key."""
        try:
            return paths.parse(text)
        except ValueError as error:
            raise self.refused(key, f"{text!r} is no path: {error}; write it as limits.max, phases[0].a.") from error

    def request(self, key: str, placeholders: tuple[str, ...] = ()) -> Template | None:
        """Return the path of a request below the API's base, None when it is not there."""
        text = self.text(key)
        if text is None:
            return None
        if not text.startswith("/") or "?" in text:
            raise self.refused(key, f"a request begins with / and has no ? (see query); change {text!r}.")
        found = Template(text)
        self.check_placeholders(key, found, placeholders)
        return found

    def check_placeholders(self, key: str, template: Template, known: tuple[str, ...]) -> None:
        """Refuse a placeholder that is not known here."""
        for name in template.names:
            if name not in known:
                there = ", ".join(f"{{{one}}}" for one in known) or "none"
                raise self.refused(key, f"there is no placeholder {{{name}}} here; there is {there}.")

    def table(self, key: str) -> Table | None:
        """Return a table within, None when it is not there."""
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.refused(key, f"this is a table; write [{self.name_of(key)}] or {{ }} instead of {value!r}.")
        return Table(self.profile, self.name_of(key), value)

    def needed_table(self, key: str) -> Table:
        """Return a table that must be there."""
        found = self.table(key)
        if found is None:
            raise self.refused(key, "this table is missing; add it.")
        return found

    def plain(self, key: str) -> dict[str, Any]:
        """Return a table whose keys are free, empty when it is not there."""
        found = self.table(key)
        return found.rest() if found else {}

    def rest(self) -> dict[str, Any]:
        """Return all that nobody took yet."""
        taken, self._content = self._content, {}
        return taken

    def word_lists(self, key: str) -> Iterator[tuple[Path, list[str]]]:
        """Return a table of paths to lists of words."""
        for path, words in self.plain(key).items():
            if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
                raise self.refused(f"{key}.{path}", f'this is a list of words, as in ["gone"], not {words!r}.')
            yield self.parsed(f"{key}.{path}", path), words

    def end(self) -> None:
        """Refuse a key that nobody took."""
        for key in self._content:
            raise self.refused(key, "there is no such key (see PROFILES.md); take it away or spell it as there.")
