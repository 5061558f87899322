"""New addresses that were saved on the pages are undone after two minutes, unless somebody has confirmed them."""

from __future__ import annotations

import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from evce_connector.clock import ManualClock, SystemClock
from evce_connector.host.loaded import Loading
from evce_connector.host.running import Running
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.database import open_database
from evce_connector.persistence.settings import Settings
from evce_connector.portal.new_addresses import WITHIN

from features.driver.waiting import until
from tests.support.connector_process import configuration_file, free_port
from tests.support.joined import settings
from tests.support.portal import PASSWORD, Person, text_of


def free_address() -> str:
    return f"http://127.0.0.1:{free_port()}"


class Connector:
    """A connector that runs on a thread, whose file does not say where it serves; `clock` is that of people."""

    def __init__(self, file: Path) -> None:
        self.clock = ManualClock()
        self._told: list[ConnectorService] = []
        self._running = Running(Loading(file, {}), self._told.append, self.clock)
        self.thread = threading.Thread(target=self._running.run, name="connector")

    @property
    def service(self) -> ConnectorService:
        return self._told[-1]

    @property
    def addresses(self) -> list[str]:
        """Where pages and EWS server are."""
        configuration = self.service.configuration
        return [configuration.portal.address, configuration.ews.address]

    def begin(self) -> None:
        """Start it, and wait until it serves."""
        self.thread.start()
        self.serves(1)

    def end(self) -> None:
        """End it."""
        self._running.stop.set()
        self.thread.join()

    def serves(self, starts: int) -> None:
        """Wait until it serves for so many times."""
        until(lambda: len(self._told) >= starts, f"it starts for the time {starts}")

    def save(self, **changes: object) -> None:
        """Save keys as a page does, and wait until it serves with them."""
        starts = len(self._told)
        opened = self.service.desk.open()
        changed = {key.replace("__", "."): value for key, value in changes.items()}
        self.service.desk.change(opened, changed, "admin", opened.number)
        self.serves(starts + 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write the file of a connector whose addresses were saved on its pages."""
    document = settings(tmp_path) | {"portal": {"enabled": True}}
    del document["ews"]["address"]
    engine = open_database(document["storage"]["url"])
    saved = {"portal": {"address": free_address()}, "ews": {"address": f"{free_address()}/EWS"}}
    Settings(engine).save(saved, "admin", "made", SystemClock().now())
    engine.dispose()
    return configuration_file(document, tmp_path)


@contextmanager
def started(file: Path) -> Iterator[Connector]:
    connector = Connector(file)
    connector.begin()
    try:
        yield connector
    finally:
        connector.end()


@pytest.fixture
def connector(file: Path) -> Iterator[Connector]:
    with started(file) as connector:
        yield connector


def log_in(connector: Connector, file: Path) -> Person:
    """Let the admin in at the address where the pages are now."""
    person = Person(connector.addresses[0])
    first = (file.parent / "connector.db.first-password").read_text(encoding="utf-8").strip()
    person.log_in("admin", first)
    person.change_password(first, PASSWORD)
    person.log_in("admin", PASSWORD)
    return person


def test_what_nobody_confirms_is_undone_after_two_minutes_and_all_else_that_was_saved_stays(
    connector: Connector, caplog: pytest.LogCaptureFixture
) -> None:
    before = connector.addresses
    connector.save(portal__address=free_address(), ews__address=f"{free_address()}/EWS", ews__server_name="Depot")
    new = connector.addresses
    connector.clock.advance(WITHIN - 1)
    assert connector.service.desk.new_addresses
    connector.clock.advance(1)
    until(lambda: connector.addresses == before, "the former addresses come back")

    assert not set(new) & set(before)
    assert connector.service.configuration.ews.server_name == "Depot"
    assert connector.service.desk.new_addresses is None
    assert f"portal.address is {new[0]}, and was {before[0]}" in caplog.text
    newest = connector.service.stores.settings.current()
    assert newest
    assert newest.words == "Back to the former addresses: nobody confirmed the new ones within 120 s"
    ((_, act),) = connector.service.stores.portal_audit.last(1)
    assert (act.user, act.about) == ("the connector", newest.words)


def test_who_reaches_the_pages_at_their_new_address_confirms_it_there_and_it_stays(
    connector: Connector, file: Path
) -> None:
    connector.save(portal__address=free_address())
    person = log_in(connector, file)
    new = connector.addresses
    page = person.get("/about")
    stale = person.send("/about", {"mark": "of another"}, "/setup/new-addresses")
    (found,) = re.findall('name="mark" value="([^"]+)"', page.text)
    mark = {"mark": found}
    answer = person.send("/about", mark, "/setup/new-addresses")
    settings, used = connector.service.stores.settings, connector.service.desk.used
    until(lambda: settings.ran() == used, "it is confirmed")
    connector.clock.advance(WITHIN)
    again = person.send("/about", mark, "/setup/new-addresses")
    person.close()

    assert "This is undone in 120 s unless an admin confirms it." in text_of(page)
    assert stale.status_code == 409
    assert "The new addresses are confirmed." in text_of(answer)
    assert "unless an admin confirms it" not in text_of(answer)
    assert again.status_code == 409
    assert connector.addresses == new
    assert connector.service.desk.used == used


def test_a_connector_that_ends_before_they_are_confirmed_asks_again_and_goes_back(
    connector: Connector, file: Path
) -> None:
    before = connector.addresses
    connector.save(ews__address=f"{free_address()}/EWS")
    connector.end()
    with started(file) as again:
        assert again.addresses != before
        again.clock.advance(WITHIN)
        until(lambda: again.addresses == before, "the former address comes back")


def test_what_the_file_says_is_asked_for_by_nobody_and_undone_by_nobody(connector: Connector, file: Path) -> None:
    given = f"{free_address()}/EWS"
    connector.save(ews__address=f"{free_address()}/EWS")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[ews]", f'[ews]\naddress = "{given}"'), encoding="utf-8")
    connector.save(ews__server_name="Depot")
    number = connector.service.desk.used
    until(lambda: connector.service.stores.settings.ran() == number, "it is taken as it is")

    assert connector.addresses[1] == given
    assert connector.service.desk.new_addresses is None


def test_plain_http_beyond_this_machine_comes_back_with_its_address(connector: Connector) -> None:
    open_to_all = f"http://0.0.0.0:{free_port()}"
    connector.save(portal__address=open_to_all, portal__allow_plain_http=True)
    new = connector.service.desk.new_addresses
    assert new
    new.keep()
    until(lambda: connector.service.desk.new_addresses is None, "it is confirmed")
    connector.save(portal__address=free_address(), portal__allow_plain_http=None)
    connector.clock.advance(WITHIN)
    until(lambda: connector.addresses[0] == open_to_all, "the former address comes back")


def test_a_former_address_that_is_taken_is_told_and_the_new_one_goes_on_unconfirmed(
    connector: Connector, file: Path
) -> None:
    before = connector.addresses
    connector.save(ews__address=f"{free_address()}/EWS")
    new, used = connector.addresses, connector.service.desk.used
    with socket.create_server(("127.0.0.1", urlsplit(before[1]).port or 0)):
        connector.clock.advance(WITHIN)
        until(lambda: connector.service.desk.refused, "the former address cannot be had")
        assert connector.addresses == new
        assert connector.service.desk.new_addresses is None
        assert connector.service.stores.settings.ran() != used
        connector.end()
    with started(file) as again:
        assert again.addresses == before
        assert again.service.desk.new_addresses is None


def test_a_confirmation_that_the_database_does_not_take_at_once_is_kept_all_the_same(connector: Connector) -> None:
    connector.save(ews__address=f"{free_address()}/EWS")
    store, used = connector.service.stores.settings, connector.service.desk.used
    new = connector.service.desk.new_addresses
    assert new
    with closing(sqlite3.connect(str(connector.service.stores.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        new.keep()
        until(lambda: connector.service.desk.new_addresses is None, "it is confirmed")
        assert store.ran() != used
    until(lambda: store.ran() == used, "it is noted")


def test_nothing_is_asked_for_where_other_keys_are_new(connector: Connector) -> None:
    connector.save(ews__server_name="Depot")

    assert connector.service.desk.new_addresses is None


def test_pages_that_the_first_complete_settings_switch_off_come_back(tmp_path: Path) -> None:
    tables = settings(tmp_path)
    file = configuration_file({"storage": tables["storage"], "portal": {"address": free_address()}}, tmp_path)
    wanted = {f"evce.{key}": value for key, value in tables["evce"].items()}
    wanted |= {f"ews.{key}": value for key, value in tables["ews"].items()}
    wanted["ews.address"] = f"{free_address()}/EWS"
    with started(file) as connector:
        desk = connector.service.desk
        desk.change(desk.open(), wanted | {"portal.enabled": False}, "admin", 0)
        connector.serves(2)
        assert connector.service.portal is None
        connector.clock.advance(WITHIN)
        until(lambda: connector.service.portal is not None, "the pages come back")
        assert connector.addresses[1] == wanted["ews.address"]
