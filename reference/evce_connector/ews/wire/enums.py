"""Enumerations that GetEnums explains; value items name theirs in EnumId."""

from __future__ import annotations

from dataclasses import dataclass

from evce_connector.site.catalogue import BOOLEAN_ENUM, STATUS_ENUM


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Values on the wire, each with the text to show."""

    id: str
    name: str
    values: tuple[tuple[str, str], ...]


ENUMERATIONS = (
    Enumeration(BOOLEAN_ENUM, "Boolean", (("False", "False"), ("True", "True"))),
    Enumeration(
        STATUS_ENUM,
        "Connector status (OCPP 1.6)",
        (
            ("available", "Available"),
            ("preparing", "Preparing"),
            ("charging", "Charging"),
            ("suspendedEVSE", "Suspended by the station"),
            ("suspendedEV", "Suspended by the vehicle"),
            ("finishing", "Finishing"),
            ("reserved", "Reserved"),
            ("unavailable", "Unavailable"),
            ("faulted", "Faulted"),
        ),
    ),
)
