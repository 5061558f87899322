"""Recognises a plain GetValues or GetItems in front of spyne: ids come straight from XML (design, Speed).

What a BMS asks it asks again and again, so that the ids of the last requests are remembered by their bytes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from evce_connector.ews.call import version_of
from evce_connector.ews.contract import NAMESPACE
from evce_connector.ews.faults import EwsFault
from evce_connector.ews.soap import Envelope, parse

_LISTS = {
    f"{{{NAMESPACE}}}GetValuesRequest": ("GetValues", f"{{{NAMESPACE}}}GetValuesIds"),
    f"{{{NAMESPACE}}}GetItemsRequest": ("GetItems", f"{{{NAMESPACE}}}GetItemsIds"),
}
_ID = f"{{{NAMESPACE}}}Id"
_REMEMBERED = 64
_LARGEST = 128 * 1024
"""Bodies above this many bytes are not remembered: together they stay below 8 MiB."""


class Bulk(NamedTuple):
    """A plain bulk read."""

    operation: str
    namespace: str
    version: str
    ids: tuple[str, ...]


def recognise(body: bytes) -> Bulk | None:
    """Return the bulk read that a body is, or None for anything else."""
    return _remembered(body) if len(body) <= _LARGEST else _look(body)


def _look(body: bytes) -> Bulk | None:
    if b"GetValuesRequest" not in body and b"GetItemsRequest" not in body:
        return None
    try:
        return _bulk(parse(body))
    except EwsFault:
        return None


_remembered = lru_cache(_REMEMBERED)(_look)


def _bulk(envelope: Envelope) -> Bulk | None:
    request = envelope.content
    if request.tag not in _LISTS or len(request) != 1:
        return None
    operation, list_tag = _LISTS[request.tag]
    ids = request[0]
    if ids.tag != list_tag or len(ids) == 0 or any(id_.tag != _ID or len(id_) or id_.attrib for id_ in ids):
        return None
    version = version_of(request.get("version"))
    return Bulk(operation, envelope.namespace, version, tuple([id_.text or "" for id_ in ids]))
