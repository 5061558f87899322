"""Pages of a list in whatever form: items and total, other keys, or a bare list."""

from __future__ import annotations

from typing import Any

from evce_connector.evce.convert import Json
from evce_connector.probe.finding import candidates


def page_keys(document: Json) -> tuple[str | None, str | None]:
    """Return the keys of the list and of the number of objects in a page."""
    page: dict[str, Any] = document if isinstance(document, dict) else {}
    spelled = candidates()["page"]
    items = next((key for key in ("items", *spelled["items"]) if isinstance(page.get(key), list)), None)
    return items, next((key for key in ("total", *spelled["total"]) if type(page.get(key)) is int), None)


def objects(document: Json) -> list[Json] | None:
    """Return the objects of a page in whatever form, None when it is no page."""
    if isinstance(document, list):
        return document
    items = page_keys(document)[0]
    return document[items] if isinstance(document, dict) and items else None


def total(document: Json) -> int | None:
    """Return how many objects a page announces, None when it does not."""
    key = page_keys(document)[1]
    return document[key] if isinstance(document, dict) and key else None
