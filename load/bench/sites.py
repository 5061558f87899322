"""Pages of generated sites as a controller sends them, in variants of which everything or 5 % differs from the last."""

from __future__ import annotations

import json
from typing import Any

from evce_simulator import Model, generate

PAGE = 1000
VARIANTS = ("first", "second", "few")
"""`second` differs from `first` in every connector, `few` from `second` in 5 % of them."""
_SHARE = 20
"""One in so many objects differs in `few`."""

Pages = dict[str, bytes]
"""Bodies by list, limit and offset, as in a request's path and query."""


def make_pages(connectors: int) -> dict[str, Pages]:
    """Make all variants of a site with so many connectors, two on a station and a hundred in a zone."""
    model = Model(generate(max(1, connectors // 100), max(1, connectors // 2), connectors))
    zones, stations, outlets = model.zones(), model.stations(), model.connectors()
    system = json.dumps(model.system()).encode()
    variants: dict[str, Pages] = {}
    for variant in VARIANTS:
        pages = {"/system": system}
        lists = {
            "/zones": zones,
            "/stations": stations,
            "/connectors": [_charging(outlet, variant) for outlet in outlets],
        }
        for path, objects in lists.items():
            pages |= _cut(path, objects)
        variants[variant] = pages
    return variants


def _cut(path: str, objects: list[dict[str, Any]]) -> Pages:
    return {
        f"{path}?limit={PAGE}&offset={offset}": json.dumps(
            {"items": objects[offset : offset + PAGE], "total": len(objects)}
        ).encode()
        for offset in range(0, len(objects), PAGE)
    }


def _charging(outlet: dict[str, Any], variant: str) -> dict[str, Any]:
    """Return a connector that charges, with readings that differ from variant to variant."""
    differs = variant == "second" or (variant == "few" and outlet["id"] % _SHARE)
    step = 1 if differs else 0
    power = round(3.2 + outlet["id"] % 7 / 10 + step / 8, 3)
    current = round(14.1 + outlet["id"] % 5 / 10 + step / 4, 2)
    return {
        **outlet,
        "status": "suspendedEV" if step else "charging",
        "setPointCurrent": 16 + step,
        "setPointPower": 11 + step,
        "activePower": [power, power, power],
        "rmsCurrent": [current, current, current],
        "activeEnergy": round(outlet["activeEnergy"] + 0.25 * step, 3),
        "transactionId": 1000 + outlet["id"],
    }
