"""The SOAP service behind the client: our copy of the contract, the call, and faults as one exception class."""

from __future__ import annotations

import logging
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import zeep
from lxml import etree

from ebo_simulator.clock import Clock, SystemClock
from ebo_simulator.errors import BadOptionError, EboError, EwsFault, UnreadableAnswerError
from ebo_simulator.messages import Result
from ebo_simulator.transport import EwsTransport, trust
from ebo_simulator.wire import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

NAMESPACE = "http://www.schneider-electric.com/common/dataexchange/2011/05"
FAULT_PREFIX = f"{{{NAMESPACE}/DataExchangeInterface/Fault}}Fault_"
BINDING = f"{{{NAMESPACE}}}DataExchangeSoap12"
CONTRACT = "DataExchange.wsdl"
VERSIONS = ("1.1", "1.2")

# zeep logs a traceback where it skips a value that it cannot read; a lenient client is meant to skip it.
logging.getLogger("zeep").addHandler(logging.NullHandler())


class Exchange(NamedTuple):
    """One request and what came of it: `error` is the fault's name or the exception's class, "" for success."""

    operation: str
    seconds: float
    http_status: int | None
    size: int
    error: str


class SoapService:
    """One EWS server as a SOAP service; the contract is our own file, the address the one given.

    `strict` refuses answers that the contract does not allow; without it they are read as far as they go. `timeout` is
    in seconds, per request. BadOptionError when the version is neither 1.1 nor 1.2, or the CA file is not there.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        version: str = "1.2",
        timeout: float = 10,
        *,
        ca: Path | None = None,
        insecure: bool = False,
        strict: bool = True,
    ) -> None:
        if version not in VERSIONS:
            raise BadOptionError(f"EWS version {version!r} is not known; use {' or '.join(VERSIONS)}.")
        self.url = url
        self.clock: Clock = SystemClock()
        self.observer: Callable[[Exchange], None] | None = None
        self.version = version
        self.transport = EwsTransport(user, password, timeout, trust(ca, insecure=insecure))
        contract = _contract(strict=strict)
        make: Any = zeep.Client  # its constructor carries no types
        client = make(
            contract, transport=self.transport, settings=contract.settings, plugins=[_Contract(strict=strict)]
        )
        self._service = client.create_service(BINDING, url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection to the server."""
        self.transport.session.close()

    def call(self, operation: str, **arguments: object) -> Any:  # noqa: ANN401 (zeep's values are untyped)
        """Send one request with the arguments that are not None, and give what zeep makes of the answer.

        The `observer`, if there is one, is told of every exchange. EwsFault when the server answers with one,
        UnreadableAnswerError when its answer is none, and the errors of `EwsTransport.post`.
        """
        sent = {name: value for name, value in arguments.items() if value is not None}
        start, error = self.clock.monotonic(), ""
        try:
            return self._exchange(operation, sent)
        except EboError as failure:
            error = failure.name if isinstance(failure, EwsFault) else type(failure).__name__
            raise
        finally:
            if self.observer is not None:
                at = self.transport
                self.observer(Exchange(operation, self.clock.monotonic() - start, at.last_status, at.last_size, error))

    def _exchange(self, operation: str, sent: dict[str, object]) -> Any:  # noqa: ANN401 (zeep's values are untyped)
        self.transport.last_status = None
        try:
            return self._service[operation](version=self.version, **sent)
        except zeep.exceptions.Fault as fault:
            raise _fault(operation, fault, self.transport.last_status) from fault
        # AttributeError is zeep's way to say that a document has no SOAP body.
        except (zeep.exceptions.Error, etree.LxmlError, ValueError, TypeError, AttributeError) as cause:
            line = " ".join(str(cause).split())[:200]
            if self.transport.last_status is None:  # it never left
                raise BadOptionError(f"{operation} cannot be asked like this: {line}.") from cause
            raise UnreadableAnswerError(operation, line, self.transport.last_status) from cause


class _Contract(zeep.Plugin):
    """Refuses an answer of another operation or, if strict, one that the schema of the contract does not allow.

    zeep by itself takes an empty body for an empty answer, and a word where a number belongs for nothing at all.
    """

    def __init__(self, *, strict: bool) -> None:
        self.schema = _schema() if strict else None

    def ingress(self, envelope: Any, http_headers: Any, operation: Any) -> tuple[Any, Any]:  # noqa: ANN401 (zeep's)
        body = envelope.find("{*}Body")
        answer = None if body is None else next(iter(body), None)
        expected = f"{{{NAMESPACE}}}{operation.name}Response"
        if answer is not None and answer.tag.endswith("}Fault"):
            return envelope, http_headers
        if answer is None or answer.tag != expected:
            raise ValueError(f"the SOAP body holds no {operation.name}Response")
        if self.schema is not None:
            try:
                self.schema.assertValid(answer)
            except etree.DocumentInvalid as cause:
                raise ValueError(str(cause).replace(f"{{{NAMESPACE}}}", "")) from cause
        return envelope, http_headers


@cache
def _contract(*, strict: bool) -> zeep.wsdl.Document:
    """Read the contract, once for all clients: what zeep makes of it takes longer than any request."""
    settings = zeep.Settings(strict=strict, forbid_dtd=True)
    make: Any = zeep  # its constructors carry no types
    found: zeep.wsdl.Document = make.wsdl.Document(
        str(files("ebo_simulator") / CONTRACT), make.Transport(), settings=settings
    )
    return found


@cache
def _schema() -> etree.XMLSchema:
    """Compile the messages' schema, which is the first one in the WSDL."""
    contract = etree.fromstring((files("ebo_simulator") / CONTRACT).read_bytes())
    messages = next(contract.iter("{http://www.w3.org/2001/XMLSchema}schema"))
    # Written and read again, because libxml2 does not see the prefixes that the WSDL's root declares.
    return etree.XMLSchema(etree.fromstring(etree.tostring(messages)))


def _fault(operation: str, fault: zeep.exceptions.Fault, http_status: int | None) -> EwsFault | UnreadableAnswerError:
    """Name a fault by its detail element; by its SOAP code when the detail is none of the contract's."""
    if fault.code is None:
        return UnreadableAnswerError(operation, "it is XML, but neither an answer nor a fault", http_status)
    name, detail = fault.code.rpartition(":")[2], ""
    for child in [] if fault.detail is None else fault.detail:
        if isinstance(child.tag, str) and child.tag.startswith(FAULT_PREFIX):
            name, detail = child.tag.removeprefix(FAULT_PREFIX), child.text or ""
    return EwsFault(name, fault.message or "", detail, http_status)


def given(**parts: object) -> dict[str, object] | None:
    """Collect the parts of a request that are asked for; None when there are none."""
    return {name: part for name, part in parts.items() if part is not None} or None


def id_list(ids: Iterable[str] | None) -> dict[str, list[str]] | None:
    """Write a list of ids; None leaves the element out, an empty list leaves it empty."""
    return None if ids is None else {"Id": list(ids)}


def type_list(types: Iterable[str] | None) -> dict[str, list[str]] | None:
    """Write a list of event types."""
    return None if types is None else {"Type": list(types)}


def value_list(values: Mapping[str, str] | None) -> dict[str, list[dict[str, str]]] | None:
    """Write values by id."""
    return None if values is None else {"ValueItem": [{"Id": key, "Value": value} for key, value in values.items()]}


def results(answer: Any, name: str) -> tuple[Result, ...]:  # noqa: ANN401 (zeep's values are untyped)
    """Read an answer that holds a Result per item and nothing else, in the element `name`."""
    # zeep takes both wrappers off SetValuesResponse, which has one child and no attribute.
    rows = answer if isinstance(answer, list) else getattr(getattr(answer, name, None), "Result", None)
    return tuple(read(Result, row) for row in rows or ())


def listed(answer: Any, name: str) -> tuple[str, ...]:  # noqa: ANN401 (zeep's values are untyped)
    """Read an answer that is a list of types."""
    return tuple(part or "" for part in getattr(getattr(answer, name, None), "Type", None) or ())
