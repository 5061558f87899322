"""Text of the controller on its way to people: it cannot fill a log, and cannot pretend to be a line of its own."""

from __future__ import annotations

import re

LONGEST = 200
"""Characters of such a text that a log, an item or an alarm shows at most."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """Return a text of the controller as one line of at most LONGEST characters, without control characters."""
    if len(text) <= LONGEST and text.isprintable():  # by far the most frequent case
        return text
    line = _CONTROL.sub(" ", text[: 2 * LONGEST])
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
