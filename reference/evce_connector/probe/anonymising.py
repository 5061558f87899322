"""Makes a controller's answers fit to be handed on: names, serials, addresses and all that is not understood go."""

from __future__ import annotations

from typing import Any

from evce_connector.evce.convert import Json
from evce_connector.probe.asking import Answer
from evce_connector.probe.finding import Spelling, candidates
from evce_connector.probe.neutral import NAMES, Neutral
from evce_connector.probe.places import LISTS, Places

TOKEN = "token-removed"  # noqa: S105 - what stands in place of one
PLAIN = ("type", "title", "status")
"""Keys of a problem (RFC 9457) that tell nothing about the site."""


class Anonymiser:
    """Replaces texts, the same one always by the same; with `keep_names` only tokens go."""

    def __init__(self, spelled: dict[str, Spelling], *, keep_names: bool = False) -> None:
        self._keep = keep_names
        self._neutral = Neutral(keep=keep_names)
        self._names = {table: {key: name for name, key in found.fields.items()} for table, found in spelled.items()}

    @property
    def removed(self) -> dict[str, int]:
        """How much was removed of each kind: of texts, how many different ones."""
        return self._neutral.removed

    def text(self, kind: str, text: str) -> str:
        """Return the neutral text for a text; the empty one stays."""
        return self._neutral.text(kind, text)

    def answer(self, answer: Answer, places: Places) -> Json:
        """Return the body of an answer without what tells which site it is from."""
        if answer.method == "POST":
            return self._token(answer.document)
        below = answer.path.removeprefix(places.base)
        if below == places.paths.get("system"):
            return self._object("system", answer.document)
        for kind in LISTS:
            path = places.paths.get(kind, "")
            if path and below == path:
                return self._page(kind.removesuffix("s"), answer.document)
            if path and below.startswith(f"{path}/"):
                return self._object(kind.removesuffix("s"), answer.document)
        return self._unknown(answer.document)

    def _token(self, document: Json) -> Json:
        """Keep of a login's answer which keys it has, and how long a token lives."""
        self._neutral.count("token")
        if not isinstance(document, dict):
            return TOKEN
        return {key: value if key == "expiresIn" and not isinstance(value, str) else TOKEN
                for key, value in document.items()}  # fmt: skip

    def _page(self, table: str, document: Json) -> Json:
        if isinstance(document, list):
            return [self._object(table, item) for item in document]
        if not isinstance(document, dict):
            return self._unknown(document)
        page: dict[str, Any] = {}
        for key, value in document.items():
            if isinstance(value, list) and key in ("items", *candidates()["page"]["items"]):
                page[key] = self._page(table, value)
            else:
                page[key] = value if type(value) is int else self._unknown(value)
        return page

    def _object(self, table: str, document: Json) -> Json:
        if not isinstance(document, dict):
            return self._unknown(document)
        return {key: self._field(table, self._names[table].get(key), value) for key, value in document.items()}

    def _field(self, table: str, name: str | None, value: Json) -> Json:
        if self._keep:
            return value
        if name is None:
            return self._unknown(value)
        if (table, name) == ("zone", "reduction"):
            return self._object("reduction", value)
        if (table, name) in NAMES:
            return self.text(NAMES[table, name], value) if isinstance(value, str) else self._unknown(value)
        return self._unknown(value) if isinstance(value, dict) else value

    def _unknown(self, value: Json) -> Json:
        """Keep the shape of what is not understood, and nothing that it says."""
        if self._keep or value is None or isinstance(value, bool):
            return value
        if isinstance(value, dict):
            return {key: item if key in PLAIN else self._unknown(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._unknown(item) for item in value]
        if isinstance(value, str):
            return self.text("text", value)
        self._neutral.count("number")
        return 0
