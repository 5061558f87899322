"""Reads a list by its pages, whole, and finds out how such pages end."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from evce_connector.evce.asking import Answer, Request
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.declared import Pages
from evce_connector.evce.dialect.pages import Documents, whole_list
from evce_connector.evce.dialect.paths import parse
from evce_connector.evce.errors import EvceError, EvceRefusalError
from evce_connector.probe.dialect.listings import Document, Listing
from evce_connector.probe.dialect.walk import Walk

_NO_ENDS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
"""Refusals that say something else than that a list has ended."""


def whole(walk: Walk, listing: Listing, pages: dict[str, Any]) -> Document | None:
    """Read a list by its pages; returns its document with all objects in it, None where that fails.

    Where a page behind the last is refused, `pages` says so afterwards.
    """
    found = _read(walk, listing, pages)
    if isinstance(found, EvceRefusalError) and _may_end(pages, found):
        pages["end"] = found.status
        found = _read(walk, listing, pages)
    if isinstance(found, EvceError):
        return None
    document = deepcopy(listing.document.value)
    of = listing.document
    return Document(of.path, _put(document, listing.keys, found), of.query, of.headers)


def _may_end(pages: dict[str, Any], refusal: EvceRefusalError) -> bool:
    is_counted = pages["by"] in ("number", "offset") and "end" not in pages
    return is_counted and 400 <= refusal.status < 500 and refusal.status not in _NO_ENDS  # noqa: PLR2004 - refusals


def _read(walk: Walk, listing: Listing, pages: dict[str, Any]) -> list[Json] | EvceError:
    """Read a list by its pages; returns why it cannot be read, where it cannot."""
    declared = Pages(
        by=pages["by"],
        key=pages.get("key", ""),
        size_key=pages.get("size_key", ""),
        size=pages.get("size", 0),
        first=pages.get("first", 1),
        next=parse(pages["next"]) if "next" in pages else None,
        end=pages.get("end", 0),
        total=parse(pages["total"]) if "total" in pages else None,
    )

    def ask(request: Request) -> Answer:
        answer = walk.answer(request.path, dict(request.query))
        if not answer.good:
            raise EvceRefusalError(request.path, answer.status, "no good answer")
        return Answer(answer.headers, b"", answer.document)

    of = listing.document
    try:
        return whole_list(Documents(ask), of.path, parse(listing.items), declared, of.query)
    except EvceError as error:
        return error


def _put(document: Any, keys: Sequence[str], value: Json) -> Json:  # noqa: ANN401 - JSON
    if not keys:
        return value
    inside = document
    for key in keys[:-1]:
        inside = inside[key]
    inside[keys[-1]] = value
    return document
