"""What stands in place of what tells which site answers: the same always by the same, and counted by its kind."""

from __future__ import annotations

from ipaddress import IPv4Address

FIRST_ADDRESS = IPv4Address("198.18.0.0")
"""Addresses from here on are reserved for tests (RFC 2544)."""
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
SAID = {
    "site": "names of the site",
    "zone": "names of zones",
    "reduction": "descriptions of reductions",
    "station": "names of stations",
    "charger": "OCPP identifiers",
    "serial": "serial numbers",
    "ip": "addresses",
    "url": "URLs",
    "id": "identifiers",
    "page": "marks of pages",
    "text": "texts that are not understood",
    "number": "numbers that are not understood",
    "key": "keys that are not understood",
    "secret": "secrets",
    "token": "answers of a login",
}
"""What is removed, as a report calls it."""


class Neutral:
    """Replaces texts, the same one always by the same; with `keep` they stay."""

    def __init__(self, *, keep: bool = False) -> None:
        self.keep = keep
        self._known: dict[str, str] = {}
        self._numbers: dict[tuple[str, float], int] = {}
        self._counts: dict[str, int] = {}

    @property
    def removed(self) -> dict[str, int]:
        """How much was removed of each kind: of texts, how many different ones."""
        return {said: count for kind, said in SAID.items() if (count := self._counts.get(kind, 0))}

    @property
    def replaced(self) -> frozenset[str]:
        """The texts that were replaced."""
        return frozenset(self._known)

    def count(self, kind: str) -> int:
        """Count one more of a kind, and return how many there are."""
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        return count

    def text(self, kind: str, text: str, like: str = "") -> str:
        """Return the neutral text for a text, which begins as its kind or `like`; the empty one stays."""
        if self.keep or not text:
            return text
        if text not in self._known:
            self._known[text] = _neutral(kind, like or kind, self.count(kind))
        return self._known[text]

    def number(self, kind: str, number: float) -> float:
        """Return the neutral number for one that stands where a text of that kind is meant."""
        if self.keep:
            return number
        if (kind, number) not in self._numbers:
            self._numbers[kind, number] = self.count(kind)
        return self._numbers[kind, number]


def _neutral(kind: str, like: str, count: int) -> str:
    """Return a text that looks like its kind."""
    if kind == "ip":
        return str(FIRST_ADDRESS + count)
    return f"wss://cpo-{count}.example/ocpp" if kind == "url" else f"{like}-{count}"
