"""Where what was answered leads: addresses in documents, in HTML pages and in headers, and the lists of these."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from evce_connector.evce.convert import Json
from evce_connector.probe.asking import Answer
from evce_connector.probe.dialect.names import split

_KEYS = frozenset({"href", "link", "url", "uri", "self", "path", "related"})
"""Words of keys at which an address stands."""
_BELOW = re.compile(r"[A-Za-z][\w-]*(/[\w-]+)*")
"""An address as a root document has it that names its lists by their last part."""
_IN_PAGE = re.compile(r"(?:href|src|action|data-url)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_IN_HEADER = re.compile(r"<([^>]+)>")
_VERSION = re.compile(r"v\d+(\.\d+)*", re.IGNORECASE)
_NO_DOCUMENT = re.compile(r"\.(css|js|png|jpe?g|gif|svg|ico|woff2?|html?|pdf|txt|map)$", re.IGNORECASE)
_MOST_IN_LIST = 50


def trails(answers: Iterable[Answer], base: str, origin: str) -> list[str]:
    """Return the paths below `base` that answers lead to on the controller at `origin`, each once, as they come.

    Of the address of one object its list is returned, and the lists that are called as what stands below the object.
    """
    found: dict[str, None] = {}
    for answer in answers:
        for text in _texts_of(answer):
            for path in _paths(text, base, origin):
                found[path] = None
    return [path for path in found if len(path) > 1]


def _texts_of(answer: Answer) -> Iterator[str]:
    if answer.good:
        yield from _in_document(answer.document)
    elif answer.status == HTTPStatus.OK and "<" in answer.text[:2000]:
        yield from _IN_PAGE.findall(answer.text)
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        yield answer.headers.get("Location", "")
    yield from _IN_HEADER.findall(answer.headers.get("Link", ""))


def _in_document(value: Json) -> Iterator[str]:
    """Yield the texts of a document that may be addresses: those whose key says so, and an index's."""
    if isinstance(value, dict):
        for key, found in value.items():
            if not isinstance(found, str):
                yield from _in_document(found)
            elif found.startswith("/"):
                yield found
            elif set(split(key)) & _KEYS:
                yield f"/{found}" if _BELOW.fullmatch(found) else found
    elif isinstance(value, list):
        for found in value[:_MOST_IN_LIST]:
            if isinstance(found, str) and found.startswith("/"):
                yield found
            else:
                yield from _in_document(found)


def _paths(text: str, base: str, origin: str) -> Iterator[str]:
    """Yield the paths to try for an address; none for one that is elsewhere, or no document."""
    if " " in text or not text.startswith(("/", "http")):
        return
    try:
        parts = urlsplit(text)
    except ValueError:  # such as a bracket in a host
        return
    path = parts.path.removeprefix(base) if base else parts.path
    is_own = not parts.netloc or f"{parts.scheme}://{parts.netloc}" == origin
    if is_own and path.startswith("/") and not _NO_DOCUMENT.search(path):
        yield from _lists(path.rstrip("/"))


def _lists(path: str) -> Iterator[str]:
    segments = path.split("/")
    at = next((at for at, one in enumerate(segments) if _is_object(one)), None)
    if at is None:
        yield path
        return
    if at > 1:
        yield "/".join(segments[:at])
        if at + 1 < len(segments) and not _is_object(segments[at + 1]):
            yield "/".join([*segments[: at - 1], segments[at + 1]])


def _is_object(segment: str) -> bool:
    """Tell whether a part of an address is the id of an object, or stands for one."""
    return "{" in segment or (any(letter.isdigit() for letter in segment) and not _VERSION.fullmatch(segment))
