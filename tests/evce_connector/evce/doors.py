"""Clients of scripted controllers that are let in as a profile's [login] says, and answer to no contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce import client as client_module
from evce_connector.evce.asking import Ask, Request
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.logins import LoginTable
from evce_connector.evce.profile import Profile
from evce_connector.site.model import RawList, RawSite

from tests.evce_connector.evce.scripted import Answer, Asked, ScriptedController, as_json
from tests.support.joined import LOGIN, PASSWORD

GOOD = as_json({"apiVersion": "6"})
GET = Request("GET", "/system")
WRITE = Request("POST", "/thing", json={"on": True})
Respond = Callable[[Asked], Answer]
Run = Callable[[Respond], ScriptedController]
Enter = Callable[..., EvceClient]


class Plain:
    """The API of a controller with nothing but /system."""

    def fetch(self, ask: Ask) -> RawSite:
        nothing = RawList([], [])
        return RawSite(self.system(ask), nothing, nothing, nothing)

    def forget_numbers(self) -> None:
        """Hold none."""

    def system(self, ask: Ask) -> Any:  # noqa: ANN401 - JSON
        return ask(GET).document

    def get(self, ask: Ask, kind: str, id_: int) -> Any:  # noqa: ANN401 - JSON
        return ask(Request("GET", f"/{kind}/{id_}")).document

    def put_reduction(self, ask: Ask, zone: int, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return ask(Request("PUT", f"/{zone}", json=body)).document

    def delete_reduction(self, ask: Ask, zone: int) -> Any:  # noqa: ANN401 - JSON
        return ask(Request("DELETE", f"/{zone}")).document

    def put_availability(self, ask: Ask, connector: int, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return ask(Request("PUT", f"/{connector}", json=body)).document


@pytest.fixture
def run() -> Iterator[Run]:
    """Run controllers that look at the whole of a request before they answer, until the test ends."""
    with ExitStack() as stack:

        def start(respond: Respond) -> ScriptedController:
            controller = ScriptedController(lambda _path, _query: respond(controller.asked[-1]))
            return stack.enter_context(controller)

        yield start


@pytest.fixture
def enter(profile: Profile, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Enter]:
    """Make clients that log in by a table; they are closed with the test."""
    made: list[EvceClient] = []
    monkeypatch.setattr(client_module, "api_of", lambda *_: Plain())

    def make(url: str, table: LoginTable, **options: Any) -> EvceClient:  # noqa: ANN401 - options have no one type
        monkeypatch.setattr(client_module, "login_of", lambda *_: table)
        numbers = options.pop("numbers", None)
        given = {"base_url": url, "login": LOGIN, "password": PASSWORD} | options
        made.append(EvceClient(EvceOptions(**given), profile, clock, numbers))
        return made[-1]

    yield make
    for client in made:
        client.close()


def calls(controller: ScriptedController) -> list[str]:
    """Return what was asked, without base and query."""
    return [line.replace("/api/v2", "").partition("?")[0] for line in controller.seen]
