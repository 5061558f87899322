"""What the guide's chapter 4 is walked with: a connector as it runs, its controller, and a technician at a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from ebo_simulator import EboClient
from evce_acceptance.fixtures import declare_tags
from evce_connector.persistence.portal_users import Role
from evce_simulator import EvceSimulator
from playwright.sync_api import Browser, expect
from pytest_bdd import given, parsers, then, when

from tests.browser.conftest import PATIENCE, WIDE, log_in
from tests.browser.guide.technician import Table, Technician
from tests.support import joined, portal
from tests.support.connector_process import free_port
from tests.support.running_connector import RunningConnector

Simulate = Callable[..., EvceSimulator]
Start = Callable[..., RunningConnector]


def pytest_configure(config: pytest.Config) -> None:
    """Make every requirement's id a marker, as the features do."""
    declare_tags(config)


@pytest.fixture
def simulate() -> Iterator[Simulate]:
    """Start charge controllers; they end with the scenario."""
    with ExitStack() as running:
        yield lambda **options: running.enter_context(
            EvceSimulator("guide", login=joined.LOGIN, password=joined.PASSWORD, **options)
        )


@pytest.fixture
def start(tmp_path: Path, empty_database: Path) -> Iterator[Start]:
    """Start the connector of a scenario, with what its pages have saved before."""
    with ExitStack() as running:
        yield lambda saved=None: running.enter_context(RunningConnector(tmp_path, empty_database, saved))


@pytest.fixture
def start_complete(start: Start, tmp_path: Path) -> Start:
    """Start a connector with the options that all three processors share; some of `evce` may be others."""

    def started(controller: EvceSimulator, **evce: Any) -> RunningConnector:  # noqa: ANN401 - as its table has them
        document = joined.settings(tmp_path, controller.url, evce=evce)
        ews = document["ews"] | {"address": f"http://127.0.0.1:{free_port()}/EcoStruxure/DataExchange"}
        return start({"evce": document["evce"], "ews": ews})

    return started


@pytest.fixture
def technician(browser: Browser, connector: RunningConnector) -> Iterator[Technician]:
    """Let somebody stand at a browser, beside the connector that a step has started."""
    context = browser.new_context(base_url=connector.pages, viewport=WIDE)
    context.set_default_timeout(PATIENCE)
    yield Technician(context.new_page())
    context.close()


@given("a charge controller", target_fixture="controller")
def charge_controller(simulate: Simulate) -> EvceSimulator:
    return simulate()


@given("a charge controller with a certificate of its own", target_fixture="controller")
def charge_controller_with_certificate(simulate: Simulate) -> EvceSimulator:
    return simulate(tls=True)


@given("a connector that has just been installed", target_fixture="connector")
def installed(start: Start) -> RunningConnector:
    return start()


@given("a connector that runs the guide's three processors", target_fixture="connector")
def with_three_processors(start_complete: Start, controller: EvceSimulator) -> RunningConnector:
    return start_complete(controller)


@given("a technician who is logged in as admin")
def logged_in(connector: RunningConnector, technician: Technician, hashed: str) -> None:
    users, now = connector.service.stores.portal_users, connector.service.clock.now()
    users.set_password(Role.ADMIN, hashed, now, must_change=False)
    log_in(technician.page, "admin", portal.PASSWORD)
    technician.reads("Logged in as admin")


@given("Building Operation has read what the connector says of itself")
def building_operation_has_read(connector: RunningConnector) -> None:
    with EboClient(connector.service.ews.address, joined.USER, joined.EWS_PASSWORD) as client:
        assert client.get_values(["Interface/SetupState"]).values


@when(parsers.parse('they open the page "{title}"'))
def opens_page(technician: Technician, title: str) -> None:
    technician.open(title)


@when(parsers.parse('they open the configuration "{name}"'))
def opens_configuration(technician: Technician, name: str) -> None:
    technician.open_configuration(name)


@when(parsers.parse('they open the tab "{title}"'))
def opens_tab(technician: Technician, title: str) -> None:
    technician.open_tab(title)


@when(parsers.parse('they click "{name}"'))
def clicks(technician: Technician, name: str) -> None:
    technician.click(name)


@when(parsers.parse('they pick the assembly "{assembly}"'))
def picks(technician: Technician, assembly: str) -> None:
    technician.page.get_by_role("link", name=f"Pick {assembly}").click()


@when(parsers.parse('they choose the class "{class_name}"'))
def chooses(technician: Technician, class_name: str) -> None:
    technician.page.get_by_role("link", name=f"Choose {class_name}", exact=True).click()


@then(parsers.parse('the page of the configuration "{name}" is open'))
def is_open(technician: Technician, name: str) -> None:
    expect(technician.page.get_by_role("heading", name=name)).to_be_visible()
    assert unquote(urlsplit(technician.page.url).path) == f"/configurations/{name}"


@when(parsers.re(r'they add "(?P<name>.+)" of the class "(?P<class_name>.+)"( in the same way)?'))
def adds(technician: Technician, name: str, class_name: str) -> None:
    technician.open("Configurations")
    technician.click("Add New")
    picks(technician, "evce-connector")
    chooses(technician, class_name)
    technician.type("Name", name)
    technician.click("Finish")
    is_open(technician, name)


@when("they type")
def types(technician: Technician, datatable: Table) -> None:
    for label, text in datatable:
        technician.type(label, text)


@when("they save")
def saves(technician: Technician) -> None:
    technician.save()


@then(parsers.parse('they read "{text}"'))
def reads(technician: Technician, text: str) -> None:
    technician.reads(text)


@then("they read the table")
def reads_table(technician: Technician, datatable: Table) -> None:
    assert technician.table() == datatable


@then("they read in the table")
def reads_in_table(technician: Technician, datatable: Table) -> None:
    technician.reads_rows(datatable)


@then("they read beside each name")
def reads_facts(technician: Technician, datatable: Table) -> None:
    technician.reads_facts(datatable)


@then("there are the buttons")
def buttons(technician: Technician, datatable: Table) -> None:
    shown = technician.buttons
    assert [name for (name,) in datatable if name not in shown] == [], shown


@then("there are the tabs")
def tabs(technician: Technician, datatable: Table) -> None:
    assert [[text] for text in technician.tabs.get_by_role("link").all_inner_texts()] == datatable
