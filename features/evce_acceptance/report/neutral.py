"""Takes out of a controller's answers what tells which site they are from, and counts what it took."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

# ruff: noqa: ANN401 - decoded JSON

TABLES = {
    "system": "system",
    "zones": "zone",
    "reduction": "reduction",
    "stations": "station",
    "connectors": "connector",
}
"""The lists of the contract, and what one of their objects is called."""
TELLING = {
    "system": {"name": "site"},
    "zones": {"name": "zone"},
    "reduction": {"description": "reduction"},
    "stations": {
        "friendlyName": "station",
        "ocppIdentifier": "charger",
        "serialNumber": "serial",
        "ipAddress": "ip",
        "cpoUrl": "url",
    },
    "connectors": dict[str, str](),
}
"""Fields whose texts tell which site it is, and what stands in their place."""
_KEPT = {
    "system": "apiVersion version time",
    "zones": "id type maxCurrent setPointCurrent setPointPower numberOfTransactions reduction",
    "reduction": "value type validity validityMode",
    "stations": "id zoneId type model version acceptedByCpo connected status authenticationMode "
    "disconnectedAuthenticationMode",
    "connectors": "id stationId logicalConnector status available dc fixedSetPoint maxCurrent maxPower phaseConnection "
    "setPointCurrent setPointPower activePower rmsCurrent activeEnergy errorCode transactionId",
}
FIELDS = {list_: [*TELLING[list_], *kept.split()] for list_, kept in _KEPT.items()}
"""The contract's fields by list."""
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
}
_FIRST = IPv4Address("198.18.0.0")
"""Addresses from here on are reserved for tests (RFC 2544)."""


class Neutral:
    """Replaces texts, the same one always by the same."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    @property
    def removed(self) -> dict[str, int]:
        """How much was taken out of each kind: of texts, how many different ones."""
        return {said: self._counts[kind] for kind, said in SAID.items() if kind in self._counts}

    def text(self, kind: str, text: str) -> str:
        """Return the neutral text for a text; the empty one stays."""
        if text and text not in self._known:
            count = self._counts[kind] = self._counts.get(kind, 0) + 1
            self._known[text] = str(_FIRST + count) if kind == "ip" else f"{kind}-{count}"
        return self._known.get(text, "")

    def document(self, list_: str, document: Any) -> Any:
        """Return an answer about a list, one of its objects, or the system."""
        if isinstance(document, dict) and isinstance(document.get("items"), list):
            items = [self._object(list_, one) for one in document["items"]]
            return {key: value if type(value) is int else self._unknown(value) for key, value in document.items()} | {
                "items": items
            }
        return self._object(list_, document)

    def _object(self, list_: str, value: Any) -> Any:
        if list_ not in TABLES or not isinstance(value, dict):
            return self._unknown(value)
        return {key: self._field(list_, key, one) for key, one in value.items()}

    def _field(self, list_: str, key: str, value: Any) -> Any:
        if key == "reduction" and isinstance(value, dict):
            return self._object("reduction", value)
        if key in TELLING[list_] and isinstance(value, str):
            return self.text(TELLING[list_][key], value)
        return value if key in FIELDS[list_] and not isinstance(value, dict) else self._unknown(value)

    def _unknown(self, value: Any) -> Any:
        """Keep the shape of what is not understood, and nothing that it says."""
        if isinstance(value, dict):
            return {key: self._unknown(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._unknown(one) for one in value]
        if isinstance(value, str):
            return self.text("text", value)
        if value is None or isinstance(value, bool):
            return value
        self._counts["number"] = self._counts.get("number", 0) + 1
        return 0
