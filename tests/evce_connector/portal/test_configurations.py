"""The pages of processor configurations: what they show, and what their buttons ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape, unescape

import pytest
from evce_connector.host.first_words import own_version
from evce_connector.host.job import Counters
from evce_connector.persistence.portal_users import Role
from evce_connector.persistence.runs import Outcome, Run
from evce_connector.processors.base import Prompt, Severity
from evce_connector.processors.setup import EvceSetupProcessor
from evce_connector.schedules import Kind, Schedule, Units

from tests.support.portal import Configuration, Person, Shown, configuration, text_of

NAME = "EVCE Setup Processor"
PAGE = f"/configurations/{NAME}"
START = datetime(2024, 9, 23, 15)  # noqa: DTZ001 - what clocks show in the zone
EACH_HALF_HOUR = Schedule("Every 30 minutes", START, Kind.TIME_INTERVAL, "Europe/Paris", gap=30, units=Units.MINUTES)


@pytest.fixture
def known(shown: Shown) -> Configuration:
    made = configuration(NAME, "Pulls data from EVCE API server and saves data into Ews")
    made.processor = EvceSetupProcessor
    shown.host.known.append(made)
    return made


@pytest.fixture(autouse=True)
def _there(known: Configuration) -> Configuration:
    return known


@pytest.fixture
def operator(let_in: Callable[[Role], Person]) -> Person:
    return let_in(Role.OPERATOR)


def test_the_list_tells_what_each_does_and_when_it_runs_next(
    shown: Shown, known: Configuration, viewer: Person
) -> None:
    known.status, known.next_run = "Succeeded", shown.clock.now() + timedelta(minutes=5)
    rows = viewer.get("/configurations.json").json()["rows"]
    assert rows == [
        [NAME, "EvceSetupProcessor", "Succeeded", "", "2026-01-01 00:05:00 UTC", "Yes", known.options.description]
    ]
    assert f'href="/configurations/{NAME.replace(" ", "%20")}"' in viewer.get("/configurations").text


def test_one_that_waits_says_what_for(known: Configuration, viewer: Person) -> None:
    known.status, known.waits_for = "Running", "waiting for EvceSetupProcessor to succeed once"
    assert "waiting for EvceSetupProcessor to succeed once" in text_of(viewer.get("/configurations"))
    assert "Running: waiting for EvceSetupProcessor to succeed once" in text_of(viewer.get(PAGE))


def test_the_first_tab_tells_class_and_assembly_with_company_copyright_and_version(viewer: Person) -> None:
    said = text_of(viewer.get(PAGE))
    assert "Class Name evce_connector.processors.setup.EvceSetupProcessor" in said
    assert "Assembly evce-connector" in said
    assert "Assembly Copyright MIT" in said
    assert f"Assembly Version {own_version()}" in said


def test_what_is_not_told_of_an_assembly_is_said(shown: Shown, viewer: Person) -> None:
    shown.host.known.append(configuration("Local"))
    said = text_of(viewer.get("/configurations/Local"))
    assert "Class Name tests.support.portal.Example Assembly not installed" in said
    assert "Assembly Version not told" in said


def test_prompts_counter_and_timer_stand_above_the_tabs(known: Configuration, viewer: Person) -> None:
    known.prompts, known.counters = [Prompt("A zone has no name.")], Counters(12, 2, 3725.0)
    said = text_of(viewer.get(PAGE))
    assert "Runs 12, 2 of them failed" in said
    assert "Time of all runs 01:02:05" in said
    assert "Prompts A zone has no name." in said


def test_the_control_tab_has_the_options_of_the_guide(known: Configuration, viewer: Person) -> None:
    known.options = known.options.model_copy(update={"manually_stoppable": False})
    said = text_of(viewer.get(f"{PAGE}/control"))
    assert "Runs on start Yes Manually startable Yes Manually stoppable No Runs on schedule No" in said
    assert "Time limit 60 min" in said


def test_the_schedule_tab_shows_none_selected_by_default(viewer: Person) -> None:
    assert "Schedule None Selected" in text_of(viewer.get(f"{PAGE}/schedule"))


def test_the_schedule_tab_shows_the_next_five_runs_and_the_time_zone(known: Configuration, viewer: Person) -> None:
    known.schedule = EACH_HALF_HOUR
    said = text_of(viewer.get(f"{PAGE}/schedule"))
    assert "Every 30 minutes from 23 Sep 2024 15:00 Europe/Paris" in said
    assert "2026-01-01 00:30:00 UTC, 2026-01-01 01:00:00 UTC" in said
    assert "2026-01-01 02:30:00 UTC" in said
    assert "2026-01-01 03:00:00 UTC" not in said


def test_the_history_tab_has_the_last_runs(shown: Shown, viewer: Person) -> None:
    shown.host.runs = [Run(NAME, shown.clock.now(), 3.0, Outcome.FAILED, ("The controller is away.", "Try again."))]
    said = text_of(viewer.get(f"{PAGE}/history"))
    assert "2026-01-01 00:00:00 UTC 00:00:03 Failed The controller is away. Try again." in said


@pytest.mark.parametrize(
    ("path", "asked", "done"),
    [
        ("start", "start", f"Start: {NAME}."),
        ("stop", "stop", f"Stop: {NAME}."),
        ("validate", "validate", f"Nothing is wrong with {NAME}."),
        ("reset-counter", "reset counter", f"Reset Counter: {NAME}."),
        ("reset-timer", "reset timer", f"Reset Timer: {NAME}."),
    ],
)
def test_an_operator_may_press_each_button_and_is_in_the_audit_list(
    shown: Shown, operator: Person, path: str, asked: str, done: str
) -> None:
    assert done in text_of(operator.send(PAGE, {}, f"{PAGE}/{path}"))
    assert shown.host.by_hand.asked == [(asked, NAME, "operator")]
    assert [act.about for _, act in shown.parts.audit.last(1)] == [NAME]


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        (["MayContinue"], f"{NAME} can run, with a warning: Prompt 0."),
        (["MayContinue", "MayNotContinue"], f"{NAME} cannot do its work: Prompt 0. Prompt 1."),
    ],
)
def test_what_validate_finds_is_told_and_whether_it_can_run_all_the_same(
    shown: Shown, operator: Person, severities: list[str], said: str
) -> None:
    found = [Prompt(f"Prompt {number}.", Severity(severity)) for number, severity in enumerate(severities)]
    shown.host.by_hand.prompts = found
    assert said in text_of(operator.send(PAGE, {}, f"{PAGE}/validate"))


def test_a_refusal_is_told_in_its_sentence(shown: Shown, operator: Person) -> None:
    shown.host.by_hand.refusal = f"{NAME} runs already; stop it first."
    assert f"{NAME} runs already; stop it first." in text_of(operator.send(PAGE, {}, f"{PAGE}/start"))


def test_a_viewer_sees_no_buttons_and_may_not_press_them(shown: Shown, viewer: Person) -> None:
    assert "/start" not in viewer.get(PAGE).text
    assert viewer.send("/password", {}, f"{PAGE}/start").status_code == 403
    assert shown.host.by_hand.asked == []


@pytest.mark.parametrize("path", ["/configurations/Nobody", f"{PAGE}/nothing"])
def test_what_is_not_there_is_said(viewer: Person, path: str) -> None:
    answer = viewer.get(path)
    assert (answer.status_code, "There is no" in answer.text) == (404, True)


NAMES = ["Zone A/B", ".", "..", "new", "~", "~1", "~9..", "~3", "a?b#c", "50 %", "a\\b", "edit", "//", "Å/é 漢"]


@pytest.mark.parametrize("name", NAMES)
def test_every_printable_name_has_pages_that_are_reached(shown: Shown, admin: Person, name: str) -> None:
    shown.host.known.append(configuration(name))
    link = unescape(re.findall(r'class="button" href="([^"]+)"', admin.get("/configurations").text)[-1])
    page = admin.get(link)

    assert f"<h1>{escape(name)}</h1>" in page.text
    tab = re.search(r'href="([^"]+)"[^>]*>Control<', page.text)
    assert tab
    assert "Manually startable" in admin.get(unescape(tab[1])).text
    form = re.search(r'action="([^"]+/start)"', page.text)
    assert form
    admin.send(link, {}, unescape(form[1]))
    assert shown.host.by_hand.asked == [("start", name, "admin")]
