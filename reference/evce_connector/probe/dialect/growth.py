"""How the energy of connectors grows beside their power, which tells Wh from kWh."""

from __future__ import annotations

from evce_connector.evce.dialect.paths import getter, parse, word_of
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.listings import Listing, lists_in
from evce_connector.probe.dialect.match import rows_of
from evce_connector.probe.dialect.survey import Survey
from evce_connector.probe.dialect.walk import Walk

_W = 1000


def growth_of(walk: Walk, seen: Survey, listing: Listing, seconds: float) -> dict[str, float]:
    """Read the connectors once more, so many s after `seen`; returns how energy rose per hour for each kW, by its path.

    Empty where it did not rise, or nothing can be told.
    """
    matched = seen.matched["connectors"]
    power = matched.get("active_power")
    again = _again(walk, listing)
    if power is None or "id" not in matched or again is None or seconds <= 0:
        return {}
    path, own = matched["active_energy"].paths[0], matched["id"].paths[0]
    readings = zip(_column(again, own).values, rows_of(_column(again, path)), strict=True)
    later = {word_of(id_): row for id_, row in readings}
    said = seen.choices["connectors.active_power"].said
    many = _W if isinstance(said, dict) and said.get("unit") == "W" else 1
    energy = kilowatts = 0.0
    rows = zip(seen.ids["connectors"], rows_of(matched["active_energy"].source), rows_of(power.source), strict=True)
    for id_, before, watts in rows:
        after = later.get(word_of(id_))
        if before and after and watts and sum(watts) > 0 and after[0] >= before[0]:
            energy += after[0] - before[0]
            kilowatts += sum(watts) / many
    return {path: energy / kilowatts * 3600 / seconds} if energy > 0 and kilowatts > 0 else {}


def _again(walk: Walk, listing: Listing) -> Listing | None:
    document = Walk(walk.asking, walk.base).get(listing.document.path)
    found = lists_in(document) if document else []
    return next((one for one in found if one.items == listing.items and one.keys == listing.keys), None)


def _column(listing: Listing, path: str) -> Column:
    get = getter(parse(path))
    return Column(path, (path,), tuple(get(value, parents) for value, parents in listing.objects))
