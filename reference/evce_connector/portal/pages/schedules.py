"""Setup > Configuration Schedules: what processors may run by (C-12); the next five runs are shown before a save."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from pydantic import ValidationError

from evce_connector.config import Configuration, ConfigurationError, effective
from evce_connector.config.messages import sentences
from evce_connector.config.scheduling import DEFAULT_SCHEDULES, ScheduleTable, keys_of
from evce_connector.config.section import as_tables
from evce_connector.persistence.portal_users import Role
from evce_connector.persistence.settings import SettingsChangedError, SettingsError
from evce_connector.portal.desk import Opened
from evce_connector.portal.details import Row
from evce_connector.portal.door import Door
from evce_connector.portal.fields import Field, fields_of, filled, placed
from evce_connector.portal.listing import Listing, instant, listing
from evce_connector.portal.login import Page, address
from evce_connector.portal.pages import saved
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs
from evce_connector.schedules import Schedule, in_words, next_runs
from evce_connector.schedules.zones import machine_zone

KEY, USERS = "schedules", "processor_configurations"
LABELS = {
    "schedule.start": "Start Date",
    "schedule.gap": "Interval Gap",
    "schedule.units": "Interval Gap Units",
}
"""What the guide calls a key otherwise than by its name."""
KINDS = get_args(ScheduleTable.model_fields["type"].annotation)
COLUMNS = ("Start Time", "Description", "Runs", "Next run", "Used by")


ONE = "schedule"
FIELDS = [replace(field, label=LABELS.get(field.key, field.label)) for field in fields_of(ONE, ScheduleTable)]


@dataclass(frozen=True)
class Form:
    """A form as it is shown: the schedule's number, None for a new one, and that of the version of the settings.

    `was` is the schedule's description as it was opened, empty for a new one.
    """

    number: int | None
    base: int
    texts: Mapping[str, list[str]]
    wrong: Mapping[str, str] = dataclasses.field(default_factory=dict)
    troubles: Sequence[str] = ()
    runs: Sequence[str] = ()
    was: str = ""


class SchedulePages:
    """The list and the form of schedules, and what they save."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts, self._door = parts, door

    @needs(Role.ADMIN)
    def page(self) -> str:
        """List the schedules."""
        opened, configuration = self._opened()
        origin = opened.layers.origin(KEY)
        table = self._table(configuration)
        names = [one.description for one in effective.schedules(configuration)]
        return render_template(
            "schedules.html", table=table, names=names, fixed=origin.words if origin.read_only else ""
        )

    @needs(Role.ADMIN)
    def form(self, number: int | None = None) -> str:
        """Show the form of a new schedule, or of one that there is."""
        opened, configuration = self._opened()
        table = self._new() if number is None else _at(_tables(configuration), number)
        return _shown(Form(number, opened.number, _texts(table), was=table.description))

    @needs(Role.ADMIN)
    def save(self, number: int | None = None) -> Page:
        """Save what is filled in, or show when it would run."""
        opened, configuration = self._opened()
        every = _tables(configuration)
        was = request.form.get("was", "")
        before = None if number is None else _known_as(every, number, was)
        form = Form(number, saved.base(), dict(request.form.lists()), was=was)
        table, wrong, others = _read(form.texts)
        if table is None:
            return _shown(replace(form, wrong=wrong, troubles=others)), 422
        form = replace(form, runs=self._runs(table.schedule()))
        if request.form.get("act") != "save":
            return _shown(form)
        every = [*every, table] if before is None else [table if one is before else one for one in every]
        place = next(number for number, one in enumerate(every) if one is table)
        try:
            return self._kept(
                opened, _renamed(before, table, opened, configuration) | {KEY: as_tables(every)}, form.base
            )
        except ConfigurationError as error:
            wrong, others = placed(_of_this(error.troubles, place), FIELDS)
            return _shown(replace(form, wrong=wrong, troubles=others)), 422
        except SettingsChangedError as error:
            newest = self._opened()[0].number  # what is typed may be saved beside that now
            return _shown(replace(form, base=newest, troubles=[str(error)])), 409
        except SettingsError as error:
            return _shown(replace(form, troubles=[str(error)])), 409

    @needs(Role.ADMIN)
    def delete(self, number: int) -> Page:
        """Delete a schedule that nobody uses."""
        opened, configuration = self._opened()
        every = _tables(configuration)
        gone = _at(every, number)
        if users := _users(configuration, gone.description):
            abort(409, f"{gone.description} is the schedule of {', '.join(users)}: select another one there first.")
        if len(every) == 1:
            abort(409, f"{gone.description} is the only schedule: add another one first.")
        others = [one for one in every if one is not gone]
        try:
            return self._kept(opened, {KEY: as_tables(others)}, saved.base(opened.number))
        except (ConfigurationError, SettingsError) as error:
            abort(409, str(error))

    def _kept(self, opened: Opened, changes: Mapping[str, Any], base: int) -> Page:
        version = self._parts.desk.change(opened, changes, me().name, base)
        if version is None:
            flash("Nothing was changed.")
            return redirect(url_for("schedules.page"))
        self._door.note(me().name, address(), "Saved settings", f"version {version.number}: {version.words}")
        return saved.after(version, url_for("schedules.page"), self._parts.desk)

    def _opened(self) -> tuple[Opened, Configuration]:
        return saved.opened(self._parts.desk, "The settings cannot be opened")

    def _table(self, configuration: Configuration) -> Listing:
        rows = []
        for one in effective.schedules(configuration):
            run = next(iter(next_runs(one, self._parts.clock.now(), 1)), None)
            users = ", ".join(_users(configuration, one.description))
            rows.append((f"{one.start:%Y-%m-%d %H:%M}", one.description, in_words(one), run, users))
        return listing("Configuration schedules", COLUMNS, rows)

    def _new(self) -> ScheduleTable:
        there = (
            self._parts.clock.now().astimezone(ZoneInfo(machine_zone())).replace(tzinfo=None, second=0, microsecond=0)
        )
        return ScheduleTable.model_construct(description="", start=there, type="time interval", gap=30, units="minutes")

    def _runs(self, schedule: Schedule) -> list[str]:
        zone = ZoneInfo(schedule.time_zone)
        runs = next_runs(schedule, self._parts.clock.now())
        return [f"{run.astimezone(zone):%A %Y-%m-%d %H:%M:%S} {schedule.time_zone} ({instant(run)})" for run in runs]


def _shown(form: Form) -> str:
    rows = []
    for one in FIELDS:
        texts, trouble = tuple(form.texts.get(one.key, [])), form.wrong.get(one.key, "")
        rows.append((_kinds(one), Row(one, texts, "", trouble=trouble)))
    return render_template("schedule.html", form=form, rows=rows)


def _of_this(troubles: Sequence[str], place: int) -> list[str]:
    """Say what is wrong with the schedule at a place by the keys of the form, without the same of the others."""
    own = f"{KEY}.{place}."
    return [one.replace(own, f"{ONE}.", 1) for one in troubles if one.startswith(own)] or list(troubles)


def _kinds(field: Field) -> str:
    """Return the types of schedules to which a field means something; empty for a field of all."""
    kinds = [kind for kind in KINDS if field.key.rpartition(".")[2] in keys_of(kind)]
    return "" if len(kinds) == len(KINDS) else ",".join(kinds)


def _texts(table: ScheduleTable) -> dict[str, list[str]]:
    """Return what stands in the form of a schedule."""
    texts = {}
    for field in FIELDS:
        value = getattr(table, field.key.rpartition(".")[2], field.default)
        texts[field.key] = [str(one) for one in value] if isinstance(value, list) else [field.shown(value)]
    return texts


def _read(texts: Mapping[str, list[str]]) -> tuple[ScheduleTable | None, dict[str, str], list[str]]:
    """Return the schedule that is filled in, or what is wrong at which field, and what else is wrong."""
    (kind,) = texts.get(f"{ONE}.type", [""])[:1] or [""]
    means = keys_of(kind)
    values, wrong = filled([field for field in FIELDS if field.key.rpartition(".")[2] in means], texts)
    if wrong:
        return None, wrong, []
    document = {key.rpartition(".")[2]: value for key, value in values.items() if value not in (None, "", [])}
    try:
        return ScheduleTable.model_validate(document), {}, []
    except ValidationError as error:
        return None, *placed(sentences(error, ScheduleTable, (ONE,)), FIELDS)


def _tables(configuration: Configuration) -> list[ScheduleTable]:
    return list(configuration.schedules or DEFAULT_SCHEDULES)


def _at(every: Sequence[ScheduleTable], number: int) -> ScheduleTable:
    if not 0 <= number < len(every):
        abort(404, "There is no such schedule.")
    return every[number]


def _known_as(every: Sequence[ScheduleTable], number: int, was: str) -> ScheduleTable:
    """Return the schedule that was opened by its number; others may have been added or deleted before it since."""
    found = _at(every, number) if not was else next((one for one in every if one.description == was), None)
    if found is None:
        abort(409, f"{was} is not there any more: it was renamed or deleted meanwhile. Look at the list.")
    return found


def _users(configuration: Configuration, description: str) -> list[str]:
    """Return the names of the processor configurations that have a schedule."""
    return [one.name for one in effective.processor_configurations(configuration) if one.schedule == description]


def _renamed(
    before: ScheduleTable | None, table: ScheduleTable, opened: Opened, configuration: Configuration
) -> dict[str, Any]:
    """Return the processor configurations with the new description, where it is new and some have the schedule."""
    used = before is not None and before.description != table.description and _users(configuration, before.description)
    if before is None or not used or opened.layers.origin(USERS).read_only:
        return {}
    rows = as_tables(effective.processor_configurations(configuration))
    for row in rows:
        if row.get(ONE) == before.description:
            row[ONE] = table.description
    return {USERS: rows}


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make the pages below /setup/schedules."""
    made, shown = Blueprint("schedules", __name__, url_prefix="/setup/schedules"), SchedulePages(parts, door)
    made.add_url_rule("", "page", shown.page)
    made.add_url_rule("/new", "new", shown.form)
    made.add_url_rule("/new", "add", shown.save, methods=["POST"])
    made.add_url_rule("/<int:number>", "edit", shown.form)
    made.add_url_rule("/<int:number>", "save", shown.save, methods=["POST"])
    made.add_url_rule("/<int:number>/delete", "delete", shown.delete, methods=["POST"])
    return made
