"""Setup > Configuration Schedules: the list, the form with its next runs, and what is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import requests
from evce_connector.config import Configuration
from evce_connector.persistence.portal_users import Role

from tests.support.forms import fields_of, typed
from tests.support.portal import Person, Shown, text_of

PAGE, NEW, FIRST = "/setup/schedules", "/setup/schedules/new", "/setup/schedules/0"
HALF_HOUR = {
    "schedule.description": "Every 30 minutes",
    "schedule.start": "2024-09-23T15:00",
    "schedule.type": "time interval",
    "schedule.gap": "30",
    "schedule.units": "minutes",
    "schedule.time_zone": "Europe/Paris",
}
"""The schedule of the guide, as somebody types it."""


def send(person: Person, path: str, act: str, changes: dict[str, str | list[str]]) -> requests.Response:
    return person.post(path, typed(person, path, changes) | {"act": [act]})


def now(shown: Shown) -> Configuration:
    return shown.parts.desk.open().layers.configuration()


def test_the_list_tells_start_time_description_and_when_each_runs(admin: Person) -> None:
    said = text_of(admin.get(PAGE))
    assert "2024-07-10 16:30 Every 15 Minutes Every 15 minutes from 10 Jul 2024 16:30" in said
    assert "1 item present" in said
    assert "Refresh" in said
    assert "Add New" in said


def test_the_form_has_the_fields_of_the_guide(admin: Person) -> None:
    said = text_of(admin.get(NEW))
    for label in ("Description *", "Start Date *", "Type", "Interval Gap", "Interval Gap Units"):
        assert label in said
    assert fields_of(admin.get(NEW).text)["schedule.type"] == ["time interval"]


def test_the_next_five_runs_are_shown_in_the_schedules_zone_before_anything_is_saved(
    shown: Shown, admin: Person
) -> None:
    answer = send(admin, NEW, "show", HALF_HOUR)
    said = text_of(answer)

    assert "Thursday 2026-01-01 01:30:00 Europe/Paris (2026-01-01 00:30:00 UTC)" in said
    assert "(2026-01-01 02:30:00 UTC)" in said
    assert "(2026-01-01 03:00:00 UTC)" not in said
    assert fields_of(answer.text)["schedule.gap"] == ["30"]
    assert shown.parts.desk.open().number == 1


def test_a_schedule_is_added_beside_those_that_there_are(shown: Shown, admin: Person) -> None:
    answer = send(admin, NEW, "save", HALF_HOUR)
    first, added = now(shown).schedules

    assert "Saved as version 2." in text_of(answer)
    assert first.description == "Every 15 Minutes"
    assert (added.description, added.gap, added.units) == ("Every 30 minutes", 30, "minutes")
    assert added.start == datetime(2024, 9, 23, 15)  # noqa: DTZ001 - what clocks show in the zone
    assert shown.reloads == [1]
    assert [act.act for _, act in shown.parts.audit.last(1)] == ["Saved settings"]


@pytest.mark.parametrize(
    ("typed_in", "words"),
    [
        ({"schedule.type": "weekly", "schedule.weekdays": ["Monday", "Friday"]}, "Every Monday and Friday at 15:00"),
        (
            {"schedule.type": "monthly", "schedule.day_of_month": "31", "schedule.time_of_day": "07:30"},
            "Day 31 of every",
        ),
        ({"schedule.type": "cron", "schedule.cron": "30 6 * * mon-fri"}, "Cron 30 6 * * mon-fri"),
        ({"schedule.gap": "2", "schedule.units": "days"}, "Every 2 days"),
    ],
    ids=["weekly", "monthly", "cron", "days"],
)
def test_each_type_is_saved_with_its_own_fields_alone(
    shown: Shown, admin: Person, typed_in: dict[str, str | list[str]], words: str
) -> None:
    assert send(admin, NEW, "save", HALF_HOUR | typed_in).ok
    shown.clock.advance(1)
    assert words in text_of(admin.get(PAGE))


@pytest.mark.parametrize(
    ("typed_in", "says"),
    [
        ({"schedule.description": ""}, "This must not be empty."),
        ({"schedule.start": "yesterday"}, "This is no date with a time"),
        ({"schedule.gap": ""}, "a time interval schedule needs gap"),
        ({"schedule.time_zone": "Europe/Pariss"}, "did you mean Europe/Paris?"),
        ({"schedule.type": "cron", "schedule.cron": "30 6"}, "a cron expression has five fields"),
        ({"schedule.type": "weekly"}, "a weekly schedule needs weekdays"),
        ({"schedule.description": "Every 15 Minutes"}, "the description Every 15 Minutes stands twice"),
    ],
    ids=["description", "start", "gap", "zone", "cron", "weekdays", "twice"],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    shown: Shown, admin: Person, typed_in: dict[str, str | list[str]], says: str
) -> None:
    answer = send(admin, NEW, "save", HALF_HOUR | typed_in)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert fields_of(answer.text)["schedule.units"] == ["minutes"]
    assert shown.parts.desk.open().number == 1


def use(shown: Shown, schedule: str) -> None:
    """Let a processor have a schedule."""
    row = {"name": "Status", "class_name": "EvceProcessor", "schedule": schedule}
    shown.save({"processor_configurations": [row]})


def test_a_schedule_that_is_renamed_stays_the_one_of_its_processors(shown: Shown, admin: Person) -> None:
    use(shown, "Every 15 Minutes")
    assert send(admin, FIRST, "save", {"schedule.description": "Quarterly", "schedule.gap": "20"}).ok
    (one,) = now(shown).schedules
    (row,) = now(shown).processor_configurations

    assert (one.description, one.gap, row.schedule) == ("Quarterly", 20, "Quarterly")


def test_one_that_is_sent_as_it_is_saves_nothing_the_second_time(shown: Shown, admin: Person) -> None:
    send(admin, FIRST, "save", {"schedule.gap": "20"})
    assert "Nothing was changed." in text_of(send(admin, FIRST, "save", {}))
    assert shown.parts.desk.open().number == 2


def test_a_schedule_that_nobody_has_is_deleted(shown: Shown, admin: Person) -> None:
    send(admin, NEW, "save", HALF_HOUR)
    assert "Saved as version 3." in text_of(admin.send(FIRST, {}, f"{FIRST}/delete"))
    assert [one.description for one in now(shown).schedules] == ["Every 30 minutes"]


def test_a_schedule_that_a_processor_has_is_not_deleted_and_the_processor_named(shown: Shown, admin: Person) -> None:
    send(admin, NEW, "save", HALF_HOUR)
    use(shown, "Every 15 Minutes")
    answer = admin.send(FIRST, {}, f"{FIRST}/delete")
    assert answer.status_code == 409
    assert "Every 15 Minutes is the schedule of Status: select another one there first." in text_of(answer)
    assert "Status" in text_of(admin.get(PAGE))


def test_the_only_schedule_is_not_deleted(admin: Person) -> None:
    answer = admin.send(FIRST, {}, f"{FIRST}/delete")
    assert (answer.status_code, "is the only schedule" in answer.text) == (409, True)


def test_what_another_has_saved_meanwhile_is_told(shown: Shown, admin: Person) -> None:
    fields = typed(admin, NEW, HALF_HOUR) | {"act": ["save"]}
    shown.save({"ews.realm": "Other"})
    answer = admin.post(NEW, fields)
    assert answer.status_code == 409
    assert "another has saved other settings meanwhile" in text_of(answer)
    assert "Saved as version 3." in text_of(admin.post(NEW, fields_of(answer.text) | {"act": ["save"]}))
    assert (now(shown).schedules[-1].description, now(shown).ews.realm) == ("Every 30 minutes", "Other")


def test_a_description_that_stands_twice_is_told_beside_it(admin: Person) -> None:
    answer = send(admin, NEW, "save", HALF_HOUR | {"schedule.description": "Every 15 Minutes"})
    assert answer.status_code == 422
    assert 'id="schedule.description-trouble">schedule.description: the description Every 15 Minutes' in answer.text


def test_a_schedule_is_saved_in_its_own_place_when_one_before_it_is_gone(shown: Shown, admin: Person) -> None:
    send(admin, NEW, "save", HALF_HOUR)
    fields = typed(admin, "/setup/schedules/1", {"schedule.gap": "20"}) | {"act": ["save"]}
    shown.save({"schedules": [one.model_dump(exclude_defaults=True) for one in reversed(now(shown).schedules)]})
    again = fields_of(admin.post("/setup/schedules/1", fields).text) | {"act": ["save"]}
    assert "Saved as version 4." in text_of(admin.post("/setup/schedules/1", again))
    assert [(one.description, one.gap) for one in now(shown).schedules] == [
        ("Every 30 minutes", 20),
        ("Every 15 Minutes", 15),
    ]


def test_a_schedule_that_is_gone_meanwhile_is_not_saved_over_another(shown: Shown, admin: Person) -> None:
    send(admin, NEW, "save", HALF_HOUR)
    fields = typed(admin, "/setup/schedules/1", {"schedule.gap": "20"}) | {"act": ["save"]}
    first = now(shown).schedules[0].model_dump(exclude_defaults=True)
    shown.save({"schedules": [first, first | {"description": "Other"}]})
    answer = admin.post("/setup/schedules/1", fields)
    assert (answer.status_code, "Every 30 minutes is not there any more" in text_of(answer)) == (409, True)


def test_schedules_that_a_file_sets_are_shown_and_not_changed(shown: Shown, admin: Person) -> None:
    row = {
        "description": "Of the file",
        "start": datetime(2024, 9, 23, 15),  # noqa: DTZ001 - what clocks show in the zone
        "type": "cron",
        "cron": "0 6 * * *",
    }
    shown.given({"schedules": [row]})
    page = text_of(admin.get(PAGE))
    assert "Of the file" in page
    assert "Read-only: set by connector.toml." in page
    assert "Add New" not in page
    answer = send(admin, NEW, "save", HALF_HOUR)
    assert answer.status_code == 422
    assert "schedules is set by connector.toml: change it there." in text_of(answer)


def test_only_an_admin_gets_there(let_in: Callable[[Role], Person]) -> None:
    assert let_in(Role.OPERATOR).get(PAGE).status_code == 403
