"""What names do not tell: which of two is the maximum, and guesses for fields of which nothing else is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from evce_connector.probe.dialect.columns import Column, Three
from evce_connector.probe.dialect.fits import Around, fit
from evce_connector.probe.dialect.match import Match, Source, rows_of
from evce_connector.probe.dialect.names import concepts_of, meaning, meanings

_FAIR, _UNSURE = 0.5, 0.05
"""What name and margin of a match are worth at most that values put in the place of another."""
_MANY, _OTHER_UNIT = 1000, 200
"""How many of the one unit are one of the other, and by how many times values differ that are in two units."""
GUESS = -1.0
"""The margin of a guess, which is always asked."""
_PAIRS = {
    "zone": (("max_current", "set_point_current", "current"),),
    "connector": (("max_current", "set_point_current", "current"), ("max_power", "set_point_power", "power")),
}
_LEAST = 0.5
"""What values must be worth to a field for a guess."""
_NEVER = frozenset({"id", "ref", "reduction", "time"})
_OTHERS = {
    "current": {"power", "energy", "voltage"},
    "power": {"current", "energy", "voltage"},
    "energy": {"current", "power", "voltage"},
}


def guess(why: str, source: Source, fitting: float = _LEAST) -> Match:
    """Return a match that nothing but values speaks for."""
    return Match(source, 0.0, fitting, GUESS, evidence=(f"a guess: {why}",))


def fill(
    table: str, matched: dict[str, Match], columns: Sequence[Column], three: Sequence[Three], around: Around
) -> None:
    """Settle maxima and set points by which is larger, and guess what is left."""
    for highest, point, quantity in _PAIRS.get(table, ()):
        _settle(matched, columns, highest, point, quantity)
    for name in meanings()[table]:
        form = meaning(table, name).form
        if name in matched or form in _NEVER:
            continue
        free = _free(matched, [*columns, *three])
        offers = [(_worth(form, one, around), one) for one in free]
        best = max(offers, default=(0.0, None), key=lambda offer: offer[0])
        if best[1] is not None and best[0] >= _LEAST:
            matched[name] = guess("nothing else is left that looks so", best[1], best[0])


def _worth(form: str, source: Source, around: Around) -> float:
    if isinstance(source, Three):
        return 0.9 if form == "three" else 0.0
    if form == "three" or not source.here or concepts_of(source.keys[-1])[0] & _OTHERS.get(form, set()):
        return 0.0
    return fit(form, source, around)


def _free(matched: dict[str, Match], sources: Sequence[Source]) -> list[Source]:
    taken = {path for one in matched.values() for path in one.paths}
    found = []
    for one in sources:
        paths = one.paths if isinstance(one, Three) else (one.path,)
        near = any(_is_within(path, other) or _is_within(other, path) for path in paths for other in taken)
        if not near and not set(paths) & taken:
            found.append(one)
    return found


def _is_within(path: str, around: str) -> bool:
    return path.startswith((f"{around}[", f"{around}."))


def _settle(matched: dict[str, Match], columns: Sequence[Column], highest: str, point: str, quantity: str) -> None:
    """Where one of two was found, or the maximum is the smaller one: the larger is the maximum."""
    here = [matched[name] for name in (highest, point) if name in matched]
    if not here:
        return
    others = [
        one
        for one in _free(matched, columns)
        if isinstance(one, Column) and quantity in concepts_of(one.keys[-1])[0] and fit(quantity, one) > 0
    ]
    if len(here) == 2:  # noqa: PLR2004 - both
        larger = _larger(here[0].source, here[1].source)
        if larger is here[1].source:
            matched[highest], matched[point] = (_turned(one, highest) for one in (here[1], here[0]))
        return
    if len(others) != 1:
        return
    known, other = here[0], guess(f"the only other {quantity}", others[0], 0.8)
    larger = _larger(known.source, other.source)
    if larger is not None:
        first, second = (known, other) if larger is known.source else (other, known)
        matched[highest], matched[point] = first, second


def _turned(found: Match, highest: str) -> Match:
    """Return a match that values alone put in the place of another, against its name: nothing more than likely."""
    return replace(found, name=min(found.name, _FAIR), margin=_UNSURE, evidence=(f"the larger one is {highest}",))


def _larger(one: Source, other: Source) -> Source | None:
    """Return that of two which is nowhere smaller and somewhere larger, None where neither is."""
    rows = [(a[0], b[0]) for a, b in zip(rows_of(one), rows_of(other), strict=True) if a and b]
    many = [b / a for a, b in rows if a > 0 and b > 0]
    middle = median(many) if many else 1.0
    factor = _MANY if middle > _OTHER_UNIT else 1 / _MANY if middle < 1 / _OTHER_UNIT else 1  # kW beside W
    rows = [(a * factor, b) for a, b in rows]
    if rows and all(a >= b for a, b in rows) and any(a > b for a, b in rows):
        return one
    if rows and all(b >= a for a, b in rows) and any(b > a for a, b in rows):
        return other
    return None
