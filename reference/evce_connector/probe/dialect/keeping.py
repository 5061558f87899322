"""Which values of a site may leave it: numbers, times and words that fields mean, and nothing that names anybody."""

from __future__ import annotations

import re
from ipaddress import ip_address

from evce_connector.evce.convert import Json
from evce_connector.probe.dialect.marks import TOTAL, Mark
from evce_connector.probe.dialect.names import concepts_of, split

FIGURES = frozenset(
    (
        *("max_current", "set_point_current", "set_point_power", "number_of_transactions", "max_power", "number"),
        *("active_power", "rms_current", "active_energy", "value", "validity", "time", TOTAL),
    )
)
"""Fields that are numbers or times, also where they are written as texts."""
_VERSIONS = frozenset({"model", "version", "api_version"})
_FIGURE = re.compile(r"[-+]?\d[\d.,:+\-/ TZ]{0,39}|-?P[\dTYMWDHS.]{1,39}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ].*|-?P.*")
_DIGITS_MAX = 8
"""Digits of a text that a guess may still take for a number: identifiers of people have more."""
_WORD = re.compile(r"\w[\w .+/-]{0,39}")
_MODEL = re.compile(r"[^@:\\]{1,60}")
_WORD_DIGITS = 4
_PERSONAL = frozenset(
    (
        *("rfid", "card", "tag", "tags", "badge", "pin", "user", "username", "owner", "driver", "person", "customer"),
        *("email", "mail", "phone", "mobile", "vin", "plate", "emaid", "evcoid", "account", "address", "street"),
    )
)
"""Words of keys at which a guess is not believed."""
_KEY = re.compile(r"[^\W\d]\w{0,39}|[\w$@.-]{1,40}")
_KEY_DIGITS = 2


def is_secret(key: str) -> bool:
    """Tell whether what stands at a key is a password, a token or the like.

    >>> is_secret("apiToken"), is_secret("password"), is_secret("maxCurrent")
    (True, True, False)
    """
    return "secret" in concepts_of(key)[0] or bool({"token", "pin", "cookie"} & set(split(key)))


def is_telling_key(key: str) -> bool:
    """Tell whether a key is none that a maker has chosen but may name an object or a person.

    >>> is_telling_key("max_a"), is_telling_key("L1"), is_telling_key("04A2B3C4"), is_telling_key("Jane Doe")
    (False, False, True, True)
    """
    return _KEY.fullmatch(key) is None or sum(map(str.isdigit, key)) > _KEY_DIGITS


def may_stay(mark: Mark, value: Json, key: str, *, is_guess: bool) -> bool:
    """Tell whether a value that a field reads stays as it is; `is_guess` tells that nothing but values spoke for it."""
    if is_guess and _PERSONAL & set(split(key)):
        return False
    if not isinstance(value, str) or value in (mark.field.words or ()):
        return True
    if mark.name in FIGURES:
        return _is_figure(value, is_guess=is_guess)
    return not is_guess and not _is_address(value) and _is_word(mark.name, value)


def _is_word(field: str, text: str) -> bool:
    if field in _VERSIONS:
        return _MODEL.fullmatch(text) is not None
    return _WORD.fullmatch(text) is not None and sum(map(str.isdigit, text)) <= _WORD_DIGITS


def _is_figure(text: str, *, is_guess: bool) -> bool:
    if _FIGURE.fullmatch(text) is None:
        return False
    return not is_guess or bool(_TIME.fullmatch(text)) or sum(map(str.isdigit, text)) <= _DIGITS_MAX


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
