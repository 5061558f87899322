"""Lists in pages as a dialect asks for them: by offset, by the page's number, by a cursor, by a link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from evce_simulator.dialect.profile import Pages
from evce_simulator.dialect.talk import turned_away
from evce_simulator.reading import LARGEST_PAGE

_CURSOR = re.compile(r"after-(\d{1,9})")
_LINK_KEY = "after"  # the parameter of our own links, whose spelling is ours


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that a page shows: at most `limit` objects from the place `offset` on."""

    limit: int
    offset: int


def window(pages: Pages, query: dict[str, str]) -> Window:
    """Return what a request asks for; PassedOnError, with a problem, when a parameter cannot be read."""
    limit = min(_whole(query, pages.size_key, pages.size, 1), LARGEST_PAGE)
    if pages.by == "cursor":
        cursor = query.get(pages.key or "", "")
        found = _CURSOR.fullmatch(cursor)
        if cursor and not found:
            raise turned_away(400, f"{pages.key} is no cursor that was given out; begin without one.")
        return Window(limit, int(found[1]) if found else 0)
    if pages.by == "number":
        number = _whole(query, pages.key or "", pages.first, pages.first)
        return Window(limit, (number - pages.first) * limit)
    return Window(limit, _whole(query, pages.key or _LINK_KEY, 0, 0))


def put_total(pages: Pages, document: Any, total: Any) -> Any:  # noqa: ANN401 - any JSON
    """Write how many objects the whole list has, where the dialect says it."""
    return document if pages.total is None else pages.total.put(document, total)


def put_next(pages: Pages, document: Any, following: int | None, address: str) -> Any:  # noqa: ANN401 - any JSON
    """Write the cursor or the address of the next page, null at the end; nothing where the answer does not say it."""
    if pages.next is None:
        return document
    said = address if pages.by == "link" else f"after-{following}"
    return pages.next.put(document, None if following is None else said)


def following(shown: Window, count: int, total: Any) -> int | None:  # noqa: ANN401 - any JSON
    """Return where the next page begins, None when this one is the last."""
    end = shown.offset + count
    return end if count and isinstance(total, int) and end < total else None


def address(pages: Pages, here: str, query: dict[str, str], begin: int | None) -> str:
    """Return the address of the page that begins there, of a list at the address `here`."""
    return f"{here}?{urlencode(query | {(pages.key or _LINK_KEY): str(begin)})}"


def link(pages: Pages, here: str, query: dict[str, str], begin: int | None) -> list[tuple[str, str]]:
    """Return the Link header to the page that begins there, by `link` unless the answer itself has its address."""
    if pages.by != "link" or pages.next is not None or begin is None:
        return []
    return [("Link", f'<{address(pages, here, query, begin)}>; rel="next"')]


def _whole(query: dict[str, str], key: str, default: int, low: int) -> int:
    text = query.get(key)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < low:
        raise turned_away(400, f"{key} must be a whole number of {low} or more, not {text!r}.")
    return int(text)
