"""Setup > Configuration Schedules, and what a processor configuration makes of a schedule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_bdd import parsers, scenarios, then, when

from tests.browser.conftest import log_in
from tests.browser.guide.technician import Table, Technician
from tests.support import portal
from tests.support.running_connector import RunningConnector

pytestmark = [pytest.mark.once, pytest.mark.no_cover]  # other tests run the same lines, and a browser waits
QUARTER = re.compile(r"[\d-]+ \d\d:(00|15|30|45):00 UTC")

scenarios("guide_schedules.feature", features_base_dir=str(Path(__file__).parent))


@then(parsers.parse('the list "{label}" offers'))
def offers(technician: Technician, label: str, datatable: Table) -> None:
    assert [[text] for text in technician.field(label).locator("option").all_inner_texts()] == datatable


@then("the next run is at a quarter of an hour")
def at_a_quarter(technician: Technician) -> None:
    technician.reloads_until(
        lambda: QUARTER.fullmatch(technician.facts()["Next run"]) is not None, "the next run at a quarter"
    )


@when("the connector is stopped and started again")
def restarted(connector: RunningConnector) -> None:
    connector.stop()
    connector.start()


@when("the technician logs in again")
def logs_in_again(technician: Technician) -> None:
    log_in(technician.page, "admin", portal.PASSWORD)
    technician.reads("Logged in as admin")


@then(parsers.parse('after a while {number:d} runs or more have "{outcome}"'))
def outcomes(technician: Technician, number: int, outcome: str) -> None:
    technician.reloads_until(
        lambda: sum(outcome in row for row in technician.table()) >= number, f"{number} runs with the outcome {outcome}"
    )


@then("the next five runs begin with")
def begin_with(technician: Technician, datatable: Table) -> None:
    for kind, *fields, first, second in datatable[1:]:
        technician.type("Type", kind)
        for label, text in zip(fields[::2], fields[1::2], strict=True):
            technician.type(label, text)
        technician.click("Show the next five runs")
        runs = technician.page.locator("ol.runs li")
        expect(runs.first).to_contain_text(f"{first} Europe/Paris")
        expect(runs.nth(1)).to_contain_text(f"{second} Europe/Paris")
        expect(runs).to_have_count(5)
