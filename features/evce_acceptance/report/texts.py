"""Words, figures and times as the reports show them, and texts of the site made fit for HTML and XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from markupsafe import Markup

_UNFIT = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Replace what neither HTML nor XML 1.0 can carry (control characters, halves of characters) by U+FFFD."""
    return _UNFIT.sub("\ufffd", text)


def moment(iso: str) -> datetime | None:
    """Read a time in ISO form as UTC; none when it is not one."""
    try:
        time = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def utc(iso: str) -> str:
    """Write a time for readers, to the second; what is no time stays as it is."""
    time = moment(iso)
    return iso if time is None else f"{time:%Y-%m-%d %H:%M:%S} UTC"


def span(started: str, ended: str) -> str:
    """Say how long something took.

    >>> span("2030-01-31T12:00:00Z", "2030-01-31T13:00:05Z")
    '1 h 5 s'
    """
    start, end = moment(started), moment(ended)
    if start is None or end is None:
        return "not ended"
    minutes, seconds = divmod(round((end - start).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "under 1 s"


def milliseconds(seconds: float) -> str:
    """Write a latency: in milliseconds, from 10 s on in seconds."""
    value = 1000 * seconds
    if round(value) >= 10_000:
        return f"{seconds:,.1f} s"
    return f"{value:.1f} ms" if value < 10 else f"{value:,.0f} ms"


def difference(value: float | None, unit: str) -> str:
    """Write a difference with its sign and unit; nothing when there is none to tell."""
    if value is None:
        return ""
    return "0" if value == 0 else f"{value:+.6g} {unit}".rstrip()


def css_string(text: str) -> Markup:
    """Write a text as a CSS string; all but plain letters and digits is escaped, so that nothing can end it."""
    plain = (one if one.isascii() and one.isalnum() else f"\\{ord(one):x} " for one in clean(text))
    return Markup(f'"{"".join(plain)}"')  # noqa: S704 - holds no character that HTML knows


def count(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun: `1 check`, `2,000 checks`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def flat(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Name the entries of nested tables as TOML does: `budget.zones`."""
    found: dict[str, str] = {}
    for name, value in table.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": str(value)}
    return found
