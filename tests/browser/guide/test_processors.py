"""The wizard that adds processors, and the page of a processor configuration."""

from __future__ import annotations

from importlib.metadata import metadata
from pathlib import Path

import pytest
from ebo_simulator import EboClient
from evce_simulator import EvceSimulator
from playwright.sync_api import expect
from pytest_bdd import parsers, scenarios, then, when

from features.driver.waiting import until
from tests.browser.guide.technician import Table, Technician
from tests.support import joined, portal
from tests.support.connector_process import free_port
from tests.support.running_connector import RunningConnector

pytestmark = [pytest.mark.once, pytest.mark.no_cover]  # other tests run the same lines, and a browser waits

scenarios("guide_processors.feature", features_base_dir=str(Path(__file__).parent))


@then(parsers.parse('they read how many assemblies are candidates, and that "{assembly}" has {classes:d} classes'))
def candidates(technician: Technician, assembly: str, classes: int) -> None:
    count = technician.page.get_by_role("link", name="Pick ").count()
    technician.reads(f"{count} candidate{'s' if count != 1 else ''}: ")
    technician.reads(f"{assembly}, {classes} classes")


@then(parsers.parse('they read what the package "{package}" says of description, company, copyright and version'))
def package_facts(technician: Technician, package: str) -> None:
    told = metadata(package)
    for fact in ("Summary", "Author", "License-Expression", "Version"):
        technician.reads(told[fact] or "not told")


@then("it is marked as chosen")
def chosen(technician: Technician) -> None:
    expect(technician.page.locator(".pick.chosen")).to_contain_text("evce-connector")


@then(parsers.parse('they read the class "{class_name}" there'))
def reads_class(technician: Technician, class_name: str) -> None:
    assert technician.facts()["Class Name"].endswith(f".{class_name}")


@then("the form begins with the fields")
def form_begins(technician: Technician, datatable: Table) -> None:
    assert [[label] for label in technician.labels()[: len(datatable)]] == datatable


@then(parsers.parse('the group "{title}" begins with the fields'))
def group_begins(technician: Technician, title: str, datatable: Table) -> None:
    assert [[label] for label in technician.labels(title)[: len(datatable)]] == datatable


@then(parsers.parse('the group "{title}" has the fields'))
def group_has(technician: Technician, title: str, datatable: Table) -> None:
    assert [[label] for label in technician.labels(title) if [label] in datatable] == datatable


@then(parsers.re(r'the field "(?P<label>.+)" is (?P<how>hidden|shown)'))
def field_is(technician: Technician, label: str, how: str) -> None:
    field = technician.field(label)
    expect(field).to_be_visible(visible=how == "shown")


@then(parsers.parse('{number:d} runs have "{outcome}"'))
def outcomes(technician: Technician, number: int, outcome: str) -> None:
    head, *rows = technician.table()
    assert [row[head.index("Outcome")] for row in rows] == number * [outcome]


@then(parsers.parse('they read at the field "{label}" that by default it is "{url}"'))
def help_of_url(technician: Technician, label: str, url: str) -> None:
    assert f"by default {url}" in help_of(technician, label)


@then(parsers.parse('they read at the field "{label}" that its path is case sensitive'))
def help_of_address(technician: Technician, label: str) -> None:
    assert "its path is case sensitive" in help_of(technician, label)


def help_of(technician: Technician, label: str) -> str:
    described = technician.field(label).get_attribute("aria-describedby") or ""
    return technician.page.locator(f"[id='{described.split()[0]}']").inner_text()


@then(parsers.parse('the field "{label}" holds "{text}"'))
def holds(technician: Technician, label: str, text: str) -> None:
    expect(technician.field(label)).to_have_value(text)


@then(parsers.parse('the form shows "{text}" in'))
def shows_in(technician: Technician, text: str, datatable: Table) -> None:
    for group, label in datatable:
        expect(technician.field(label, group)).to_have_value(text)


@when(parsers.parse('they type into the group "{title}"'))
def types_into(technician: Technician, controller: EvceSimulator, title: str, datatable: Table) -> None:
    own = f"http://127.0.0.1:{free_port()}/EcoStruxure/DataExchange"
    meant = {"the address of the charge controller": controller.url, "a free port of this machine": own}
    for label, text in datatable:
        technician.type(label, meant.get(text, text), title)


@when(parsers.parse('they type "{url}" as base URL, and confirm that by their own password'))
def types_base_url(technician: Technician, url: str) -> None:
    technician.type("Evce Base Api Url", url)
    technician.type("Your own password", portal.PASSWORD)


@then(parsers.parse('Building Operation reads the zone "{name}" from the server "{server}"'))
def building_operation_reads(connector: RunningConnector, name: str, server: str) -> None:
    with EboClient(connector.service.ews.address, joined.USER, joined.EWS_PASSWORD) as client:
        system = client.get_web_service_information().system
        assert system
        assert system.name == server
        (zone,) = client.get_values(["Zones/1/ZoneName"]).values
    assert zone.value == name


@then("Building Operation is not answered where the address is written in small letters")
def case_sensitive(connector: RunningConnector) -> None:
    person = portal.Person(connector.service.ews.address.lower())
    assert person.get("?wsdl").status_code == 404
    person.close()


@then("no secret stands on the page or in the database")
def no_secret(technician: Technician, connector: RunningConnector) -> None:
    kept = b"".join(file.read_bytes() for file in connector.database.parent.glob(f"{connector.database.name}*"))
    until(lambda: b"ebo" in kept, "what is no secret is found in it")
    for secret in (joined.PASSWORD, joined.EWS_PASSWORD):
        assert secret not in technician.page.content()
        assert secret.encode() not in kept
