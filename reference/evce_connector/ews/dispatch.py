"""From the bytes of a request to the bytes of its answer: recognise, check, decode, handle, encode, or fault."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.clock import Clock
from evce_connector.ews.operations import bulk
from evce_connector.ews.operations.call import VERSIONS, Answer, Call, Handler, version_of
from evce_connector.ews.operations.values import Values
from evce_connector.ews.settings import EwsSettings, Role, User
from evce_connector.ews.wire import soap
from evce_connector.ews.wire.bounds import bounded, check_ids, too_many_ids
from evce_connector.ews.wire.codec import BadTimeError, Codec
from evce_connector.ews.wire.contract import BY_REQUEST, NAMESPACE, OPERATIONS, Operation, fill
from evce_connector.ews.wire.faults import EwsFault, not_supported, wrap, write_fault
from evce_connector.ews.wire.text import clean

LOGGER = logging.getLogger("evce_connector.ews")
WRITING = frozenset({"SetValues", "AcknowledgeAlarmEvents"})
"""Operations that readers may not call."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and what the access log says of the request; `fault` is empty on success."""

    body: bytes
    namespace: str
    operation: str = ""
    items: int = 0
    fault: str = ""
    status: int | None = None


REMEMBERED = 900.0
"""Seconds for which it counts that the database failed a client, who may never ask again."""


class Dispatcher:
    """Knows which operations are offered and who answers them."""

    def __init__(self, settings: EwsSettings, clock: Clock) -> None:
        self._clock = clock
        self._allowed = settings.operations
        self._max_ids = settings.max_ids
        self._max_answer = settings.max_answer
        self._handlers: dict[str, Handler] = {}
        self._codec = Codec()
        self._values: Values | None = None
        self._without_database: dict[str, tuple[str, float]] = {}
        """Operations that the database does not answer: why, and when that was last, monotonic s."""

    def serve(self, handlers: Mapping[str, Handler]) -> None:
        """Offer the operations of some handlers, as far as the settings allow."""
        self._handlers |= {name: handler for name, handler in handlers.items() if name in self._allowed}

    def serve_values(self, values: Values) -> None:
        """Offer reading and writing of values; plain bulk reads reach it without spyne."""
        self.serve(values.handlers)
        self._values = values

    def offered(self, version: str = VERSIONS[-1]) -> list[str]:
        """Return the names of the offered operations that a version of EWS has, in the contract's order."""
        return [
            operation.name
            for operation in OPERATIONS.values()
            if operation.name in self._handlers and operation.since <= version
        ]

    def reply(self, body: bytes, user: User, client: str) -> Reply:
        """Answer a request; never raises."""
        found = bulk.recognise(body)
        if found and self._values and found.operation in self._handlers:
            return self._read(found, user, client)
        try:
            envelope = soap.parse(body)
        except EwsFault as fault:
            return _fault(fault, soap.namespace_of(body))
        tag = envelope.content.tag
        operation = BY_REQUEST.get(tag.removeprefix(f"{{{NAMESPACE}}}")) if tag.startswith(f"{{{NAMESPACE}}}") else None
        if operation is None:
            return _fault(not_supported("The contract has no operation of that name."), envelope.namespace)
        call = Call(operation.name, version_of(envelope.content.get("version")), user, client)
        try:
            content = self._answer(operation, call, envelope.content)
        except EwsFault as fault:
            return _fault(fault, envelope.namespace, call)
        return Reply(wrap(*content, namespace=envelope.namespace), envelope.namespace, call.operation, call.items)

    def _read(self, found: bulk.Bulk, user: User, client: str) -> Reply:
        """Answer a plain bulk read."""
        assert self._values is not None  # noqa: S101 - for the type checker; reply() has looked
        call = Call(found.operation, found.version, user, client)
        read = self._values.read_values if found.operation == "GetValues" else self._values.read_items
        try:
            if len(found.ids) > self._max_ids:
                raise too_many_ids(self._max_ids)
            content = self._message(OPERATIONS[found.operation], call.version, read(call, found.ids))
        except EwsFault as fault:
            return _fault(fault, found.namespace, call)
        return Reply(wrap(*content, namespace=found.namespace), found.namespace, call.operation, call.items)

    def _answer(self, operation: Operation, call: Call, content: Any) -> Sequence[bytes]:  # noqa: ANN401 - an lxml element
        try:
            handler = self._admitted(operation, call, content)
        except EwsFault as fault:
            if operation.name == "SetValues" and self._values is not None:
                self._values.tell_refused(call, _rows_of(content), fault)
            raise
        try:
            answer = self._encode(operation, call, handler(call, self._codec.decode(operation, content)))
        except EwsFault:
            raise
        except BadTimeError as error:
            text = "A time or duration of the request does not parse."
            raise EwsFault("Invalid_Time" if "Invalid_Time" in operation.faults else "InvalidRequest", text) from error
        except SQLAlchemyError as error:
            why = str(getattr(error, "orig", None) or error).partition("\n")[0]
            self._without_database[operation.name] = why, self._clock.monotonic()
            raise EwsFault("TimeOut", "The database did not answer in time; try again.") from error
        except Exception as error:
            LOGGER.exception("%s failed", operation.name)
            raise EwsFault("Operation_Failed", "The server failed; its log says why.") from error
        self._without_database.pop(operation.name, None)
        return answer

    def _admitted(self, operation: Operation, call: Call, content: Any) -> Handler:  # noqa: ANN401 - as above
        """Return who answers a call, if it may be answered at all; EwsFault."""
        handler = self._handlers.get(operation.name)
        if handler is None or operation.since > call.version:
            raise not_supported(f"{operation.name} is not offered in version {call.version}.")
        if operation.name in WRITING and call.user.role is not Role.WRITER:
            raise EwsFault("Permission_Denied", f"{operation.name} needs a user with the role writer.")
        check_ids(content, self._max_ids)
        return handler

    def database_trouble(self) -> str:
        """Say how the database last failed a client, in words; empty when it did not within REMEMBERED s."""
        until = self._clock.monotonic() - REMEMBERED
        found = [why for why, when in list(self._without_database.values()) if when > until]
        return f"the database cannot be used: {found[-1]}" if found else ""

    def _encode(self, operation: Operation, call: Call, answer: Answer) -> Sequence[bytes]:
        if isinstance(answer, bytes):
            return self._message(operation, call.version, (answer,))
        if not isinstance(answer, Mapping):
            return self._message(operation, call.version, answer)
        members = operation.response._type_info  # noqa: SLF001 - spyne's only way to ask
        version = {"version": call.version} if "version" in members else {}
        made = self._codec.encode(operation, fill(operation.response, {**answer, **version}, clean))
        return bounded((made,), self._max_answer)

    def _message(self, operation: Operation, version: str, content: Iterable[bytes]) -> Sequence[bytes]:
        """Put written content between the tags of the response element."""
        tag = operation.response_tag.encode()
        head = b'<%s xmlns="%s" version="%s">' % (tag, NAMESPACE.encode(), version.encode())
        return (head, *bounded(content, self._max_answer), b"</%s>" % tag)


def _fault(fault: EwsFault, namespace: str, call: Call | None = None) -> Reply:
    operation, items = (call.operation, call.items) if call else ("", 0)
    return Reply(write_fault(fault, namespace), namespace, operation, items, fault.reason, fault.status)


def refuse(fault: EwsFault, body: bytes = b"") -> Reply:
    """Return the reply to a request that is refused before it is looked at."""
    return _fault(fault, soap.namespace_of(body))


def _rows_of(content: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - an lxml element
    """Return ids and values of a SetValues that nobody decodes."""
    rows = content.iter(f"{{{NAMESPACE}}}ValueItem")
    return [(row.findtext(f"{{{NAMESPACE}}}Id") or "", row.findtext(f"{{{NAMESPACE}}}Value") or "") for row in rows]
