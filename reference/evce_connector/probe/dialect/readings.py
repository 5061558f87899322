"""Makes of a column that was matched what a profile says of it: the path, and every conversion that its values show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import ABSENT
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column, Three, numeric
from evce_connector.probe.dialect.fits import truth_words
from evce_connector.probe.dialect.lexicon import pairs
from evce_connector.probe.dialect.match import Match
from evce_connector.probe.dialect.names import concepts_of, plain, split
from evce_connector.probe.dialect.units import CONTRACT, Unit

HIGH, LIKELY, ASKED = Confidence.HIGH, Confidence.LIKELY, Confidence.ASKED
Tables = dict[str, dict[str, Any]]
"""Tables of words, by their names in the profile."""
_NULLABLE = frozenset(
    (
        *("max_current", "max_power", "cpo_url", "error_code", "transaction_id", "reduction", "friendly_name"),
        *("serial_number", "model", "version", "ip_address", "description"),
    )
)
"""Fields that may be null in the contract, or are read as empty then."""
_TEXTS = {
    "text",
    "unique",
    "version",
    "api",
    "ip",
    "url",
    "ocpp_type",
    "authentication",
    "error",
    "status",
    "zone_type",
}
_PLAIN_TRUTHS = frozenset(("true", "false", "yes", "no", "1", "0", "on", "off", "y", "n", "ac", "dc"))
"""Words that have one opposite and no other."""
_NEGATIVE = {"available": "unavailable", "connected": "disconnected"}
_SURE_NAME, _FAIR_NAME, _SURE_MARGIN, _FAIR_MARGIN = 0.8, 0.5, 0.1, 0.03


def first_confidence(found: Match, form: str) -> Confidence:
    """Tell how sure a match is before its values are looked at in detail."""
    if found.name <= 0 and (form in ("id", "ref", "authentication") or found.margin < _SURE_MARGIN):
        return ASKED
    electric = bool(found.evidence)
    clear = found.margin >= _SURE_MARGIN or found.fit == 1.0
    if (found.name >= _SURE_NAME and clear) or (electric and found.name >= _FAIR_NAME and found.margin >= _SURE_MARGIN):
        return HIGH
    if form in ("ip", "phases") and found.fit == 1.0 and found.margin >= _SURE_MARGIN:
        return HIGH if found.name > 0 else LIKELY
    return LIKELY if (found.name >= _FAIR_NAME and found.margin >= _FAIR_MARGIN) or found.fit == 1.0 else ASKED


def begin(table: str, name: str, form: str, found: Match) -> Choice:
    """Begin a choice with the path alone."""
    source = found.source
    said: Any = list(found.paths) if len(found.paths) > 1 else found.paths[0]
    choice = Choice(table, name, said, first_confidence(found, form), [_shown(source), *found.evidence])
    choice.candidates = [said, *found.rivals]
    if choice.confidence is not HIGH:
        other = f"; next best {found.rivals[0]}" if found.rivals else ""
        choice.evidence.append(f"name {found.name:.2f}, values {found.fit:.2f}{other}")
        choice.why = "neither its name nor its values tell surely that it is this"
    if isinstance(source, Column):
        _absent(choice, source)
        if (
            form in _TEXTS - {"status", "zone_type", "authentication"}
            and source.here
            and all(type(value) is int for value in source.here)
        ):
            more(choice, **{"as": "text"})
        if source.link and form in ("id", "ref", "place"):
            more(choice, **{"as": "last-part"})
        elif source.link:
            choice.doubt(ASKED, "it is the address of an object")
        if form == "transaction" and source.here and all(isinstance(value, str) for value in source.here):
            _transaction(choice, source)
    return choice


def _transaction(choice: Choice, column: Column) -> None:
    """Read a number that is written as a text as one: the contract has a number there."""
    if all(str(value).isdecimal() for value in column.here):
        more(choice, **{"as": "text"})
    else:
        choice.doubt(ASKED, "texts that are no numbers, where the contract has a number")


def more(choice: Choice, **keys: Any) -> None:  # noqa: ANN401 - any TOML
    """Say more of a field than its path."""
    if not isinstance(choice.said, dict):
        choice.said = {"at": choice.said}
    choice.said |= keys


def _shown(source: Column | Three) -> str:
    """Quote some of the values."""
    values = [value for value in source.values if value is not None and value is not ABSENT]
    distinct = list(dict.fromkeys(_short(value) for value in values))
    if not distinct:
        return "null everywhere"
    rest = f" and {len(distinct) - 3} more" if len(distinct) > 3 else ""  # noqa: PLR2004 - enough to see it
    empty = len(source.values) - len(values)
    return f"reads {', '.join(distinct[:3])}{rest}" + (f", nothing in {empty} of {len(source.values)}" if empty else "")


def _short(value: Json) -> str:
    text = re.sub(r"\s+", " ", repr(list(value) if isinstance(value, tuple) else value))
    return text if len(text) <= 40 else f"{text[:40]}..."  # noqa: PLR2004 - a line


def _absent(choice: Choice, column: Column) -> None:
    """Say what stands for what is absent, where the contract has something for it."""
    if not column.here:
        choice.doubt(LIKELY, "no value of it was seen")
    missing = sum(1 for value in column.values if value is ABSENT)
    nothing = sum(1 for value in column.values if value is None)
    if choice.field in _NULLABLE or choice.field in ("active_power", "rms_current"):
        if missing and choice.field not in ("error_code", "transaction_id"):
            more(choice, null=True)
        return
    if missing or nothing:
        choice.doubt(
            ASKED, f"absent or null in {missing + nothing} of {len(column.values)}, where the contract has a value"
        )


def numbers(choice: Choice, source: Column | Three) -> None:
    """Say of numbers that come as texts that they do."""
    flat = [one for value in source.values for one in (value if isinstance(value, tuple | list) else (value,))]
    if any(isinstance(one, str) for one in flat):
        more(choice, **{"as": "text"})


def share(choice: Choice, column: Column) -> None:
    """Say of a part that is no percentage but a number up to 1 that it is one."""
    found = [number for value in column.here if (number := numeric(value)) is not None]
    if found and max(found) <= 1 and not all(number.is_integer() for number in found):
        more(choice, unit="share")
        choice.evidence.append("all are up to 1, so that 1 is the whole")


def unit(choice: Choice, found: Unit, quantity: str) -> None:
    """Say the unit, and doubt it where nothing tells it."""
    if found.unit != CONTRACT[quantity]:
        more(choice, unit=found.unit)
    choice.evidence.append(found.why)
    if not found.sure:
        choice.doubt(ASKED, f"the unit is not sure: {found.unit} is a guess")
        base = choice.said if isinstance(choice.said, dict) else {"at": choice.said}
        units = {"A": ("A", "mA"), "kW": ("kW", "W"), "kWh": ("kWh", "Wh")}[CONTRACT[quantity]]
        choice.candidates = [choice.said, *({**base, "unit": one} for one in units if one != found.unit)]


def truth(choice: Choice, column: Column, kind: str, tables: Tables) -> None:
    """Say which words are true, and turn round what a name says the other way."""
    negative = _NEGATIVE.get(kind)
    here, _ = concepts_of(column.keys[-1])
    parts = split(column.keys[-1])
    turned = (negative is not None and negative in here and kind not in here) or (
        kind == "dc" and "ac" in parts and "dc" not in parts and any(isinstance(v, bool) for v in column.here)
    )
    if all(isinstance(value, bool) for value in column.here):
        if turned:
            name_words(choice, tables, {"true": False, "false": True})
            choice.doubt(LIKELY, "its name says the opposite")
        return
    found = truth_words(column, kind) or (_current_kinds(column) if kind == "dc" else None)
    if found is None:
        words = column.words
        name_words(choice, tables, {word: index == 0 for index, word in enumerate(words)})
        choice.doubt(ASKED, f"{' and '.join(words)} are no words for true and false that are known")
        return
    table = {word: value != turned for word, value in found.items()}
    if len(found) == 1:
        ((word, value),) = found.items()
        other = next(
            (no if value else yes for yes, no in pairs(kind) if plain(yes if value else no) == plain(word)), ""
        )
        table |= {_styled(other, word): table[word] is False} if other else {}
        choice.evidence.append(f"only {word!r} was seen; {_styled(other, word)!r} is taken for its opposite")
        if plain(word) not in _PLAIN_TRUTHS:
            choice.doubt(LIKELY, "the other word was not seen")
    ordered = dict(sorted(table.items(), key=lambda pair: not pair[1]))
    name_words(choice, tables, ordered)
    if turned:
        choice.doubt(LIKELY, "its name says the opposite")


def _current_kinds(column: Column) -> dict[str, bool] | None:
    """Tell DC from AC by words of which each has one of both in it, such as CCS2_DC; None where one has not."""
    found = {word: {"ac", "dc"} & set(split(word)) for word in column.words}
    return {word: kind == {"dc"} for word, kind in found.items()} if all(len(k) == 1 for k in found.values()) else None


def _styled(word: str, like: str) -> str:
    """Write a word in the capitals of another."""
    return word.upper() if like.isupper() else word.capitalize() if like[:1].isupper() else word


def name_words(choice: Choice, tables: Tables, words: Mapping[str, Any]) -> None:
    """Name a table of words; one that says the same serves several fields."""
    wanted = dict(words)
    plain_ones = [name for name, table in tables.items() if table == wanted]
    for known, table in tables.items():  # yes and no may be one table for all
        if (
            not plain_ones
            and set(map(str, wanted)) == set(table)
            and all(table[str(word)] == value for word, value in wanted.items())
        ):
            plain_ones.append(known)
    name = plain_ones[0] if plain_ones else f"{choice.table.removesuffix('s')}_{choice.field}"
    tables.setdefault(name, wanted)
    more(choice, words=name)


def ocpp(choice: Choice, column: Column, tables: Tables) -> None:
    """Write the version of OCPP as the contract does."""
    table = {}
    for word in column.words:
        digits = re.sub(r"\D", "", word)
        meant = {"16": "ocpp1.6", "15": "ocpp1.5", "201": "ocpp2.0.1", "20": "ocpp2.0", "21": "ocpp2.1"}.get(digits)
        if meant and meant != word:
            table[word] = meant
    if table:
        name_words(choice, tables, table)
        choice.evidence.append(", ".join(f"{word} is {meant}" for word, meant in table.items()))
