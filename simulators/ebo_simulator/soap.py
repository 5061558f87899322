"""The SOAP service behind the client: our copy of the contract, the call, and faults as one exception class."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import requests
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
BODY = "{http://www.w3.org/2003/05/soap-envelope}Body"
CONTRACT = "DataExchange.wsdl"
VERSIONS = ("1.1", "1.2")


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
        self._schema = _schema() if strict else None
        self._contract = _contract()
        make: Any = zeep.Client  # its constructor carries no types
        client = make(self._contract, transport=self.transport, settings=self._contract.settings)
        self._service = client.create_service(BINDING, url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection to the server."""
        self.transport.session.close()

    def call(self, operation: str, **arguments: object) -> etree._Element:
        """Send one request with the arguments that are not None, and give the answer's element.

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

    def _exchange(self, operation: str, sent: dict[str, object]) -> etree._Element:
        self.transport.last_status = None
        try:
            return self._answer(operation, self._service[operation](version=self.version, **sent))
        except zeep.exceptions.Fault as fault:
            raise _fault(operation, fault, self.transport.last_status) from fault
        except (zeep.exceptions.Error, etree.LxmlError, ValueError, TypeError) as cause:
            line = " ".join(str(cause).split())[:200]
            if self.transport.last_status is None:  # it never left
                raise BadOptionError(f"{operation} cannot be asked like this: {line}.") from cause
            raise UnreadableAnswerError(operation, line, self.transport.last_status) from cause

    def _answer(self, operation: str, response: requests.Response) -> etree._Element:
        """Take the answer out of its envelope; zeep's Fault for a fault.

        ValueError for an answer of another operation or, if strict, one that the schema of the contract does not allow.
        zeep itself would make a Python object of each element, and take nine tenths of a large read's time for it.
        """
        parse: Any = zeep.loader.parse_xml  # its types say text, and it is for bytes as well
        envelope = parse(response.content, self.transport, settings=self._contract.settings)
        found = [] if (body := envelope.find(BODY)) is None else list(body.iterchildren("*"))
        is_fault = bool(found) and found[0].tag.endswith("}Fault")
        if not is_fault and (not found or found[0].tag != f"{{{NAMESPACE}}}{operation}Response"):
            raise ValueError(f"the SOAP body holds no {operation}Response")
        if is_fault or response.status_code != requests.codes.ok:
            self._contract.bindings[BINDING].process_error(envelope, operation)
        if self._schema is not None:
            if len(found) > 1:
                raise ValueError(f"the SOAP body holds more than its {operation}Response")
            try:
                self._schema.assertValid(found[0])
            except etree.DocumentInvalid as cause:
                raise ValueError(str(cause).replace(f"{{{NAMESPACE}}}", "")) from cause
        answer: etree._Element = found[0]
        return answer


@cache
def _contract() -> Any:  # noqa: ANN401 (zeep's constructors carry no types)
    """Read the contract, once for all clients: what zeep makes of it takes longer than any request."""
    make: Any = zeep.wsdl.Document
    transport: Any = zeep.Transport
    settings = zeep.Settings(raw_response=True, forbid_dtd=True)
    return make(str(files("ebo_simulator") / CONTRACT), transport(), settings=settings)


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


def results(answer: etree._Element, name: str) -> tuple[Result, ...]:
    """Read an answer that holds a Result per item and nothing else, in the element `name`."""
    return tuple(read(Result, row) for row in answer.iterfind(f"{{*}}{name}/{{*}}Result"))


def listed(answer: etree._Element, name: str) -> tuple[str, ...]:
    """Read an answer that is a list of types."""
    return tuple(part.text or "" for part in answer.iterfind(f"{{*}}{name}/{{*}}Type"))
