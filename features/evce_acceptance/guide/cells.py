"""How a cell of a feature becomes a value, and a value of EWS a thing to compare with: the only place that converts."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

TOLERANCE = 1e-6
"""A value on the wire has six decimals: 1 mW, 1 mWh."""

FIELDS = {
    "id": "id",
    "number": "logicalConnector",
    "name": "name",
    "type": "type",
    "maximum current": "maxCurrent",
    "maximum power": "maxPower",
    "set point current": "setPointCurrent",
    "set point power": "setPointPower",
    "transaction count": "numberOfTransactions",
    "reduction": "reduction",
    "zone": "zoneId",
    "friendly name": "friendlyName",
    "OCPP identifier": "ocppIdentifier",
    "serial number": "serialNumber",
    "model": "model",
    "version": "version",
    "IP address": "ipAddress",
    "CPO URL": "cpoUrl",
    "acceptance by the CPO": "acceptedByCpo",
    "connection": "connected",
    "status": "status",
    "authentication mode": "authenticationMode",
    "disconnected authentication mode": "disconnectedAuthenticationMode",
    "availability": "available",
    "direct current": "dc",
    "fixed set point": "fixedSetPoint",
    "phase connection": "phaseConnection",
    "active power": "activePower",
    "rms current": "rmsCurrent",
    "active energy": "activeEnergy",
    "transaction": "transactionId",
    "error code": "errorCode",
    "logical connector": "logicalConnector",
}
"""An operator's words for what the controller knows of an object, and the contract's."""

Cell = bool | int | float | str | list[float] | None

WORDS: dict[str, Cell] = {"yes": True, "no": False, "connected": True, "lost": False, "none": None}


def field_name(words: str) -> str:
    """Return the contract's name of a field."""
    return FIELDS[words]


def cell(text: str) -> Cell:
    """Read a cell: yes, no, none, a whole number, a decimal, three of them by phase, else the text.

    >>> cell("yes"), cell("16"), cell("1.5 / 1.5 / 1.0"), cell("charging")
    (True, 16, [1.5, 1.5, 1.0], 'charging')
    """
    text = text.strip()
    if text in WORDS:
        return WORDS[text]
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    phases = text.split(" / ")
    return [float(phase) for phase in phases] if len(phases) == 3 else text


def rows(datatable: list[list[str]]) -> list[dict[str, str]]:
    """Read a table of a step: a line of headings, then a line a row; an example that is empty leaves no blank."""
    headings, *lines = datatable
    return [dict(zip(headings, map(str.strip, line), strict=True)) for line in lines]


def column(datatable: list[list[str]]) -> list[str]:
    """Read a table of one column without a heading."""
    return [line[0] for line in datatable]


def read(kind: str, text: str) -> float | bool | str | datetime:
    """Read a value of EWS as its type says."""
    match kind:
        case "Double":
            return float(text)
        case "Integer":
            return int(text)
        case "Boolean":
            return {"True": True, "False": False}[text]
        case "DateTime":
            return datetime.fromisoformat(text)
    return text


def is_same(kind: str, shown: str, expected: float | bool | str) -> bool:
    """Compare what EWS shows with what the oracle computes.

    >>> is_same("Double", "0.3", 0.1 + 0.2), is_same("Boolean", "True", False)
    (True, False)
    """
    if kind in ("Double", "Integer"):
        return abs(float(shown) - float(expected)) <= TOLERANCE
    return read(kind, shown) == read(kind, str(expected))


def unit_of(unit: str, thing: dict[str, Any]) -> str:
    """Choose the unit of a data point whose unit depends on the object."""
    return ("kW" if thing.get("dc") else "A") if unit == "A or kW" else unit


EMPTY = {"Double": "0.00", "Integer": "0", "Boolean": "False"}


def before_first_poll(kind: str, unit: str) -> str:
    """Write what a live item shows before the first poll ever."""
    return " ".join(part for part in (EMPTY[kind], unit, "[Offline]") if part)
