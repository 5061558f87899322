"""Makes a controller's answers fit to be handed on: names, serials, addresses and all that is not understood go."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from evce_connector.evce.convert import Json
from evce_connector.probe.asking import Answer
from evce_connector.probe.finding import Spelling, candidates
from evce_connector.probe.places import LISTS, Places

NAMES = {
    ("system", "name"): "site",
    ("zone", "name"): "zone",
    ("reduction", "description"): "reduction",
    ("station", "friendly_name"): "station",
    ("station", "ocpp_identifier"): "charger",
    ("station", "serial_number"): "serial",
    ("station", "ip_address"): "ip",
    ("station", "cpo_url"): "url",
}
"""Fields whose texts tell which site this is, and what their neutral texts begin with."""
FIRST_ADDRESS = IPv4Address("198.18.0.0")
"""Addresses from here on are reserved for tests (RFC 2544)."""
SAID = {
    "site": "names of the site",
    "zone": "names of zones",
    "reduction": "descriptions of reductions",
    "station": "names of stations",
    "charger": "OCPP identifiers",
    "serial": "serial numbers",
    "ip": "addresses",
    "url": "URLs",
    "text": "texts that are not understood",
    "number": "numbers that are not understood",
    "token": "answers of a login",
}
"""What is removed, as a report calls it."""
TOKEN = "token-removed"  # noqa: S105 - what stands in place of one
PLAIN = ("type", "title", "status")
"""Keys of a problem (RFC 9457) that tell nothing about the site."""


class Anonymiser:
    """Replaces texts, the same one always by the same; with `keep_names` only tokens go."""

    def __init__(self, spelled: dict[str, Spelling], *, keep_names: bool = False) -> None:
        self._keep = keep_names
        self._names = {table: {key: name for name, key in found.fields.items()} for table, found in spelled.items()}
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    @property
    def removed(self) -> dict[str, int]:
        """How much was removed of each kind: of texts, how many different ones."""
        return {said: count for kind, said in SAID.items() if (count := self._counts.get(kind, 0))}

    def _count(self, kind: str) -> int:
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        return count

    def text(self, kind: str, text: str) -> str:
        """Return the neutral text for a text; the empty one stays."""
        if self._keep or not text:
            return text
        if text not in self._known:
            self._known[text] = _neutral(kind, self._count(kind))
        return self._known[text]

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
        self._count("token")
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
        self._count("number")
        return 0


def _neutral(kind: str, count: int) -> str:
    """Return a text that looks like its kind."""
    if kind == "ip":
        return str(FIRST_ADDRESS + count)
    return f"wss://cpo-{count}.example/ocpp" if kind == "url" else f"{kind}-{count}"
