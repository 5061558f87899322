"""Whether values can be those of a field, by themselves: from 0, for they cannot, to 1, for little else looks so."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import word_of
from evce_connector.probe.dialect.columns import Column, counts_on, numeric
from evce_connector.probe.dialect.instants import instant, lasts
from evce_connector.probe.dialect.lexicon import pairs, vocabulary
from evce_connector.probe.dialect.names import plain
from evce_connector.probe.dialect.wiring import phase_word

_UUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_IP = re.compile(r"(\d{1,3}\.){3}\d{1,3}(:\d+)?|[0-9a-fA-F:]*::[0-9a-fA-F:]*")
_URL = re.compile(r"\w+://\S+")
_VERSION = re.compile(r"v?\d+(\.\d+)+\S*", re.IGNORECASE)
_API = re.compile(r"v?\d+(\.\d+){0,2}", re.IGNORECASE)
_OCPP = re.compile(r"ocpp|^v?[12]\.\d", re.IGNORECASE)
_FEW = 12
"""Words of an enumeration; a field with more of them is free text."""
_MOST_IN_ZONE = 500
_LONGEST_API = 12
_MOST_KNOWN, _MOSTLY = 0.5, 0.75
"""Share of what a reference names that must be there, and what it then is worth: too little without a name."""
MAY_BE_NULL = frozenset({"url", "error", "transaction", "reduction", "current", "power", "text"})
"""Forms whose field the contract may have as null, or empty."""


@dataclass(frozen=True)
class Around:
    """What is known of the objects around those of a list: their own ids as words, and which one each object has."""

    ids: Collection[str] = ()
    parents: tuple[Json, ...] = field(default=(), repr=False)


NOBODY = Around()


def fit(form: str, column: Column, around: Around = NOBODY) -> float:
    """Tell how well a column's values are of a form of meanings.toml."""
    here = column.here
    if not here:
        if any(value is None for value in column.values):
            return 0.5 if form in MAY_BE_NULL else 0.05
        return 0.0
    if form == "place":
        return _place(column, around)
    if form == "ref":
        return _reference(column, around)
    return _FITS[form](column)


def _share(column: Column, test: Callable[[Json], object]) -> float:
    here = column.here
    return sum(1 for value in here if test(value)) / len(here)


def _texts(column: Column) -> bool:
    return all(isinstance(value, str) for value in column.here)


def _numbers(column: Column, *, least: float = 0) -> bool:
    return all((number := numeric(value)) is not None and number >= least for value in column.here)


def _identity(column: Column) -> float:
    words = [word_of(value) for value in column.values]
    if None in words or "" in words or len(set(words)) < len(words) or any(isinstance(v, bool) for v in column.values):
        return 0.0
    if column.link:
        return 0.6
    if all(isinstance(value, str) and " " not in value for value in column.values):
        return 1.0 if all(_UUID.fullmatch(str(value)) for value in column.values) else 0.95
    numbers = [value for value in column.values if isinstance(value, int) and value >= 1]
    if len(numbers) < len(column.values):
        return 0.0
    return 0.98 if max(numbers) <= 2 * len(numbers) else 0.9


def _reference(column: Column, around: Around) -> float:
    words = [word_of(value) for value in column.here]
    if not around.ids or None in words or any(isinstance(value, bool) for value in column.here):
        return 0.0
    known = sum(1 for word in words if word in around.ids) / len(words)
    return 1.0 if known == 1 else _MOSTLY * known if known >= _MOST_KNOWN else 0.0


def _place(column: Column, around: Around) -> float:
    """Judge the number of a connector on its station: small, and each once in a station."""
    if len(column.here) < len(column.values) or any(isinstance(value, bool | float) for value in column.here):
        return 0.0
    rows = sorted(
        zip(map(str, around.parents or [""] * len(column.values)), map(word_of, column.values), strict=True), key=str
    )
    for _, group in groupby(rows, key=lambda row: row[0]):
        words = [word for _, word in group]
        if None in words or len(set(words)) < len(words):
            return 0.0
    if counts_on(column, around.parents):
        return 0.5
    numbers = [numeric(value) for value in column.here]
    if all(number is not None and 1 <= number <= 40 for number in numbers):  # noqa: PLR2004 - plugs of a station
        return 1.0
    return 0.5 if _texts(column) or all(number is not None and number >= 1 for number in numbers) else 0.0


def _text(column: Column) -> float:
    if not _texts(column):
        return 0.3 if _numbers(column) and not any(isinstance(v, bool | float) for v in column.here) else 0.0
    return max(0.05, 0.8 - _of_other_forms(column))


def _of_other_forms(column: Column) -> float:
    """Return the share of texts that are addresses or instants, and no words."""
    return _share(column, lambda value: _IP.fullmatch(str(value)) or _URL.match(str(value)) or instant(value))


def _unique(column: Column) -> float:
    return _text(column) * (1.0 if len(column.words) >= 0.9 * len(column.values) else 0.4)


def _version(column: Column) -> float:
    if not _texts(column):
        return 0.2 if _numbers(column) else 0.0
    versions = _share(column, lambda value: _VERSION.fullmatch(str(value)) and not _IP.fullmatch(str(value)))
    return 0.3 * (1 - _of_other_forms(column)) + 0.7 * versions


def _api(column: Column) -> float:
    if any(isinstance(value, bool | list | dict) for value in column.here):
        return 0.0
    if _share(column, lambda value: len(str(value)) <= _LONGEST_API and any(one.isdigit() for one in str(value))) < 1:
        return 0.0
    return 0.5 + 0.5 * _share(column, lambda value: _API.fullmatch(str(value)))


def _time(column: Column) -> float:
    return 1.0 if _share(column, instant) == 1 else 0.0


def _validity(column: Column) -> float:
    if _time(column):
        return 1.0
    kinds = {lasts(value) for value in column.here}
    return {"duration": 0.9, "seconds-left": 0.5}.get(kinds.pop(), 0.0) if len(kinds) == 1 else 0.0


def _words_of(kind: str, otherwise: float) -> Callable[[Column], float]:
    def judge(column: Column) -> float:
        words = column.words
        if not words or len(words) > _FEW or any(isinstance(value, list | dict) for value in column.here):
            return 0.0
        known = sum(1 for word in words if plain(word) in vocabulary(kind)) / len(words)
        return max(otherwise if _texts(column) else otherwise / 2, known)

    return judge


def _status(column: Column) -> float:
    words = column.words
    if not words or len(words) > _FEW or any(isinstance(value, bool | list | dict | float) for value in column.here):
        return 0.0
    if not _texts(column):
        return 0.35
    known = sum(1 for word in words if plain(word) in vocabulary("status")) / len(words)
    return 0.2 + 0.8 * known


def truth_words(column: Column, kind: str) -> Mapping[str, bool] | None:
    """Return which words of a column mean true or false, None where one means neither."""
    words = column.words
    if any(isinstance(value, list | dict | float) for value in column.here) or not words:
        return None
    for yes, no in pairs(kind):
        if all(plain(word) in (plain(yes), plain(no)) for word in words):
            return {word: plain(word) == plain(yes) for word in words}
    return None


def _truth(kind: str) -> Callable[[Column], float]:
    def judge(column: Column) -> float:
        if all(isinstance(value, bool) for value in column.here):
            return 1.0
        if truth_words(column, kind) is None:
            return 0.25 if _texts(column) and len(column.words) <= 2 else 0.0  # noqa: PLR2004 - true and false
        return 0.9 if _texts(column) else 0.6

    return judge


def _dc(column: Column) -> float:
    words = {plain(word) for word in column.words}
    if words and all(re.search(r"ac|dc", word) for word in words):
        return 1.0
    if all(isinstance(value, bool) for value in column.here):
        return 0.8
    return 0.6 if truth_words(column, "dc") is not None else 0.0


def _phases(column: Column) -> float:
    if any(isinstance(value, dict | bool | float) for value in column.here) or len(column.words) > _FEW:
        return 0.0
    if any(isinstance(value, list) and any(isinstance(one, dict | float) for one in value) for value in column.here):
        return 0.0
    return _share(column, phase_word)


def _measure(column: Column) -> float:
    return 0.8 if _numbers(column) else 0.0


def _count(column: Column) -> float:
    small = all(
        (number := numeric(value)) is not None and 0 <= number <= _MOST_IN_ZONE and number.is_integer()
        for value in column.here
    )
    return 0.9 if small and not any(isinstance(value, bool) for value in column.here) else 0.0


def _energy(column: Column) -> float:
    if not _numbers(column):
        return 0.0
    return 0.9 if len(column.words) > 0.3 * len(column.values) else 0.5


def _ip(column: Column) -> float:
    return _share(column, lambda value: isinstance(value, str) and _IP.fullmatch(value))


def _url(column: Column) -> float:
    if not _texts(column):
        return 0.0
    return _share(column, lambda value: isinstance(value, str) and (not value or _URL.fullmatch(value)))


def _ocpp(column: Column) -> float:
    if not _texts(column) or len(column.words) > _FEW:
        return 0.0
    return max(0.2, _share(column, lambda value: _OCPP.search(str(value))))


def _error(column: Column) -> float:
    if any(isinstance(value, bool | float | dict | list) for value in column.here):
        return 0.0
    return 0.6 + 0.3 * (len(column.here) < 0.5 * len(column.values))


def _transaction(column: Column) -> float:
    if any(isinstance(value, bool | float | dict | list) for value in column.here):
        return 0.0
    once = len(column.words) == len(column.here)
    return 0.4 + 0.4 * (len(column.here) < len(column.values)) + 0.1 * once if once else 0.2


def _percent(column: Column) -> float:
    return 0.8 if _numbers(column) else 0.0


def _none(column: Column) -> float:
    return 0.9 if all(isinstance(value, dict) for value in column.here) else 0.0


_FITS: dict[str, Callable[[Column], float]] = {
    "id": _identity,
    "text": _text,
    "unique": _unique,
    "version": _version,
    "api": _api,
    "time": _time,
    "validity": _validity,
    "zone_type": _words_of("zone_type", 0.3),
    "authentication": _words_of("authentication", 0.4),
    "reduction_type": _words_of("reduction_type", 0.1),
    "validity_mode": _words_of("validity_mode", 0.1),
    "current": _measure,
    "power": _measure,
    "energy": _energy,
    "count": _count,
    "status": _status,
    "bool": _truth("bool"),
    "connected": _truth("connected"),
    "available": _truth("available"),
    "accepted": _truth("accepted"),
    "fixed": _truth("fixed"),
    "dc": _dc,
    "phases": _phases,
    "ip": _ip,
    "url": _url,
    "ocpp_type": _ocpp,
    "error": _error,
    "transaction": _transaction,
    "share": _percent,
    "reduction": _none,
}
DISTINCTIVE = frozenset(
    {"ip", "url", "phases", "ocpp_type", "status", "dc", "ref", "time", "zone_type", "authentication", "id"}
)
"""Forms that little else looks like, so that values tell the field whatever its name is."""
