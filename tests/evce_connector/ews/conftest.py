"""A small site behind a real EWS server, and a client that checks every answer against the contract."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from evce_connector.clock import ManualClock
from evce_connector.ews.server import EwsServer, EwsStores
from evce_connector.ews.settings import EwsSettings, Role, User
from evce_connector.ews.wire.contract import FAULT_NAMESPACE, NAMESPACE, OPERATIONS, schema_of
from evce_connector.persistence.database import open_database
from evce_connector.points.tree import AlarmItem, Folder, HistoryItem, Tree, ValueItem
from evce_connector.points.write_request import WriteRequest, WriteResult
from evce_connector.site.catalogue import BY_NAME
from evce_connector.site.values import EMPTY, State
from lxml import etree
from requests.auth import HTTPDigestAuth
from sqlalchemy import Engine

from features.driver.wsgi import WsgiAdapter

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
ADDRESS = "http://127.0.0.1:8093/EcoStruxure/DataExchange"
WRITER = User("ebo", "s3cret-Word", Role.WRITER)
READER = User("viewer", "look-0nly", Role.READER)
SCHEMA = schema_of()


def envelope(content: str, soap: str = SOAP_12) -> bytes:
    return f'<s:Envelope xmlns:s="{soap}"><s:Body>{content}</s:Body></s:Envelope>'.encode()


def request(operation: str, content: str = "", version: str = "1.2", attributes: str = "") -> str:
    tag = OPERATIONS[operation].request_tag
    return f'<{tag} xmlns="{NAMESPACE}" version="{version}" {attributes}>{content}</{tag}>'


def ids(tag: str, *names: str) -> str:
    return f"<{tag}>{''.join(f'<Id>{name}</Id>' for name in names)}</{tag}>"


@dataclass
class Fault:
    """A fault as it came over the wire."""

    code: str
    reason: str
    name: str
    text: str
    status: int


@dataclass
class Answer:
    """The response element of an answer."""

    element: etree._Element

    def all(self, tag: str) -> list[str]:
        return [node.text or "" for node in self.element.iter(f"{{{NAMESPACE}}}{tag}")]

    def one(self, tag: str) -> str:
        (text,) = self.all(tag)
        return text

    def rows(self, tag: str) -> list[dict[str, str]]:
        return [
            {etree.QName(child).localname: child.text or "" for child in node}
            for node in self.element.iter(f"{{{NAMESPACE}}}{tag}")
        ]


class Wire:
    """Sends envelopes with a login; each answer must be a fault in the contract's form or valid by its schema."""

    def __init__(self, server: EwsServer, user: User = WRITER) -> None:
        self.server = server
        self.session = requests.Session()
        self.session.auth = HTTPDigestAuth(user.name, user.password)
        self.session.mount(server.address, WsgiAdapter(server.wsgi))

    def post(self, body: bytes, content_type: str = "application/soap+xml; charset=utf-8") -> requests.Response:
        return self.session.post(self.server.address, body, headers={"Content-Type": content_type})

    def send(self, body: bytes, **options: str) -> Answer | Fault:
        return read(self.post(body, **options))

    def ask(self, operation: str, content: str = "", version: str = "1.2", attributes: str = "") -> Answer:
        answer = self.send(envelope(request(operation, content, version, attributes)))
        assert isinstance(answer, Answer), answer
        assert answer.element.tag == f"{{{NAMESPACE}}}{OPERATIONS[operation].response_tag}"
        return answer

    def fault(self, operation: str, content: str = "", version: str = "1.2", attributes: str = "") -> Fault:
        answer = self.send(envelope(request(operation, content, version, attributes)))
        assert isinstance(answer, Fault), etree.tostring(answer.element)
        return answer


def read(response: requests.Response) -> Answer | Fault:
    """Read an answer; it must follow the contract."""
    root = etree.fromstring(response.content)
    soap = etree.QName(root).namespace
    expected = "application/soap+xml" if soap == SOAP_12 else "text/xml"
    assert response.headers["Content-Type"] == f"{expected}; charset=utf-8"
    (body,) = root
    (content,) = body
    if content.tag == f"{{{soap}}}Fault":
        return _fault(content, soap or "", response.status_code)
    assert response.status_code == 200
    # Serialised once more, as prefixes declared outside would hide what a client of the element alone sees.
    SCHEMA.assertValid(etree.fromstring(etree.tostring(content)))
    return Answer(content)


def _fault(content: etree._Element, soap: str, status: int) -> Fault:
    if soap == SOAP_12:
        names = [etree.QName(child).localname for child in content]
        assert names == ["Code", "Reason", "Detail"]
        code, reason, detail = content[0][0].text, content[1][0].text, content[2]
    else:
        assert [child.tag for child in content] == ["faultcode", "faultstring", "detail"]
        code, reason, detail = content[0].text, content[1].text, content[2]
    prefix, _, code = (code or "").partition(":")
    assert content.nsmap[prefix] == soap
    (element,) = detail
    assert etree.QName(element).namespace == FAULT_NAMESPACE
    name = etree.QName(element).localname.removeprefix("Fault_")
    assert any(name in operation.faults for operation in OPERATIONS.values())
    assert element.text
    return Fault(code, reason or "", name, element.text, status)


class Notebook:
    """A writer that notes what it is told, and does as it is told."""

    def __init__(self) -> None:
        self.written: list[tuple[str, Any]] = []
        self.beside: list[tuple[str, str]] = []
        self.users: list[str] = []
        self.refuse = ""

    def write(self, requests: list[WriteRequest], user: str, client: str) -> list[WriteResult]:
        assert client
        self.users.append(user)
        self.written += [(one.item.id, one.value) for one in requests if not one.beside]
        self.beside += [(one.item.id, one.beside) for one in requests if one.beside]
        return [WriteResult(not self.refuse, self.refuse) for _ in requests]


ZONE = ("ZoneName", "ZoneMaxCurrent(A)", "ZoneReduction", "ZoneValidity", "ZoneOverallActivePowerTotal")
STATION = ("StationStatus", "StationIsConnected")


def _values(folder: Folder, names: tuple[str, ...]) -> None:
    points = [BY_NAME[name] for name in names]
    folder.values = [ValueItem(f"{folder.id}/{p.name}", p, p.unit, EMPTY[p.type], State.GOOD) for p in points]


def add_station(tree: Tree, zone: Folder, number: int) -> Folder:
    station = zone.add(Folder(f"Stations/{number}", f"EVSimu{number}"))
    _values(station, STATION)
    name = f"Station-EVSimu{number}_Alarm"
    station.alarms = [AlarmItem(f"{station.id}/Alarm", name, "Alarm for Station Status", station.values[0])]
    tree.replace(tree.root)
    return station


@pytest.fixture
def tree() -> Tree:
    """Zone Z1 with a log and one station, below the site's folder."""
    tree = Tree("EVCE Ews Server")
    site = tree.root.add(Folder("Site", "EVCE Zones"))
    zone = site.add(Folder("Zones/1", "Z1 & co"))
    _values(zone, ZONE)
    logs = zone.add(Folder("Zones/1/OverallConsumptionLogs", "OverallConsumptionLogs"))
    source = zone.values[-1]
    logs.histories = [HistoryItem(f"{logs.id}/{source.name}-Readings", f"{source.name}-Readings", source)]
    add_station(tree, zone, 1)
    return tree


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def engine(empty_database: Path, tmp_path: Path) -> Iterator[Engine]:
    file = shutil.copy(empty_database, tmp_path / "connector.db")
    engine = open_database(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture
def stores(engine: Engine) -> EwsStores:
    return EwsStores.of(engine)


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


Serve = Callable[..., EwsServer]


@pytest.fixture
def serve(tree: Tree, clock: ManualClock, stores: EwsStores, notebook: Notebook) -> Serve:
    """Make a server with other settings than the usual ones."""

    def make(**settings: object) -> EwsServer:
        chosen = {"address": ADDRESS, "realm": "EVCE", "users": (WRITER, READER)} | settings
        return EwsServer(tree, EwsSettings(**chosen), clock, writer=notebook, stores=stores)

    return make


@pytest.fixture
def server(serve: Serve) -> EwsServer:
    return serve()


@pytest.fixture
def wire(server: EwsServer) -> Wire:
    """Return the writer's client, in this process."""
    return Wire(server)
