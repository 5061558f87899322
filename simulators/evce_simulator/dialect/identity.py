"""Ids that are texts: each object's own, made from its kind and number, and found again from the text."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from evce_simulator.dialect.profile import Profile
from evce_simulator.dialect.talk import Talk

_NAMESPACE = uuid.UUID("6f0d3a52-3c1e-5b0a-9a54-0c6b8f2f7d11")
"""Ours alone; with another one every text would be another."""


def text_of(kind: str, number: int) -> str:
    """Return the text that is always the id of this object.

    >>> text_of("zone", 1) == text_of("zone", 1) != text_of("station", 1)
    True
    """
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{number}"))


class Identity:
    """Own ids of objects as a profile has them: the contract's numbers, or texts; `texts` are those that are known."""

    def __init__(self, profile: Profile, texts: Mapping[str, Mapping[int, str]] | None = None) -> None:
        self._with_texts = {kind for kind, part in profile.lists.items() if part.text_ids}
        self._texts = texts or {}
        self._numbers: dict[str, dict[str, int]] = {kind: {} for kind in profile.lists}

    def own(self, kind: str, number: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return an object's own id; a number that can be none stays."""
        if kind not in self._with_texts or isinstance(number, bool) or not isinstance(number, int):
            return number
        text = self._texts.get(kind, {}).get(number) or text_of(kind, number)
        self._numbers[kind][text] = number
        return text

    def number(self, kind: str, own: str, talk: Talk) -> int | None:
        """Return the number behind an own id as a request has it, None when no object can have it.

        A text that was never given out is looked for among the objects that there are.
        """
        if kind not in self._with_texts:
            return int(own) if own.isdecimal() and own.isascii() and len(own) < len(str(1 << 63)) else None
        if own not in self._numbers[kind]:
            for item in talk.whole(kind):
                self.own(kind, item.get("id") if isinstance(item, dict) else None)
        return self._numbers[kind].get(own)
