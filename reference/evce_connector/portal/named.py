"""Names of configurations in addresses: any one is one segment there, and none is taken for another page."""

from __future__ import annotations

from werkzeug.routing import BaseConverter

_MARK = "~"
_SPELLED = {sign: f"{_MARK}{number}" for number, sign in enumerate((_MARK, "/", "?", "#"))}
"""What ends a segment, or an address, even percent-encoded."""
_AHEAD = f"{_MARK}9"
_OTHERS = (".", "..", "new")
"""What browsers take for the folder or the one above, and the wizard's page."""


def spelled(name: str) -> str:
    """Write a name as one segment.

    >>> spelled("EVCE Processor"), spelled("Zone A/B"), spelled("..")
    ('EVCE Processor', 'Zone A~1B', '~9..')
    """
    text = name
    for sign, instead in _SPELLED.items():
        text = text.replace(sign, instead)
    return f"{_AHEAD}{text}" if text in _OTHERS else text


def read(text: str) -> str:
    """Return the name that a segment spells."""
    name = text.removeprefix(_AHEAD)
    for sign, instead in reversed(_SPELLED.items()):
        name = name.replace(instead, sign)
    return name


class NameConverter(BaseConverter):
    """Reads and writes the part of an address that names a processor configuration."""

    def to_python(self, value: str) -> str:
        """Return the name."""
        return read(value)

    def to_url(self, value: str) -> str:
        """Write the name, percent-encoded where an address takes no sign of it."""
        return super().to_url(spelled(value))
