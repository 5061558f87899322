"""Edit All, Save and Cancel of a processor configuration: name, description, Is Active, Details, Control, Schedule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from evce_connector.config import Configuration, ConfigurationError, ProcessorConfiguration, effective
from evce_connector.config.section import as_tables
from evce_connector.persistence.portal_users import Role
from evce_connector.persistence.settings import SettingsChangedError, SettingsError
from evce_connector.portal.desk import Opened, UnconfirmedError
from evce_connector.portal.details import Group, Row, as_typed, fixed, groups_of, new_values, row_of
from evce_connector.portal.door import Door
from evce_connector.portal.fields import Field, Kind, fields_of, filled, placed
from evce_connector.portal.login import Page, address
from evce_connector.portal.pages import saved
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs

ROWS = "processor_configurations"
NONE_SELECTED = "None Selected"
"""What a configuration without a schedule has, in the guide's words."""
_ROW = re.compile(rf"^{ROWS}\.\d+\.")
T = TypeVar("T")
_HEAD = ("name", "description", "is_active")


@dataclass(frozen=True)
class Edited:
    """A configuration that is edited: its place among all, the settings, and its fields."""

    opened: Opened
    all: tuple[ProcessorConfiguration, ...]
    place: int
    own: tuple[Field, ...]
    groups: tuple[Group, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields of the form."""
        return self.own + tuple(field for group in self.groups for field in group.fields)

    def rows(self, texts: Mapping[str, list[str]], wrong: Mapping[str, str]) -> dict[str, list[Row]]:
        """Return the rows of the form by the group's title, with what is filled in and what is wrong with it."""
        head = [one for one in self.own if one.key.rpartition(".")[2] in _HEAD]
        schedule = [one for one in self.own if one.key.endswith(".schedule")]
        control = [one for one in self.own if one not in head and one not in schedule]
        shown = {"": [self._own(one) for one in head]}
        shown |= {
            group.title or "Details": [row_of(one, self.opened.layers) for one in group.fields] for group in self.groups
        }
        shown |= {"Control": [self._own(one) for one in control], "Schedule": [self._own(one) for one in schedule]}
        return {title: [as_typed(row, texts, wrong) for row in rows] for title, rows in shown.items()}

    def by_key(self) -> dict[str, Row]:
        """Return each row as it holds, by its key."""
        return {row.field.key: row for rows in self.rows({}, {}).values() for row in rows}

    def _own(self, field: Field) -> Row:
        origin = self.opened.layers.origin(ROWS)
        value = getattr(self.all[self.place], field.key.rpartition(".")[2])
        return Row(field, (field.shown(value),), origin.words, fixed(field, origin))

    def changes(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the keys that are changed, with their new values."""
        details = tuple(field for group in self.groups for field in group.fields)
        changed = new_values(
            {key: values[key] for key in values if not key.startswith(f"{ROWS}.")}, details, self.opened.layers
        )
        if not self.opened.layers.origin(ROWS).read_only:
            options = {field.key.rpartition(".")[2]: values[field.key] for field in self.own if field.key in values}
            before = self.all[self.place].model_dump()
            if options.items() - before.items():
                rows = as_tables(self.all)
                rows[self.place] = _without_defaults(before | options)
                changed[ROWS] = rows
        return changed


class EditPages:
    """The form of a configuration, and what it saves."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts, self._door = parts, door

    @needs(Role.ADMIN)
    def form(self, name: str) -> str:
        """Show the form."""
        edited = self._edited(name)
        return self._shown(name, edited, edited.opened.number, {}, {}, [])

    @needs(Role.ADMIN)
    def save(self, name: str) -> Page:
        """Save what is filled in, all of it or nothing."""
        edited, base = self._edited(name), saved.base()
        texts = _at_place(dict(request.form.lists()), edited.place)
        values, wrong = filled(edited.fields, texts)
        changes, confirm = edited.changes(values), saved.by_own_password(self._door)
        troubles = self._parts.desk.troubles(edited.opened, changes) if changes else []
        more, others = placed(_of_this(troubles, edited.place), edited.fields)
        if wrong or more or others:
            return self._shown(name, edited, base, texts, more | wrong, others), 422
        try:
            version = self._parts.desk.change(edited.opened, changes, me().name, base, confirm)
        except (ConfigurationError, SettingsError) as error:
            return self._refused(name, edited, base, texts, error)
        to = url_for("configurations.one", name=values.get(f"{ROWS}.{edited.place}.name", name))
        if version is None:
            flash("Nothing was changed.")
            return redirect(to)
        self._door.note(me().name, address(), "Saved settings", f"version {version.number}: {version.words}")
        return saved.after(version, to, self._parts.desk)

    def _refused(
        self,
        name: str,
        edited: Edited,
        base: int,
        texts: Mapping[str, list[str]],
        error: ConfigurationError | SettingsError,
    ) -> tuple[str, int]:
        """Show the form with what was typed, and why it is not saved."""
        if isinstance(error, ConfigurationError):
            return self._shown(name, edited, base, texts, *placed(error.troubles, edited.fields)), 422
        if isinstance(error, UnconfirmedError):
            wrong = saved.beside(error)
            return self._shown(name, edited, base, texts, wrong, []), error.status
        if isinstance(error, SettingsChangedError):
            return self._beside_another(name, base, texts, str(error)), 409
        return self._shown(name, edited, base, texts, {}, [str(error)]), 409

    def _beside_another(self, name: str, base: int, texts: Mapping[str, list[str]], told: str) -> str:
        """Show what somebody else has saved meanwhile, and over it what was typed here: that may be saved now."""
        edited = self._edited(name)
        now = edited.by_key()
        opened = self._parts.desk.as_of(base)
        then = self._at(name, opened, opened.layers.configuration()) if opened else None
        before = _at_place(then.by_key(), edited.place) if then else {}
        texts = {
            key: typed
            for key, typed in _at_place(texts, edited.place).items()
            if key not in before or typed != list(before[key].texts)
        }
        wrong = {
            key: f"Saved here meanwhile: {now[key].text or 'nothing'}."
            for key in texts.keys() & now.keys() & before.keys()
            if now[key].texts != before[key].texts
        }
        return self._shown(name, edited, edited.opened.number, texts, wrong, [told])

    def _edited(self, name: str) -> Edited:
        """Return what is edited; 404 when there is no such configuration, 409 when the settings cannot be opened."""
        opened, configuration = saved.opened(self._parts.desk, "The settings cannot be edited")
        found = self._at(name, opened, configuration)
        if found is None:
            abort(404, "There is no processor configuration of this name.")
        return found

    def _at(self, name: str, opened: Opened, configuration: Configuration) -> Edited | None:
        """Return what is edited of some settings; None where they have no such configuration."""
        host = {row.options.name: row for row in self._parts.host.configurations()}
        every = tuple(effective.processor_configurations(configuration))
        place = next((number for number, one in enumerate(every) if one.name == name), None)
        if place is None or name not in host:
            return None
        schedules = tuple(one.description for one in effective.schedules(configuration))
        own = tuple(
            replace(field, kind=Kind.CHOICE, choices=("", *schedules), of=("", *schedules), star=False)
            if field.key.endswith(".schedule")
            else field
            for field in fields_of(f"{ROWS}.{place}", ProcessorConfiguration, leave_out=("class_name",))
        )
        return Edited(opened, every, place, own, groups_of(host[name].processor))

    def _shown(
        self,
        name: str,
        edited: Edited,
        base: int,
        texts: Mapping[str, list[str]],
        wrong: Mapping[str, str],
        others: list[str],
    ) -> str:
        rows = edited.rows(texts, wrong)
        return render_template(
            "configuration_edit.html",
            name=name,
            rows=rows,
            base=base,
            troubles=others,
            nothing=NONE_SELECTED,
            wrong=wrong,
            sends=any(row.field.sends and not row.read_only for group in rows.values() for row in group),
        )


def _at_place(texts: Mapping[str, T], place: int) -> dict[str, T]:
    """Return what belongs to keys of the configuration by the keys of its place now: others may have come before it."""
    return {_ROW.sub(f"{ROWS}.{place}.", key): value for key, value in texts.items()}


def _of_this(troubles: list[str], place: int) -> list[str]:
    """Leave out what is said of other configurations, where it is said of this one too."""
    own = f"{ROWS}.{place}."
    if not any(one.startswith(own) for one in troubles):
        return troubles
    return [one for one in troubles if one.startswith(own) or not _ROW.match(one)]


def _without_defaults(options: Mapping[str, Any]) -> dict[str, Any]:
    fields = ProcessorConfiguration.model_fields
    return {key: value for key, value in options.items() if fields[key].is_required() or value != fields[key].default}


def add_to(made: Blueprint, parts: Parts, door: Door) -> None:
    """Add the form to the pages below /configurations."""
    edit = EditPages(parts, door)
    made.add_url_rule("/configurations/<configuration:name>/edit", "edit", edit.form)
    made.add_url_rule("/configurations/<configuration:name>/edit", "save", edit.save, methods=["POST"])
