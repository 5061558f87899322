"""The pages and their login, and the page Status."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from evce_connector.config.model import Portal
from evce_simulator import EvceSimulator
from playwright.sync_api import expect
from pytest_bdd import parsers, scenarios, then, when

from features.driver.waiting import until
from tests.browser.conftest import log_in
from tests.browser.guide.technician import Table, Technician
from tests.support.portal import PASSWORD
from tests.support.running_connector import RunningConnector

pytestmark = [pytest.mark.once, pytest.mark.no_cover]  # other tests run the same lines, and a browser waits
HOURS_MINUTES_SECONDS = re.compile(r"\d\d:[0-5]\d:[0-5]\d")

scenarios("guide_status.feature", features_base_dir=str(Path(__file__).parent))


@then(parsers.parse('unless told otherwise its configuration pages are at "{address}"'))
def default_address(address: str) -> None:
    assert Portal().address == address.replace("localhost", "127.0.0.1").removesuffix("/")


@when("a technician opens the configuration pages")
def opens_the_pages(technician: Technician) -> None:
    technician.page.goto("/")


@then("they are asked for user name and password")
def asked_to_log_in(technician: Technician) -> None:
    expect(technician.field("User name")).to_be_focused()
    expect(technician.field("Password")).to_be_visible()


@then("each of these pages asks them to log in")
def asks_to_log_in(technician: Technician, datatable: Table) -> None:
    for (address,) in datatable:
        technician.page.goto(address)
        assert technician.page.title().startswith("Log in"), address
        assert technician.page.get_by_role("navigation").count() == 0, address


@when(parsers.parse('they log in as "{user}" with the password "{password}"'))
def logs_in(technician: Technician, user: str, password: str) -> None:
    log_in(technician.page, user, password)


@when("they log in with the password of the first start, and choose one of their own")
def chooses_password(technician: Technician, connector: RunningConnector) -> None:
    first = connector.first_password
    log_in(technician.page, "admin", first)
    for label, password in {
        "Present password": first,
        "New password": PASSWORD,
        "New password again": PASSWORD,
    }.items():
        technician.type(label, password)
    technician.click("Change")


@when(parsers.parse('they log in as "{user}" with their own password'))
def logs_in_again(technician: Technician, user: str) -> None:
    log_in(technician.page, user, PASSWORD)


@then(parsers.re(r"(?P<number>\d) threads? (is|are) Waiting For Work"))
def waiting(technician: Technician, number: str) -> None:
    until(lambda: [row[1] for row in technician.table()].count("Waiting For Work") == int(number), "threads that wait")


@then(parsers.parse('1 thread is Running "{name}", with the elapsed time in hours, minutes and seconds'))
def runs(technician: Technician, name: str) -> None:
    def found() -> Table:
        return [row for row in technician.table() if row[1] == "Running" and row[3] == name]

    until(found, f"a thread that runs {name}")
    ((_, _, elapsed, _),) = found()
    assert HOURS_MINUTES_SECONDS.fullmatch(elapsed), elapsed


@then("they read the addresses of the EWS server and the charge controller")
def addresses(technician: Technician, connector: RunningConnector, controller: EvceSimulator) -> None:
    technician.reads(connector.service.ews.address)
    technician.reads(controller.url)
