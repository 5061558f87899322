"""The pages of the site: its tree with values, alarms and logs, what a user sets there, and the ledgers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from ebo_simulator import EboClient
from evce_connector.alarms.state_machine import ACKNOWLEDGED, ACTIVE
from evce_connector.clock import ManualClock
from evce_connector.persistence.commands import csv_of
from evce_connector.persistence.portal_users import PortalUser, Role
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.points.write_request import RefusedWrite
from evce_connector.portal.passwords import Passwords
from evce_connector.portal.site_table import FOUND, PAGE
from evce_connector.site.values import State
from evce_simulator import generate

from tests.support.joined import EWS_PASSWORD, USER, JoinedSite, failing_disk
from tests.support.portal import PASSWORD, Person, text_of

Site = JoinedSite[ManualClock]
PORTAL = {"enabled": True, "address": "http://127.0.0.1:0"}
ZONE, STATION = "/site?id=Zones/1", "/site?id=Stations/1"
LOG = "Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings"


@pytest.fixture(scope="module")
def hashed() -> str:
    return Passwords().hash(PASSWORD)


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[Site]:
    with JoinedSite(tmp_path, ManualClock(), "guide", database=empty_database, portal=PORTAL) as joined:
        assert joined.service.portal
        joined.service.portal.start()
        yield joined


@pytest.fixture
def people(site: Site, hashed: str) -> Iterator[dict[Role, Person]]:
    """Let one person of each role in."""
    users, now = site.service.stores.portal_users, site.clock.now()
    assert site.service.portal
    here: dict[Role, Person] = {}
    for role in Role:
        if users.get(role) is None:
            users.add(PortalUser(str(role), role, hashed, must_change=False, since=now))
        else:
            users.set_password(role, hashed, now, must_change=False)
        here[role] = Person(site.service.portal.address)
        here[role].log_in(role, PASSWORD)
    yield here
    for person in here.values():
        person.close()


@pytest.fixture
def operator(people: dict[Role, Person]) -> Person:
    return people[Role.OPERATOR]


def test_before_set_up_the_page_says_who_makes_the_site(site: Site, operator: Person) -> None:
    assert site.service.items.index is None
    assert "EVCE Interface" in text_of(operator.get("/site"))
    assert "no good poll yet" in operator.get("/site.json?id=Interface").json()["note"]


def test_a_folder_shows_its_values_with_units_states_and_the_age_of_the_last_poll(site: Site, operator: Person) -> None:
    site.set_up()
    site.poll()
    site.clock.advance(4)
    page = text_of(operator.get(ZONE))
    assert "ZoneMaxCurrent(A) 100 A Good" in page
    assert "items present; the last good poll was 4 s ago" in page


def test_an_open_page_gets_what_ews_clients_read(site: Site, operator: Person) -> None:
    site.set_up()
    site.poll()
    site.service.ews.start()
    site.model.set_zone(1, maxCurrent=77)
    site.poll()
    rows = {name: value for name, value, _ in operator.get("/site.json?id=Zones/1").json()["rows"]}
    client = EboClient(site.service.ews.address, USER, EWS_PASSWORD)
    (read,) = client.get_values(["Zones/1/ZoneMaxCurrent(A)"]).values
    client.close()
    assert rows["ZoneMaxCurrent(A)"] == "77 A"
    assert float(str(read.value)) == 77


def test_values_turn_offline_on_the_page_as_for_ews_clients(site: Site, operator: Person) -> None:
    site.set_up()
    site.poll()
    site.clock.advance(61)
    rows = {name: state for name, _, state in operator.get("/site.json?id=Zones/1").json()["rows"]}
    assert (rows["ZoneOverallActivePowerTotal"], rows["ZoneMaxCurrent(A)"]) == ("Offline", "Good")


def test_a_write_goes_to_the_controller_and_into_the_ledger_with_who_asked_for_it(site: Site, operator: Person) -> None:
    site.set_up()
    site.poll()
    answer = operator.send(ZONE, {"item": "Zones/1/ZoneReduction", "value": "25"}, "/site/set?id=Zones/1")
    assert "ZoneReduction is set to 25." in text_of(answer)
    assert site.see("Zones/1/ZoneReduction") == (25.0, State.GOOD)
    (line,) = site.service.stores.commands.lines()
    assert (line.user, line.client, line.new, line.success) == ("operator (pages)", "127.0.0.1", "25.0", True)
    assert "operator (pages) 127.0.0.1 Zones/1/ZoneReduction 10.0 → 25.0 done" in text_of(operator.get("/ledgers"))
    acts = [act.act for _, act in site.service.stores.portal_audit.last(1)]
    assert acts == ["Set"]


@pytest.mark.parametrize(
    ("item", "value", "words"),
    [
        ("Zones/1/ZoneReduction", "101", "ZoneReduction is not set: INVALID_VALUE"),
        ("Zones/1/ZoneReduction", "much", "ZoneReduction is not set: INVALID_VALUE: it does not parse as Double"),
        ("Zones/1/ZoneName", "x", "ZoneName is not set: VALUE_NOT_WRITEABLE"),
        ("Zones/9/ZoneReduction", "5", "ZoneReduction is not set: INVALID_ID"),
        ("Zones/1/ZoneReduction", " ", "Nothing was set: no value was typed."),
    ],
)
def test_what_an_ews_client_may_not_write_a_page_may_not_either(
    site: Site, operator: Person, item: str, value: str, words: str
) -> None:
    site.set_up()
    site.simulator.journal.clear()
    answer = operator.send(ZONE, {"item": item, "value": value}, "/site/set?id=Zones/1")
    assert words in text_of(answer)
    assert site.simulator.journal.count("PUT") == 0


def test_what_was_typed_stays_beside_why_it_is_not_set(site: Site, operator: Person) -> None:
    site.set_up()
    answer = operator.send(ZONE, {"item": "Zones/1/ZoneReduction", "value": "101"}, "/site/set?id=Zones/1")
    assert answer.status_code == 422
    (field,) = re.findall(r'<input id="(set-\d+)" name="value" value="101"', answer.text)
    (said,) = re.findall(rf'id="{field}-trouble">([^<]*)<', answer.text)
    assert said.startswith("ZoneReduction is not set: INVALID_VALUE")


def test_an_alarm_is_shown_in_its_folder_and_above_and_acknowledged(site: Site, operator: Person) -> None:
    site.set_up()
    site.model.set_station(1, status="faulted")
    site.poll()
    alarm = site.service.stores.alarms
    assert alarm.state("Stations/1/Alarm") is ACTIVE
    assert "1 alarm" in text_of(operator.get("/site"))
    assert "Active" in text_of(operator.get(STATION))
    answer = operator.send(STATION, {"alarm": "Stations/1/Alarm"}, "/site/acknowledge?id=Stations/1")
    assert "The alarm is acknowledged." in text_of(answer)
    assert alarm.state("Stations/1/Alarm") is ACKNOWLEDGED
    again = operator.send("/site?id=Zones/1", {"alarm": "Zones/1"}, "/site/acknowledge?id=Stations/1")
    assert "This alarm has nothing to acknowledge any more." in text_of(again)


def test_an_acknowledgement_that_only_memory_holds_is_logged_with_who_gave_it(
    site: Site, operator: Person, caplog: pytest.LogCaptureFixture
) -> None:
    site.set_up()
    site.model.set_station(1, status="faulted")
    site.poll()
    with failing_disk(site.service):
        operator.send(STATION, {"alarm": "Stations/1/Alarm"}, "/site/acknowledge?id=Stations/1")
    (line,) = [one.message for one in caplog.records if one.message.startswith("Only memory holds")]
    assert "of Stations/1/Alarm by the user 'operator (pages)'" in line


def test_a_viewer_has_neither_forms_nor_their_effects(site: Site, people: dict[Role, Person]) -> None:
    site.set_up()
    site.model.set_station(1, status="faulted")
    site.poll()
    viewer = people[Role.VIEWER]
    assert "/site/set" not in viewer.get(ZONE).text
    assert "/site/acknowledge" not in viewer.get(STATION).text
    for path, fields in (
        ("/site/set?id=Zones/1", {"item": "Zones/1/ZoneReduction", "value": "25"}),
        ("/site/acknowledge?id=Stations/1", {"alarm": "Stations/1/Alarm"}),
    ):
        assert viewer.post(path, fields | {"csrf_token": viewer.token("/site")}).status_code == 403
    assert site.service.stores.commands.lines() == []


def test_a_search_finds_folders_and_data_points_by_name(site: Site, operator: Person) -> None:
    site.set_up()
    page = operator.get("/site?search=evsimu").text
    assert "EVSimu1" in page
    assert "Nothing has that in its name or id." in text_of(operator.get("/site?search=nowhere"))
    assert "ZoneMaxCurrent(A)" in text_of(operator.get("/site?search=maxcurrent("))


def test_thousands_of_folders_are_shown_page_by_page(tmp_path: Path, empty_database: Path, hashed: str) -> None:
    stations = 2 * PAGE + 1
    with JoinedSite(
        tmp_path, ManualClock(), generate(1, stations, stations), database=empty_database, portal=PORTAL
    ) as site:
        site.set_up()
        assert site.service.portal
        site.service.portal.start()
        site.service.stores.portal_users.set_password("admin", hashed, site.clock.now(), must_change=False)
        admin = Person(site.service.portal.address)
        admin.log_in("admin", PASSWORD)
        first, last = (admin.get(f"/site?id=Zones/1&page={page}").text for page in (1, 99))
        found = admin.get("/site?search=station").text
        admin.close()
    assert first.count('<li><a href="/site?id=') == PAGE
    assert f"Page 1 of 3, {stations + 1} folders" in first  # one holds the zone's logs
    assert last.count('<li><a href="/site?id=') == 2
    assert found.count('<li><a href="/site?id=') == FOUND + 2  # and the two folders of the root


def keep(site: Site, *samples: Sample) -> None:
    site.service.stores.history.append([(LOG, sample) for sample in samples])


def test_a_log_is_drawn_and_given_as_csv(site: Site, operator: Person) -> None:
    site.set_up()
    now = site.clock.now()
    keep(site, *(Sample(now - timedelta(minutes=15 * back), 100.0 - back, State.GOOD) for back in range(8, 0, -1)))
    keep(site, Sample(now - timedelta(days=3), 5.0, State.GOOD))
    page = operator.get(f"/site/history?id={LOG}")
    assert page.text.count('<polyline class="curve"') == 1
    assert "Samples 8 Lowest 92 kWh Highest 99 kWh" in text_of(page)
    rows = list(csv.reader(io.StringIO(operator.get(f"/site/history.csv?id={LOG}&span=week").text)))
    assert rows[0] == ["time", "ZoneActiveEnergy-Readings (kWh)", "state"]
    assert rows[1] == ["2025-12-29T00:00:00Z", "5.0", "Good"]
    assert len(rows) == 10


@pytest.mark.parametrize(
    "path", ["/site?id=Zones/9", "/site/history?id=Zones/1", f"/site/history?id={LOG}&span=year", "/ledgers/none"]
)
def test_what_is_not_there_is_said(site: Site, operator: Person, path: str) -> None:
    site.set_up()
    assert operator.get(path).status_code == 404


def test_the_ledgers_are_filtered_and_given_as_csv(site: Site, operator: Person) -> None:
    site.set_up()
    rows = text_of(operator.get("/ledgers/site?search=stations/1"))
    assert "Stations/1 added" in rows
    assert "Zones/1 added" not in rows
    assert operator.get("/ledgers/site.csv").text == site.service.stores.site_ledger.csv()
    assert operator.get("/ledgers/commands.csv").text == csv_of(site.service.stores.commands.lines())


def test_the_page_of_the_ledger_shows_what_was_refused_at_once(site: Site, operator: Person) -> None:
    site.set_up()
    site.service.stores.refused_writes.keep(RefusedWrite("ebo", "::1", "Zones/9/x", "", "<5>", "INVALID_ID"))
    assert "ebo ::1 Zones/9/x <5> INVALID_ID" in text_of(operator.get("/ledgers/commands"))
    assert ",ebo,::1,Zones/9/x,,<5>,False,INVALID_ID,,,refused" in operator.get("/ledgers/commands.csv").text


def test_names_of_a_hostile_controller_change_nothing(tmp_path: Path, site: Site, operator: Person) -> None:
    del tmp_path
    site.model.set_station(1, friendlyName="<script>alert(1)</script>\"'" + "x" * 10_000)
    site.set_up()
    site.poll()
    for path in ("/site", STATION, "/site?search=script", "/ledgers/site"):
        page = operator.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
