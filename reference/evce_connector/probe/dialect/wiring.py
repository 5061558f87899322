"""Words for the phases that a connector is wired to."""

from __future__ import annotations

import re

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import word_of
from evce_connector.probe.dialect.lexicon import phase_words
from evce_connector.probe.dialect.names import plain


def phase_word(value: Json) -> str | None:
    """Return the contract's phase connection for what names phases, None where nothing is certain.

    >>> phase_word(["L1", "L2", "L3"]), phase_word("L2"), phase_word(123), phase_word("3P"), phase_word("red")
    ('tri', 'mono2', 'tri', 'tri', None)
    """
    words = [word_of(one) for one in value] if isinstance(value, list) else [word_of(value)]
    if None in words or not words:
        return None
    text = plain("".join(word or "" for word in words))
    if text in phase_words():
        return phase_words()[text]
    digits = re.sub(r"\D", "", text)
    if re.search(
        r"three|tri|triple|drei|multi|poly|^3(p|ph|phases?|phasig)(wye|delta|star|y|n|d)?$|^rst$|^uvw$|^abc$|^threephase$",
        text,
    ) or set(digits) == set("123"):
        return "tri"
    if re.fullmatch(r"[a-z]*[123]|1(p|ph|phase)?l?[123]|[123](st|nd|rd)", text) and digits:
        return f"mono{re.sub(r'[a-z]', '', text)[-1]}"
    lettered = re.fullmatch(r"(?:single|mono|one|1|ein|)(?:phase|ph|p|phasig|fase|leg|line)([a-cr-w])", text)
    return {
        "a": "mono1",
        "b": "mono2",
        "c": "mono3",
        "r": "mono1",
        "s": "mono2",
        "t": "mono3",
        "u": "mono1",
        "v": "mono2",
        "w": "mono3",
    }.get(lettered[1] if lettered else text)
