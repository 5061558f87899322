"""Edit All, Save and Cancel of a processor configuration: name, description, Is Active, Details, Control, Schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from evce_connector.config import ConfigurationError, ProcessorConfiguration, effective
from evce_connector.config.section import as_tables
from evce_connector.persistence.portal_users import Role
from evce_connector.persistence.settings import SettingsError
from evce_connector.portal.desk import Opened
from evce_connector.portal.details import Group, Row, groups_of, new_values, row_of
from evce_connector.portal.door import Door
from evce_connector.portal.fields import Field, Kind, fields_of, filled, placed
from evce_connector.portal.login import Page, address
from evce_connector.portal.pages import saved
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs

ROWS = "processor_configurations"
NONE_SELECTED = "None Selected"
"""What a configuration without a schedule has, in the guide's words."""
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
        return {title: [_typed(row, texts, wrong) for row in rows] for title, rows in shown.items()}

    def _own(self, field: Field) -> Row:
        origin = self.opened.layers.origin(ROWS)
        value = getattr(self.all[self.place], field.key.rpartition(".")[2])
        return Row(field, (field.shown(value),), origin.words, origin.read_only)

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
        edited, base = self._edited(name), request.form.get("base", type=int, default=0)
        texts = dict(request.form.lists())
        values, wrong = filled(edited.fields, texts)
        if wrong:
            return self._shown(name, edited, base, texts, wrong, []), 422
        try:
            version = self._parts.desk.change(edited.opened, edited.changes(values), me().name, base)
        except ConfigurationError as error:
            wrong, others = placed(error.troubles, edited.fields)
            return self._shown(name, edited, base, texts, wrong, others), 422
        except SettingsError as error:
            return self._shown(name, edited, base, texts, {}, [str(error)]), 409
        to = url_for("configurations.one", name=values.get(f"{ROWS}.{edited.place}.name", name))
        if version is None:
            flash("Nothing was changed.")
            return redirect(to)
        self._door.note(me().name, address(), "Saved settings", f"version {version.number}: {version.words}")
        return saved.after(version, to)

    def _edited(self, name: str) -> Edited:
        """Return what is edited; 404 when there is no such configuration, 409 when the settings cannot be opened."""
        host = {row.options.name: row for row in self._parts.host.configurations()}
        opened, configuration = saved.opened(self._parts.desk, "The settings cannot be edited")
        every = tuple(effective.processor_configurations(configuration))
        place = next((number for number, one in enumerate(every) if one.name == name), None)
        if place is None or name not in host:
            abort(404, "There is no processor configuration of this name.")
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
        )


def _typed(row: Row, texts: Mapping[str, list[str]], wrong: Mapping[str, str]) -> Row:
    """Return a row as somebody has filled it in; what was typed as a secret is not sent back."""
    key = row.field.key
    if key in texts and row.field.kind is not Kind.SECRET and not row.read_only:
        row = replace(row, texts=tuple(texts[key]))
    return replace(row, trouble=wrong.get(key, ""))


def _without_defaults(options: Mapping[str, Any]) -> dict[str, Any]:
    fields = ProcessorConfiguration.model_fields
    return {key: value for key, value in options.items() if fields[key].is_required() or value != fields[key].default}


def add_to(made: Blueprint, parts: Parts, door: Door) -> None:
    """Add the form to the pages below /configurations."""
    edit = EditPages(parts, door)
    made.add_url_rule("/configurations/<name>/edit", "edit", edit.form)
    made.add_url_rule("/configurations/<name>/edit", "save", edit.save, methods=["POST"])
