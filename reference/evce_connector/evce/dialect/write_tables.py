"""Reads what a profile says of the two writes; each mistake is a ProfileError."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import DURATION, ISO, SECONDS_LEFT
from evce_connector.evce.dialect.declared import Availability, Fields, Write
from evce_connector.evce.dialect.fields import Tables, words_named
from evce_connector.evce.dialect.login_table import METHODS
from evce_connector.evce.dialect.tables import Table
from evce_connector.evce.dialect.writes import AMOUNTS, UNTIL, placeholders

OF_ZONE = ("id", "zone", "login")
OF_REDUCTION = (*OF_ZONE, *AMOUNTS, *UNTIL)
OF_AVAILABILITY = ("id", "zone", "station", "connector", "number", "available", "login")
"""Placeholders of the requests: what each means stands on the page on profiles."""
_WRITE = ("path", "method", "send", "body")


def read_reduction(table: Table) -> tuple[Write, Write]:
    """Read `[reduction]`: how one is set and how it is taken away; ProfileError."""
    table.only((*_WRITE, "time", "round", "clear"))
    table.need("clear", "a table [reduction.clear] that says how a reduction is taken away")
    clear = table.table("clear")
    clear.only(_WRITE)
    setting, clearing = _write(table, OF_REDUCTION), _write(clear, OF_ZONE, "DELETE")
    if len(amounts := placeholders(setting) & set(AMOUNTS)) != 1:
        have = " and ".join(f"{{{name}}}" for name in sorted(amounts)) or "none of them"
        raise table.trouble("body", f"must have one of {_placed(AMOUNTS)}, and has {have}")
    for which, write in ((table, setting), (clear, clearing)):
        _needs_one(which, write, ("id", "zone"))
    return setting, clearing


def check_end(reduced: Table, fields: Fields, setting: Write | None, *, has_clock: bool) -> None:
    """Refuse a reduction (`reduced` is its table in the zones) of which nobody could tell when it ends; ProfileError.

    Where the controller does not say, it has to be told; where it says for how long, its clock has to be known.
    """
    if "validity" not in fields:
        if setting is not None and placeholders(setting).isdisjoint(UNTIL):
            raise reduced.trouble(
                "validity", f"is missing: write its path, or one of {_placed(UNTIL)} into the body of [reduction]"
            )
    elif fields["validity"].time in (SECONDS_LEFT, DURATION) and not has_clock:
        place = reduced.table("validity")
        raise place.trouble("time", "needs the controller's clock: write its path at time of [system.fields]")


def read_availability(table: Table, tables: Tables) -> Availability:
    """Read `[availability]`; ProfileError."""
    table.only((*_WRITE, "words", "status", "statuses"))
    words: Mapping[str, Json] = words_named(table, "words", tables) if "words" in table else {}
    if "status" not in table:
        table.refuse(["statuses"], "without status")
    write = _write(table, OF_AVAILABILITY)
    _needs_one(table, write, ("id", "connector", "number"))
    if "available" not in placeholders(write):
        raise table.trouble("body", "must have {available}, which says what the connector is to become")
    return Availability(
        write=write,
        available=_word(table, words, meaning=True),
        unavailable=_word(table, words, meaning=False),
        status=table.path("status") if "status" in table else None,
        statuses=words_named(table, "statuses", tables) if "statuses" in table else {},
    )


def _needs_one(table: Table, write: Write, names: tuple[str, ...]) -> None:
    """Refuse a request that does not say which object is meant; ProfileError."""
    if placeholders(write).isdisjoint(names):
        instead = " or ".join(f"{{{name}}}" for name in names)
        raise table.trouble("path", f"must say which object is meant: have {instead} in it, or in the body")


def _placed(names: Collection[str]) -> str:
    *most, last = (f"{{{name}}}" for name in names)
    return f"{', '.join(most)} and {last}"


def _word(table: Table, words: Mapping[str, Json], *, meaning: bool) -> Json:
    """Return the controller's word for true or false: the first of its table; the same where it has no table."""
    if "words" not in table:
        return meaning
    for word, value in words.items():
        if value is meaning:
            return word
    raise table.trouble("words", f"names a table without a word for {str(meaning).lower()}: add one")


def _write(table: Table, known: tuple[str, ...], method: str = "PUT") -> Write:
    send = table.choice("send", ("json", "form", "none"), "json")
    if send == "none":
        table.refuse(["body"], 'for send = "none"')
    body = table.table("body")
    for value in body.texts_within(nested=send == "json"):
        table.known_placeholders("body", value, known)
    return Write(
        path=table.request("path", known),
        method=table.choice("method", METHODS, method),
        send=send,
        body=body.content,
        time=table.time("time") if "time" in table else ISO,
        step=table.number("round", 0.0),
    )
