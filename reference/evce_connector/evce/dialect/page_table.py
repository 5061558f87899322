"""How a list comes in pages, as a profile says it; each mistake is a ProfileError of one sentence."""

from __future__ import annotations

from evce_connector.evce.dialect.declared import Pages
from evce_connector.evce.dialect.tables import Table

_PAGES = ("by", "key", "size_key", "size", "first", "next", "end", "total")
_NEEDS_KEY = {"offset": "the offset", "number": "the page's number", "cursor": "the cursor"}
_ENDS = range(400, 500)
_OTHERS = {401: "a login", 403: "a right", 429: "a pause"}
"""Statuses that say something else than that a list has ended."""


def read_pages(table: Table) -> Pages:
    """Read the table `pages` of a list."""
    table.only(_PAGES)
    by = table.choice("by", ("offset", "number", "cursor", "link"))
    if by in _NEEDS_KEY:
        table.need("key", f"the query parameter that carries {_NEEDS_KEY[by]}")
    else:
        table.refuse(["key"], f'for by = "{by}"')
    if by != "number":
        table.refuse(["first"], f'for by = "{by}"')
    if by == "cursor":
        table.need("next", "the path of the next cursor in the answer")
    elif by != "link":
        table.refuse(["next"], f'for by = "{by}"')
    if by not in ("offset", "number"):
        table.refuse(["end"], f'for by = "{by}"')
    if "size" in table:
        table.need("size_key", "the query parameter that carries the size")
    elif "size_key" in table:
        table.need("size", "how many objects to ask for")
    return Pages(
        by=by,
        key=table.text("key") if "key" in table else "",
        size_key=table.text("size_key") if "size_key" in table else "",
        size=table.count("size", 0, least=1),
        first=table.count("first", 1),
        next=table.path("next") if "next" in table else None,
        end=_end(table),
        total=table.path("total") if "total" in table else None,
    )


def _end(table: Table) -> int:
    """Return the status that says that there are no more pages, 0 where none does."""
    status = table.count("end", 0)
    if "end" in table and status not in _ENDS:
        raise table.trouble("end", f"must be a status from 400 to 499, such as 404, not {status}")
    if status in _OTHERS:
        raise table.trouble("end", f"must be another status: {status} asks for {_OTHERS[status]}")
    return status
