"""Texts with placeholders in braces, read backwards: which values were filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Template:
    """A text such as `/areas/{id}` or `Bearer {token}`; `within` says what a value may consist of.

    >>> Template("/areas/{id}/limit").match("/areas/7/limit")
    {'id': '7'}
    """

    text: str
    within: str = "[^/]+"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The placeholders, in the order in which they stand."""
        return tuple(_PLACEHOLDER.findall(self.text))

    @property
    def whole(self) -> str | None:
        """The one placeholder that the text is, None when it is more or less than that."""
        found = _PLACEHOLDER.fullmatch(self.text)
        return found[1] if found else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        pattern, seen = "", set[str]()
        for place, part in enumerate(_PLACEHOLDER.split(self.text)):
            if place % 2 == 0:
                pattern += re.escape(part)
            else:
                pattern += f"(?P={part})" if part in seen else f"(?P<{part}>{self.within})"
                seen.add(part)
        return re.compile(pattern, re.DOTALL)

    def match(self, text: str) -> dict[str, str] | None:
        """Return the values that were filled in, None when the text does not come of this template."""
        found = self._pattern.fullmatch(text)
        return found.groupdict() if found else None

    def filled(self, **values: str) -> str:
        """Return the text with values for its placeholders; those without a value stay."""
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), self.text)


def placeholders_in(body: Any) -> set[str]:  # noqa: ANN401 - any value of TOML
    """Return the placeholders that stand in a body, however deep."""
    if isinstance(body, str):
        return set(Template(body).names)
    inner = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return set[str]().union(*(placeholders_in(one) for one in inner))
