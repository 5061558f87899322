"""Data points as they are served where the configuration lets more, or less, of them be set than the catalogue."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from evce_connector.site.catalogue import CATALOGUE
from evce_connector.site.datapoint import DataPoint, Mark

BY_DEFAULT = frozenset({point.name for point in CATALOGUE if point.writeable} - {"Heartbeat"})
"""What EWS clients may set unless the configuration says otherwise."""


def served_with(settable: Collection[str]) -> dict[str, DataPoint]:
    """Return, by name, the data points whose rows of the catalogue say otherwise than `settable`.

    >>> list(served_with(BY_DEFAULT)), served_with(BY_DEFAULT)["Heartbeat"].writeable
    (['Heartbeat'], False)
    """
    return {
        point.name: replace(point, marks=point.marks ^ Mark.WRITEABLE)
        for point in CATALOGUE
        if point.writeable is not (point.name in settable)
    }
