"""Between XML and the contract's types: spyne's Soap12, with its own readers and writers of simple values.

spyne lets exceptions out on odd durations, takes any word for false and writes times without Z; the readers here take
what docs/ews.md lists and refuse the rest with a fault.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from typing import Any

from lxml import etree

from evce_connector.ews.wire.contract import NAMESPACE, OPERATIONS, Operation
from evce_connector.ews.wire.faults import invalid_request
from evce_connector.ews.wire.spyne_import import MethodContext, ServerBase, Soap12, spyne
from evce_connector.site.values import ValueType, from_wire, utc_text

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DURATION = re.compile(
    r"(-)?P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?",
    re.ASCII,
)
_SECONDS = (365 * 86400, 30 * 86400, 86400, 3600, 60, 1)
_WORDS = {"true": True, "1": True, "false": False, "0": False}


class BadTimeError(ValueError):
    """A time or duration that does not parse: an operation may have its own fault for it."""


def read_duration(text: str) -> timedelta:
    """Read an xs:duration; a year counts 365 days and a month 30. BadTimeError where it does not parse."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise BadTimeError
    seconds = sum(float(part) * unit for part, unit in zip(match.groups()[1:], _SECONDS, strict=True) if part)
    return timedelta(seconds=-seconds if match[1] else seconds)


def write_duration(duration: timedelta) -> str:
    """Write a duration as xs:duration in hours, minutes and seconds: PT30M."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if number]
    return "PT" + ("".join(parts) or "0S")


def _read_time(_: Any, text: str) -> Any:  # noqa: ANN401 - spyne's signature
    if not text.strip():
        return None
    try:
        return from_wire(text, ValueType.DATETIME)
    except (ValueError, OverflowError) as error:
        raise BadTimeError from error


def _read_expires(_: Any, text: str) -> timedelta | None:  # noqa: ANN401 - spyne's signature
    return read_duration(text) if text.strip() else None


def _read_integer(_: Any, text: str) -> int | None:  # noqa: ANN401 - spyne's signature
    text = text.strip()
    if not text:
        return None
    if not _INTEGER.fullmatch(text):
        raise invalid_request("An integer of the request does not parse.")
    return int(text)


def _read_boolean(_: Any, text: str) -> bool | None:  # noqa: ANN401 - spyne's signature
    text = text.strip().lower()
    if text and text not in _WORDS:
        raise invalid_request("A boolean of the request does not parse.")
    return _WORDS.get(text)


class EwsProtocol(Soap12):  # type: ignore[misc]
    """Reads requests into the contract's types and writes answers out of them."""

    def __init__(self) -> None:
        super().__init__(validator=None)
        self._from_unicode_handlers[spyne.DateTime] = _read_time
        self._from_unicode_handlers[spyne.Duration] = _read_expires
        self._from_unicode_handlers[spyne.Integer] = _read_integer
        self._from_unicode_handlers[spyne.Boolean] = _read_boolean
        self._to_unicode_handlers[spyne.DateTime] = lambda _, value: utc_text(value)
        self._to_unicode_handlers[spyne.Duration] = lambda _, value: write_duration(value)


def _service() -> Any:  # noqa: ANN401 - spyne is untyped
    """Declare the operations to spyne, so that its interface knows every type."""
    methods = {
        operation.name: spyne.rpc(
            operation.request,
            _returns=operation.response,
            _body_style="bare",
            _operation_name=operation.name,
            _in_message_name=operation.request_tag,
            _out_message_name=operation.response_tag,
        )(_nothing(operation))
        for operation in OPERATIONS.values()
    }
    return type("DataExchange", (spyne.Service,), methods)


def _nothing(operation: Operation) -> Any:  # noqa: ANN401 - spyne is untyped
    def method(_: Any, __: Any) -> None:  # noqa: ANN401 - spyne is untyped
        """Declare the operation; the dispatcher calls its handler."""

    method.__name__ = operation.name
    return method


@cache
def _server() -> Any:  # noqa: ANN401 - spyne is untyped
    """Put spyne's server together, one for all of this process: it keeps nothing of a request."""
    application = spyne.Application([_service()], NAMESPACE, in_protocol=EwsProtocol(), out_protocol=EwsProtocol())
    return ServerBase(application)


class Codec:
    """Decodes the body of a request, encodes that of an answer."""

    def __init__(self) -> None:
        self._server = _server()
        self._protocol = self._server.app.in_protocol

    def decode(self, operation: Operation, content: etree._Element) -> Any:  # noqa: ANN401 - spyne is untyped
        """Read a request; an EwsFault or a BadTimeError where it does not parse."""
        context = MethodContext(self._server, MethodContext.SERVER)
        try:
            return self._protocol.from_element(context, operation.request, content) or operation.request()
        except BadTimeError:
            raise
        except (spyne.Fault, ValueError, TypeError, AttributeError, LookupError) as error:
            raise invalid_request("The request does not follow the contract.") from error

    def encode(self, operation: Operation, answer: Any) -> bytes:  # noqa: ANN401 - spyne is untyped
        """Write an answer."""
        context = MethodContext(self._server, MethodContext.SERVER)
        parent = etree.fromstring(f'<parent xmlns="{NAMESPACE}"/>')
        self._protocol.to_parent(context, operation.response, answer, parent, NAMESPACE, operation.response_tag)
        made: bytes = etree.tostring(parent[0])
        return made
