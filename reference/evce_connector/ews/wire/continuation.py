"""Opaque references that clients hand back: MoreDataRef and NotificationId. All state is in them, none on the server.

They hold nothing that their client may not ask for anyway: what is signed is checked for damage and for its operation,
with a key that is no secret, so that a reference outlives a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itsdangerous import BadData, Serializer, base64_decode, base64_encode

from evce_connector.ews.wire.faults import EwsFault
from evce_connector.persistence.instants import to_micros
from evce_connector.site.xsd_time import EARLIEST, LATEST

_LEAST, _LARGEST = to_micros(EARLIEST), to_micros(LATEST)
_LONGEST = 65_536


def pack(kind: str, *fields: Any) -> str:  # noqa: ANN401 - plain JSON values
    """Write a reference of a kind."""
    return base64_encode(_signed(kind).dumps(fields)).decode()


def unpack(kind: str, text: str, types: Sequence[type], fault: str = "Invalid_Reference") -> list[Any]:
    """Read a reference of a kind whose fields have these types (or are None); an EwsFault when it is none of ours.

    >>> unpack("GetHistory", pack("GetHistory", "Site/Power", 12), (str, int))
    ['Site/Power', 12]
    >>> unpack("GetAlarmEvents", pack("GetHistory", "Site/Power", 12), (str, int))
    Traceback (most recent call last):
    evce_connector.ews.wire.faults.EwsFault: The reference is none that this server gave for this operation.
    """
    try:
        fields = list(_signed(kind).loads(base64_decode(text.strip()[:_LONGEST].encode("ascii"))))
    except (BadData, ValueError, TypeError, RecursionError):  # all but the first of what somebody else has written
        fields = [object]
    if len(fields) != len(types) or not all(map(_fits, fields, types)):
        raise EwsFault(fault, "The reference is none that this server gave for this operation.")
    return fields


def _signed(kind: str) -> Serializer[str]:
    """Return what writes and reads the references of a kind: not URLSafeSerializer, which would unpack a zip bomb."""
    return Serializer("evce-connector", salt=kind)


def _fits(field: Any, type_: type) -> bool:  # noqa: ANN401 - plain JSON values
    """Tell whether a field is of its type; integers must be such that times and the database can hold them."""
    if type_ is list and isinstance(field, list):
        return all(isinstance(part, str) for part in field)
    if type(field) is int and type_ is int:
        return _LEAST <= field <= _LARGEST
    return field is None or type(field) is type_
