"""Opaque references that clients hand back: MoreDataRef and NotificationId. All state is in them, none on the server.

They hold nothing that their client may not ask for anyway, so that they are checked but not signed.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from evce_connector.ews.faults import EwsFault
from evce_connector.store.instants import to_micros
from evce_connector.xsd_time import EARLIEST, LATEST

_LEAST, _LARGEST = to_micros(EARLIEST), to_micros(LATEST)
_LONGEST = 65_536


def pack(kind: str, *fields: Any) -> str:  # noqa: ANN401 - plain JSON values
    """Write a reference of a kind."""
    text = json.dumps([kind, *fields], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(binascii.crc32(text).to_bytes(4) + text).decode()


def unpack(kind: str, text: str, types: Sequence[type], fault: str = "Invalid_Reference") -> list[Any]:
    """Read a reference of a kind whose fields have these types (or are None); the fault when it is none of ours."""
    try:
        found, *fields = _decoded(text)
    except (ValueError, TypeError, RecursionError):
        found, fields = "", []
    if found != kind or len(fields) != len(types) or not all(map(_fits, fields, types)):
        raise EwsFault(fault, "The reference is none that this server gave for this operation.")
    return fields


def _decoded(text: str) -> list[Any]:
    """Decode what pack wrote; ValueError where it is something else."""
    raw = base64.b64decode(text.strip().encode("ascii")[:_LONGEST], altchars=b"-_", validate=True)
    if binascii.crc32(raw[4:]).to_bytes(4) != raw[:4]:
        raise ValueError(text)
    return list(json.loads(raw[4:]))


def _fits(field: Any, type_: type) -> bool:  # noqa: ANN401 - plain JSON values
    """Tell whether a field is of its type; integers must be such that times and the database can hold them."""
    if type_ is list and isinstance(field, list):
        return all(isinstance(part, str) for part in field)
    if type(field) is int and type_ is int:
        return _LEAST <= field <= _LARGEST
    return field is None or type(field) is type_
