"""The connector's pages with a small host behind them, and a person who walks them over HTTP."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any, ClassVar

import requests
from evce_connector.clock import ManualClock
from evce_connector.config import ProcessorConfiguration
from evce_connector.config.start import Start
from evce_connector.errors import ConnectorError
from evce_connector.evce.certificate import Certificate
from evce_connector.evce.errors import EvceUnreachableError
from evce_connector.ews.server import EwsServer, EwsStores
from evce_connector.ews.settings import EwsSettings, User
from evce_connector.ews.settings import Role as EwsRole
from evce_connector.host.job import Counters
from evce_connector.host.loaded import Loaded
from evce_connector.host.registry import all_classes
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.commands import CommandLedger
from evce_connector.persistence.database import open_database
from evce_connector.persistence.history import HistoryStore
from evce_connector.persistence.ledger import SiteLedger
from evce_connector.persistence.portal_users import Audit, PortalUsers
from evce_connector.persistence.refused_writes import RefusedWrites
from evce_connector.persistence.runs import Run
from evce_connector.persistence.settings import Settings
from evce_connector.points.site_items import SiteItems
from evce_connector.points.staleness import Ages
from evce_connector.points.tree import Tree
from evce_connector.points.write_request import RefusingWriter
from evce_connector.portal.metrics import Measured
from evce_connector.portal.parts import Parts
from evce_connector.portal.server import Portal
from evce_connector.portal.sessions import Sessions
from evce_connector.portal.site_parts import SiteParts
from evce_connector.portal.tried import Tried
from evce_connector.processors.base import Processor, Prompt
from evce_connector.schedules import Schedule
from sqlalchemy import Engine

from tests.support.joined import settings

PASSWORD = "Ladepark-4711"
"""What the first user changes the password to, and others have."""
REALM = "EVCE"
Fields = Mapping[str, str | list[str]]
"""What a form sends: of boxes that are ticked, several values."""
FILE = "connector.toml"
"""The file that the connector was given; it says where the database is."""


@dataclass
class Thread:
    number: int
    status: str = "Waiting For Work"
    elapsed: float | None = None
    configuration: str = ""


@dataclass
class Request:
    at: datetime
    by: str
    what: str
    configuration: str
    outcome: str


class Example(Processor):
    """Updates the values."""

    name: ClassVar[str] = "Example"

    def execute(self, stop: threading.Event) -> list[Prompt]:
        raise NotImplementedError


@dataclass
class Configuration:
    options: ProcessorConfiguration
    processor: type[Processor] = Example
    status: str = "Never Ran"
    waits_for: str = ""
    elapsed: float | None = None
    next_run: datetime | None = None
    prompts: list[Prompt] = field(default_factory=list)
    counters: Counters = field(default_factory=Counters)
    schedule: Schedule | None = None


def configuration(name: str, description: str = "", **options: Any) -> Configuration:  # noqa: ANN401 - as its table has them
    """Make a processor configuration that does not run."""
    return Configuration(ProcessorConfiguration(name=name, class_name="Example", description=description, **options))


@dataclass
class NothingTried:
    """Finds what a test says, and asks nobody."""

    found: Tried = field(default_factory=Tried)

    def tried(self, _configuration: object, _serving: str) -> Tried:
        return self.found

    def certificate(self, url: str) -> Certificate:
        raise EvceUnreachableError(url, "nobody is asked")


@dataclass
class SmallHands:
    """Keeps what it is asked for, and refuses what a test says."""

    asked: list[tuple[str, str, str]] = field(default_factory=list)
    refusal: str = ""
    prompts: list[Prompt] = field(default_factory=list)

    def _take(self, what: str, name: str, by: str) -> None:
        self.asked.append((what, name, by))
        if self.refusal:
            raise ConnectorError(self.refusal)

    def start(self, name: str, by: str) -> None:
        self._take("start", name, by)

    def stop(self, name: str, by: str) -> None:
        self._take("stop", name, by)

    def validate(self, name: str, by: str) -> list[Prompt]:
        self._take("validate", name, by)
        return self.prompts

    def reset_counter(self, name: str, by: str) -> None:
        self._take("reset counter", name, by)

    def reset_timer(self, name: str, by: str) -> None:
        self._take("reset timer", name, by)


@dataclass
class SmallHost:
    """Five threads, as the guide has them, and what a test puts here."""

    lines: list[Thread] = field(default_factory=lambda: [Thread(number) for number in range(1, 6)])
    asked: list[Request] = field(default_factory=list)
    known: list[Configuration] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    by_hand: SmallHands = field(default_factory=SmallHands)

    def candidates(self) -> dict[str, type[Processor]]:
        return all_classes()

    def dead(self) -> list[str]:
        return []

    def threads(self) -> list[Thread]:
        return self.lines

    def requests(self) -> list[Request]:
        return self.asked

    def configurations(self) -> list[Configuration]:
        return self.known

    def last_runs(self, name: str) -> list[Run]:
        return [run for run in self.runs if run.configuration == name]


@dataclass
class Shown:
    """Pages that are served, and what is behind them; `reloads` has an entry for each time that one was asked for."""

    portal: Portal
    parts: Parts
    host: SmallHost
    clock: ManualClock
    levels: list[str]
    reloads: list[int]

    def save(self, changes: dict[str, Any]) -> None:
        """Save settings, as another admin does."""
        opened = self.parts.desk.open()
        assert self.parts.desk.change(opened, changes, "another", opened.number)
        self.reloads.clear()

    def given(self, document: dict[str, Any], environment: dict[str, str] | None = None) -> None:
        """Let file and environment say more than they did."""
        storage = {"storage": {"url": self.parts.storage_url}}
        configuration = self.parts.desk.open().layers.configuration()
        loaded = Loaded(configuration, Start(storage | document, FILE, environment or {}))
        vars(self.parts.desk).update(vars(loaded.desk(self.parts.desk.store, self.clock, lambda: None, NothingTried())))

    @property
    def first_password(self) -> str:
        return self.parts.first_password.read_text(encoding="utf-8").strip()


def at_rest(engine: Engine, folder: Path, url: str) -> Loaded:
    """Save settings that are complete as version 1, and return them as a connector without a file loads them."""
    start = Start({"storage": {"url": url}}, FILE, {})
    document = {name: table for name, table in settings(folder).items() if name in ("evce", "ews")}
    document["ews"] |= {"address": "http://127.0.0.1:8093/EcoStruxure/DataExchange"}
    layers = start.layers({}, folder / "pages.db")
    saved = layers.replaced(document)
    version = Settings(engine).save(saved, "admin", "made", ManualClock().now())
    configuration = start.layers(saved, folder / "pages.db").configuration()
    return Loaded(configuration, start, version.number)


@contextmanager
def shown_pages(folder: Path, empty_database: Path, real_clock: ManualClock | None = None) -> Iterator[Shown]:
    """Serve the pages on a database of their own, on which nobody has logged in yet."""
    shutil.copyfile(empty_database, folder / "pages.db")
    url = f"sqlite:///{(folder / 'pages.db').as_posix()}"
    engine = open_database(url)
    clock, host = real_clock or ManualClock(), SmallHost()
    items = SiteItems(Tree("EVCE Ews Server"), clock, Ages.of(15, 15))
    users = (User("ebo", "Building-7", EwsRole.WRITER), User("panel", "Building-8"))
    settings = EwsSettings("http://127.0.0.1:0/EcoStruxure/DataExchange", realm=REALM, users=users)
    ews = EwsServer(items.tree, settings, clock, stores=EwsStores.of(engine))
    levels = ["INFO"]
    reloads: list[int] = []
    loaded = at_rest(engine, folder, url)
    ledgers = CommandLedger(engine), RefusedWrites(engine), SiteLedger(engine)
    site = SiteParts(HistoryStore(engine), AlarmLog(engine), *ledgers, RefusingWriter())
    parts = Parts(
        items=items,
        site=site,
        ews=ews,
        host=host,
        desk=loaded.desk(Settings(engine), clock, lambda: reloads.append(1), NothingTried()),
        users=PortalUsers(engine),
        audit=Audit(engine),
        sessions=Sessions(clock),
        clock=clock,
        real_clock=clock,
        storage_trouble=lambda: "",
        controller="https://controller.test/api/v2",
        storage_url=url,
        first_password=folder / "pages.db.first-password",
        trusted=folder / "controller.pem",
        proposed=folder / "profile.toml",
        log_level=lambda: levels[-1],
        set_log_level=levels.append,
        measured=Measured(),
    )
    portal = Portal("http://127.0.0.1:0", parts)
    portal.start()
    try:
        yield Shown(portal, parts, host, clock, levels, reloads)
    finally:
        portal.stop()
        engine.dispose()


class Person:
    """Somebody at a browser: keeps cookies, and sends forms with the token of the page they stand on."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, path: str, **options: Any) -> requests.Response:  # noqa: ANN401 - as of requests
        return self._session.get(self.address + path, timeout=10, **options)

    def post(self, path: str, fields: Fields, **options: Any) -> requests.Response:  # noqa: ANN401 - as above
        """Send a form as it is, without a token."""
        return self._session.post(self.address + path, data=fields, timeout=10, **options)

    def token(self, path: str) -> str:
        """Return the token of a page's forms."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found, f"there is no form on {path}"
        return found[1]

    def send(self, page: str, fields: Fields, path: str = "", **options: Any) -> requests.Response:  # noqa: ANN401
        """Open a page, and send one of its forms."""
        return self.post(path or page, {**fields, "csrf_token": self.token(page)}, **options)

    def log_in(self, user: str, password: str) -> requests.Response:
        return self.send("/login", {"user": user, "password": password})

    def change_password(self, present: str, new: str) -> requests.Response:
        return self.send("/password", {"present": present, "new": new, "again": new})

    @property
    def headers(self) -> dict[str, str]:
        """What the browser says of itself with each request: the session knows it by both."""
        cookie = "; ".join(f"{one.name}={one.value}" for one in self._session.cookies)
        return {"Cookie": cookie, "User-Agent": str(self._session.headers["User-Agent"])}

    def close(self) -> None:
        self._session.close()


def text_of(answer: requests.Response) -> str:
    """Return what a page says, without its tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))
