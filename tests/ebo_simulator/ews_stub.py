"""A small EWS server of our own: a tree as data, answers built with lxml, and oddities on request."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Callable, Collection
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker
from requests.utils import parse_dict_header

NS = "http://www.schneider-electric.com/common/dataexchange/2011/05"
FAULTS = f"{NS}/DataExchangeInterface/Fault"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
SOAP_TYPE = "application/soap+xml; charset=utf-8"
PATH = "/EcoStruxure/DataExchange"
E = ElementMaker(namespace=NS, nsmap={None: NS})
S = ElementMaker(namespace=SOAP, nsmap={"s": SOAP})

Element = etree._Element
Answer = tuple[int, str, bytes]
Handler = Callable[[Element], Element | Answer]


@cache
def contract_schema() -> etree.XMLSchema:
    """Read the schema of messages and faults that stands in the WSDL."""
    wsdl = etree.fromstring((files("ebo_simulator") / "DataExchange.wsdl").read_bytes())
    schema = wsdl.find(".//{http://www.w3.org/2001/XMLSchema}schema")
    assert schema is not None
    # Serialised once more, because libxml2 does not see the prefixes that the WSDL's root declares.
    return etree.XMLSchema(etree.fromstring(etree.tostring(schema)))


def envelope(content: Element) -> bytes:
    return etree.tostring(S.Envelope(S.Body(content)), xml_declaration=True, encoding="utf-8")


def fault(name: str, reason: str, text: str = "", code: str = "s:Sender") -> bytes:
    """Write a fault in the wire form of EWS; without a text it has no detail element."""
    detail = [S.Detail(ElementMaker(namespace=FAULTS)(f"Fault_{name}", text))] if text else []
    return envelope(S.Fault(S.Code(S.Value(code)), S.Reason(S.Text(reason)), *detail))


class Stub:
    """The state of the server: containers and items by id, recorded requests, and replaced operations.

    `hang_ups` counts requests that it still drops unanswered.
    `replace[operation]` is a function from the request to an answer element, or to (status, content type, body).
    """

    def __init__(self) -> None:
        self.containers: dict[str, dict[str, Any]] = {}
        self.items: dict[str, dict[str, Any]] = {}
        self.histories: dict[str, dict[str, Any]] = {}
        self.alarms: dict[str, dict[str, Any]] = {}
        self.root = "0"
        self.hang_ups = 0
        self.operations = ["GetItems", "GetValues"]
        self.requests: list[tuple[str, Element]] = []
        self.invalid: list[str] = []
        self.replace: dict[str, Handler] = {}
        self.algorithms: list[str] = []
        self.schema = contract_schema()

    def container(self, key: str, name: str, kind: str, children: list[str]) -> None:
        self.containers[key] = {"Id": key, "Name": name, "Description": name, "Type": kind, "children": children}

    def value(self, key: str, name: str, kind: str, value: str, unit: str = "", state: int = 0) -> None:
        self.items[key] = {"Id": key, "Name": name, "Description": name, "Type": kind, "Value": value, "Unit": unit}
        self.items[key] |= {"Writeable": "0", "State": str(state)}

    def asked(self, operation: str) -> list[Element]:
        return [request for name, request in self.requests if name == operation]

    def answer(self, body: bytes) -> Answer:
        sent = etree.fromstring(body).find(f"{{{SOAP}}}Body")
        assert sent is not None
        request = sent[0]
        operation = etree.QName(request).localname.removesuffix("Request")
        self.requests.append((operation, request))
        if not self.schema.validate(request):
            self.invalid.append(str(self.schema.error_log))
        handler: Handler = self.replace.get(operation, getattr(self, f"_{operation}", self._not_offered))
        made = handler(request)
        if isinstance(made, tuple):
            return made
        if not self.schema.validate(made):
            self.invalid.append(str(self.schema.error_log))
        return 200, SOAP_TYPE, envelope(made)

    @staticmethod
    def _not_offered(_: Element) -> Answer:
        text = "The operation is not offered."
        return 500, SOAP_TYPE, fault("Operation_Not_Supported", "OPERATION_NOT_SUPPORTED", text)

    def _GetWebServiceInformation(self, request: Element) -> Element:  # noqa: N802 (the operation's name)
        return E.GetWebServiceInformationResponse(
            E.GetWebServiceInformationVersion(E.MajorVersion("1"), E.MinorVersion("2"), E.UsedNameSpace(NS)),
            E.GetWebServiceInformationSupportedOperations(*(E.Operation(name) for name in self.operations)),
            E.GetWebServiceInformationSupportedProfiles(E.Profile("Minimum")),
            E.GetWebServiceInformationSystem(E.Version("1.2.0"), E.Id("stub"), E.Name("EVCE Ews Server")),
            version=request.get("version"),
        )

    def _GetContainerItems(self, request: Element) -> Element:  # noqa: N802 (the operation's name)
        ids = ids_of(request) or [self.root]
        return E.GetContainerItemsResponse(
            E.GetContainerItemsItems(*(self._opened(key) for key in ids if key in self.containers)),
            E.GetContainerItemsErrorResults(*wrong(ids, self.containers)),
            E.GetContainerItemsStatus(E.MoreDataAvailable("false")),
            version=request.get("version"),
        )

    def _opened(self, key: str) -> Element:
        at = self.containers[key]
        children = at["children"]
        lists = E.Items(
            E.ContainerItems(
                *(item("ContainerItem", self.containers[c], HEAD) for c in children if c in self.containers)
            ),
            E.ValueItems(*(item("ValueItem", self.items[c], VALUE_HEAD) for c in children if c in self.items)),
            E.HistoryItems(*(item("HistoryItem", self.histories[c], HISTORY) for c in children if c in self.histories)),
            E.AlarmItems(*(item("AlarmItem", self.alarms[c], ALARM) for c in children if c in self.alarms)),
        )
        made = item("ContainerItem", at, HEAD)
        made.append(lists)
        return made

    def _GetItems(self, request: Element) -> Element:  # noqa: N802 (the operation's name)
        ids = ids_of(request)
        return E.GetItemsResponse(
            E.GetItemsItems(
                E.ValueItems(*(item("ValueItem", self.items[i], VALUE) for i in ids if i in self.items)),
                E.HistoryItems(*(item("HistoryItem", self.histories[i], HISTORY) for i in ids if i in self.histories)),
                E.AlarmItems(*(item("AlarmItem", self.alarms[i], ALARM) for i in ids if i in self.alarms)),
            ),
            E.GetItemsErrorResults(*wrong(ids, self.items | self.histories | self.alarms)),
            version=request.get("version"),
        )

    def _GetValues(self, request: Element) -> Element:  # noqa: N802 (the operation's name)
        ids = ids_of(request)
        return E.GetValuesResponse(
            E.GetValuesItems(
                *(item("ValueItem", self.items[i], ("Id", "State", "Value")) for i in ids if i in self.items)
            ),
            E.GetValuesErrorResults(*wrong(ids, self.items)),
            version=request.get("version"),
        )

    def _SetValues(self, request: Element) -> Element:  # noqa: N802 (the operation's name)
        results = []
        for row in request.iter(f"{{{NS}}}ValueItem"):
            key, value = row.findtext(f"{{{NS}}}Id", ""), row.findtext(f"{{{NS}}}Value")
            done = self.items.get(key, {}).get("Writeable") == "1"
            if done:
                self.items[key]["Value"] = value
            message = E.Message("" if done else "VALUE_NOT_WRITEABLE")
            results.append(E.Result(E.Id(key), E.Success(str(done).lower()), message))
        return E.SetValuesResponse(E.SetValuesResults(*results))


HEAD = ("Id", "Name", "Description", "Type")
VALUE_HEAD = (*HEAD, "Unit", "Writeable")
VALUE = (*HEAD, "Value", "Unit", "Writeable", "State")
HISTORY = (*HEAD, "Unit", "ValueItemId")
ALARM = ("Id", "Name", "Description", "State", "ValueItemId")


def item(tag: str, row: dict[str, Any], names: tuple[str, ...]) -> Element:
    return E(tag, *(E(name, row[name]) for name in names))


def ids_of(request: Element) -> list[str]:
    return [element.text or "" for element in request.iter(f"{{{NS}}}Id")]


def wrong(ids: list[str], known: Collection[str]) -> list[Element]:
    return [E.ErrorResult(E.Id(key), E.Message("INVALID_ID")) for key in ids if key not in known]


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    wbufsize = -1  # head and body leave together; apart they wait 40 ms for each other
    server: StubServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.stub.hang_ups and "Authorization" in self.headers:
            self.server.stub.hang_ups -= 1
            self.close_connection = True
        elif self.path != PATH:
            self._send(404, "text/plain", b"nothing here")
        elif not self._may_enter():
            self._send(401, "text/plain", b"who are you?")
        else:
            self._send(*self.server.stub.answer(body))

    def _may_enter(self) -> bool:
        header = self.headers.get("Authorization", "").removeprefix("Digest ")
        sent = parse_dict_header(header)  # type: ignore[no-untyped-call] # types-requests leaves it so
        algorithm = sent.get("algorithm", "MD5")
        digest = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm]

        def hashed(*parts: str) -> str:
            return digest(":".join(parts).encode()).hexdigest()

        first = hashed(self.server.user, "EVCE", self.server.password)
        second = hashed("POST", PATH)
        names = ("nonce", "nc", "cnonce", "qop")
        good = sent.get("response") == hashed(first, *(sent.get(name, "") for name in names), second)
        if good:
            self.server.stub.algorithms.append(algorithm)
        return good

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        if status == 401:
            for algorithm in ("MD5", "SHA-256"):
                self.send_header(
                    "WWW-Authenticate", f'Digest realm="EVCE", qop="auth", algorithm={algorithm}, nonce="n1"'
                )
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


class StubServer(ThreadingHTTPServer):
    """The stub over HTTP on a free port of 127.0.0.1, with digest login."""

    def __init__(self, stub: Stub, user: str, password: str, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.stub, self.user, self.password = stub, user, password
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_port}{PATH}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def handle_error(self, *_: object) -> None:
        """Stay silent about clients that hang up, as those do that trust no certificate."""

    def close(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
