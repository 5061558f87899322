"""Which parameters a list in pages may have: what its own answers name, then what such ones are called anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from evce_connector.evce.convert import Json
from evce_connector.probe.asking import Answer
from evce_connector.probe.dialect.columns import written_key
from evce_connector.probe.dialect.listings import Document, Listing
from evce_connector.probe.dialect.logins import text_of
from evce_connector.probe.dialect.names import languages, plain, split, words

_NAMED = re.compile(r"[\"'`(,:\s]([A-Za-z_$][\w$-]*(?:\[\w+\])?)(?=[\"'`),.;=\s])")
_MOST = 12
"""Names that an answer may give and are tried."""
_DEEPEST = 3
_OF_FIELDS = frozenset({"the", "is", "a", "an", "and", "or", "not", "query", "parameter", "parameters", "unknown"})


def usual(role: str, document: Json = None) -> list[str]:
    """Return what English has for a parameter: `size`, `number`, `offset` or `cursor`, the likely ones first.

    Where a document's own keys begin with a capital, so do the first of them.
    """
    known: list[str] = list(words()["pages"][role])
    keys = list(document) if isinstance(document, dict) else []
    if not keys or not all(key[:1].isupper() for key in keys):
        return known
    return [*(f"{name[:1].upper()}{name[1:]}" for name in known if name[:1].isalpha()), *known]


def foreign(role: str, spoken: Sequence[str] = ()) -> list[str]:
    """Return what other languages have for a parameter, those that are spoken here before the others."""
    every = languages()
    order = [*(name for name in spoken if name in every), *(name for name in every if name not in spoken)]
    known = [name for language in order for name in every[language].get("pages", {}).get(role, ())]
    return [name for name in dict.fromkeys(known) if name not in words()["pages"][role]]


def named(document: Document, openapi: Mapping[str, Any]) -> list[str]:
    """Return the parameters that a list's answer names in addresses, and the OpenAPI document for its path."""
    texts = [document.headers.get("Link", ""), *_addresses(document.value)]
    found = [name for text in texts for part in re.findall(r"\?([^>\s\"]+)", text) for name, _ in parse_qsl(part)]
    calls = openapi.get("paths", {})
    for path, call in calls.items() if isinstance(calls, dict) else ():
        if isinstance(path, str) and path.rstrip("/").endswith(document.path) and isinstance(call, dict):
            found += _in_query(call)
    return list(dict.fromkeys(name for name in found if name not in document.query))[:_MOST]


def _in_query(call: Mapping[str, Any]) -> Iterator[str]:
    got = call.get("get")
    known = [*(call.get("parameters") or ()), *((got.get("parameters") or ()) if isinstance(got, dict) else ())]
    for one in known:
        if isinstance(one, dict) and one.get("in") == "query" and isinstance(name := one.get("name"), str):
            yield name


def named_by_refusal(answer: Answer) -> list[str]:
    """Return the parameters that a refusal names instead of those that were sent."""
    if answer.good or answer.status in (401, 403, 404):
        return []
    sent = {name for name, _ in parse_qsl(answer.query)}
    found = [word for word in _NAMED.findall(f" {text_of(answer)} ") if word.lower() not in _OF_FIELDS]
    return [word for word in dict.fromkeys(found) if word not in sent][:_MOST]


def _addresses(value: Json, deep: int = 0) -> Iterator[str]:
    """Yield the addresses with a query that stand around a list."""
    if isinstance(value, dict) and deep <= _DEEPEST:
        for one in value.values():
            yield from _addresses(one, deep + 1)
    elif isinstance(value, str) and is_address(value):
        yield value


def is_address(text: str) -> bool:
    """Tell whether a text is the address of a request, and no cursor."""
    return bool(urlsplit(text).query) and (text.startswith(("/", "?", "http://", "https://")) or " " not in text)


def narrowed(names: Sequence[str], works: Callable[[Sequence[str]], bool]) -> str:
    """Return the one of several names with which something works, by trying half of them at a time; empty for none."""
    if not names or not works(names):
        return ""
    while len(names) > 1:
        half = names[: len(names) // 2]
        names = half if works(half) else names[len(names) // 2 :]
    return names[0] if works(names) else ""


def total(document: Json, listing: Listing, count: int) -> str:
    """Return the path of the number that an envelope announces, empty where it announces none."""
    known = {plain(one) for one in words()["pages"]["total"]}
    for path, key, value in envelope(document, listing):
        if type(value) is int and value >= count and (plain(key) in known or _is_total(key)):
            return path
    return ""


def _is_total(key: str) -> bool:
    """Tell whether a name says that it is a total, of whatever: of objects, and not of pages."""
    parts = set(split(key))
    return "total" in parts and not parts & {"page", "pages"}


def leaf(document: Json, listing: Listing, kind: str, of: type | None) -> str:
    """Return the path of a value of an envelope by its usual names; `of` is its type, None for any, null too."""
    known = {plain(one) for one in words()["pages"][kind]}
    for path, key, value in envelope(document, listing):
        fits = of is None or (isinstance(value, of) and not isinstance(value, bool) and value != "")
        if fits and plain(key) in known:
            return path
    return ""


def goes_on(document: Json, listing: Listing) -> str:
    """Return what of an envelope says that a list goes on behind this answer, empty where nothing does."""
    known = words()["pages"]
    more, pages, following = ({plain(one) for one in known[kind]} for kind in ("more", "pages", "following"))
    for path, key, value in envelope(document, listing):
        says = (
            (plain(key) in more and value is True)
            or (plain(key) in pages and type(value) is int and value > 1)
            or (plain(key) in following and isinstance(value, str) and value != "")
        )
        if says:
            return path
    return ""


def envelope(document: Json, listing: Listing, path: str = "", deep: int = 0) -> Iterator[tuple[str, str, Json]]:
    """Yield the scalars around a list, those nearest to the answer first: path, key and value."""
    if not isinstance(document, dict) or (path == listing.items and listing.items):
        return
    for key, value in document.items():
        below = f"{path}.{written_key(key)}" if path else written_key(key)
        if isinstance(value, dict):
            if deep < _DEEPEST:
                yield from envelope(value, listing, below, deep + 1)
        elif not isinstance(value, list):
            yield below, key, value
