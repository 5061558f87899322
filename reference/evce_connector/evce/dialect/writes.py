"""Fills the requests that change something: templates of a profile and the values that stand in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from urllib.parse import quote

from evce_connector.evce.asking import Request
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import FRACTIONS, LIMITS, time_to, usable
from evce_connector.evce.dialect.declared import Write
from evce_connector.evce.dialect.paths import word_of
from evce_connector.evce.dialect.tables import PLACEHOLDER
from evce_connector.site.values import utc_instant

Values = Mapping[str, Json]
"""What stands for each placeholder."""


AMOUNTS = ("taken", "left", "taken_share", "left_share", *(f"limit_{unit.lower()}" for unit in LIMITS))
"""Placeholders of how much is reduced."""
UNTIL = ("validity", "seconds", "duration")
"""Placeholders of how long it holds."""


def placeholders(write: Write) -> set[str]:
    """Return the names of the values that a write needs."""
    return {name for text in [write.path, *_texts(write.body)] for name in PLACEHOLDER.findall(text)}


def request_of(write: Write, values: Values) -> Request:
    """Return the request of a write; ValueError where a value that it needs is not known."""
    missing = sorted(name for name in placeholders(write) if word_of(values.get(name)) is None)
    if missing:
        raise ValueError(f"the controller has to be told {', '.join(missing)}, which is not known")
    path = PLACEHOLDER.sub(lambda match: quote(_written(values[match[1]]), safe=""), write.path)
    if write.send == "none" or not write.body:
        return Request(write.method, path)
    if write.send == "form":
        return Request(
            write.method, path, form={name: _written(_filled(one, values)) for name, one in write.body.items()}
        )
    return Request(write.method, path, json=_filled(write.body, values))


def reduction_values(value: Json, validity: Json, write: Write, maximum: Json) -> dict[str, Json]:
    """Return what can be said of a reduction that takes so many per cent until then; `maximum` is the zone's in A.

    Without a maximum there is no limit. Amounts are multiples of the write's step, and rather take more than was
    asked; what takes nothing or all is sent as it is. ValueError where the per cent are no number or the validity is no
    time.
    """
    if not usable(value):
        raise ValueError(f"{value!r} is no reduction in per cent")
    left = round(100 - value, FRACTIONS)
    step = write.step if value else 0.0
    found: dict[str, Json] = {"validity": time_to(utc_instant(str(validity)), write.time)}
    found["taken"] = _stepped(value, step, ROUND_CEILING, 100)
    found["taken_share"] = _stepped(value / 100, step, ROUND_CEILING, 1)
    found["left"] = _stepped(left, step, ROUND_FLOOR, 100)
    found["left_share"] = _stepped(left / 100, step, ROUND_FLOOR, 1)
    for unit, many in LIMITS.items():
        most = maximum * many if usable(maximum) and maximum > 0 else None
        limit = None if most is None else _stepped(most * left / 100, step, ROUND_FLOOR, most)
        found[f"limit_{unit.lower()}"] = limit
    return found


def rounding(write: Write, maximum: Json) -> float:
    """Return by how many per cent at most the steps of a write lead away from what was asked; `maximum` is in A."""
    if not write.step:
        return 0.0
    (amount,) = placeholders(write).intersection(AMOUNTS)
    if amount.endswith("_share"):
        return write.step * 100
    for unit, many in LIMITS.items():
        if amount == f"limit_{unit.lower()}":
            return 100 * write.step / (maximum * many) if usable(maximum) and maximum > 0 else 0.0
    return write.step


def _stepped(number: float, step: float, direction: str, most: float) -> Json:
    """Return a number, or the next multiple of a step in a direction, up to `most`."""
    exact = Decimal(str(round(number, FRACTIONS)))
    if step:
        exact = (exact / Decimal(str(step))).to_integral_value(direction) * Decimal(str(step))
    return tidy(min(float(exact), round(most, FRACTIONS)))


def seconds_until(validity: Json, now: Json) -> int:
    """Return how many whole s there are from `now`, the controller's own clock, until a validity; at least 1.

    ValueError where its clock cannot be read or it has passed.
    """
    try:
        present = utc_instant(str(now))
    except ValueError as error:
        raise ValueError("the controller has to be told for how many seconds, and its clock cannot be read") from error
    seconds = round((_instant(validity) - present).total_seconds())
    if seconds < 1:
        raise ValueError(f"the validity {validity} has passed by the controller's clock, which says {now}")
    return seconds


def tidy(number: Json) -> Json:
    """Write a number that is whole as such: a controller may want 10 and not 10.0."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _instant(text: Json) -> datetime:
    return utc_instant(str(text))


def _filled(template: Json, values: Values) -> Json:
    """Put values into a body; a text that is one placeholder becomes the value itself."""
    if isinstance(template, dict):
        return {name: _filled(one, values) for name, one in template.items()}
    if isinstance(template, list):
        return [_filled(one, values) for one in template]
    if not isinstance(template, str):
        return template
    if whole := re.fullmatch(PLACEHOLDER, template):
        return values[whole[1]]
    return PLACEHOLDER.sub(lambda match: _written(values[match[1]]), template)


def _written(value: Json) -> str:
    return word_of(value) or ""


def _texts(template: Json) -> list[str]:
    if isinstance(template, Mapping):
        return [text for one in template.values() for text in _texts(one)]
    if isinstance(template, list):
        return [text for one in template for text in _texts(one)]
    return [template] if isinstance(template, str) else []
