"""Add New: pick an assembly, choose a class, give name and description, finish (C-4); and Delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from evce_connector.config import ConfigurationError, ProcessorConfiguration, effective
from evce_connector.config.section import as_tables
from evce_connector.persistence.portal_users import Role
from evce_connector.persistence.settings import SettingsChangedError, SettingsError
from evce_connector.portal.assembly import OWN, facts_of
from evce_connector.portal.desk import Opened
from evce_connector.portal.details import Row
from evce_connector.portal.door import Door
from evce_connector.portal.fields import fields_of, placed
from evce_connector.portal.login import Page, address
from evce_connector.portal.pages import saved
from evce_connector.portal.pages.configuration_edit import ROWS
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs
from evce_connector.processors.base import Processor

_FIELDS = [field for field in fields_of("", ProcessorConfiguration) if field.key in ("name", "description")]
Assemblies = Mapping[str, dict[str, type[Processor]]]
"""The classes that a package offers, by the package's name and by their own."""


class NewPages:
    """The steps of the wizard, each a page by its address, and what it saves in the end."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts, self._door = parts, door

    @needs(Role.ADMIN)
    def step(self) -> str:
        """Show the step that comes next."""
        opened, rows = self._opened()
        return self._shown(opened.number, rows, {}, [])

    @needs(Role.ADMIN)
    def finish(self) -> Page:
        """Save the new configuration."""
        opened, rows = self._opened()
        base, name, chosen = (
            saved.base(),
            _typed("name"),
            request.values.get("class", ""),
        )
        new = {"name": name, "class_name": chosen, "description": _typed("description")}
        changes: dict[str, Any] = {ROWS: [*as_tables(rows), {key: value for key, value in new.items() if value}]}
        if chosen not in self._own():
            changes |= {f"processors.{chosen}": opened.layers.document.get("processors", {}).get(chosen, {})}
        if troubles := self._parts.desk.troubles(opened, changes):
            return self._shown(base, rows, *placed(_of_new(troubles, len(rows)), _FIELDS)), 422
        try:
            version = self._parts.desk.change(opened, changes, me().name, base)
        except ConfigurationError as error:
            return self._shown(base, rows, {}, error.troubles), 422
        except SettingsChangedError as error:
            opened, rows = self._opened()
            return self._shown(opened.number, rows, {}, [str(error)]), 409
        except SettingsError as error:
            return self._shown(base, rows, {}, [str(error)]), 409
        assert version is not None  # noqa: S101 - for the type checker: there is one configuration more
        self._door.note(me().name, address(), "Added a configuration", f"{name} ({chosen})")
        return saved.after(version, url_for("configurations.one", name=name), self._parts.desk)

    @needs(Role.ADMIN)
    def delete(self, name: str) -> Page:
        """Take a configuration away; its runs stay in the history."""
        opened, rows = self._opened()
        left = [one for one in rows if one.name != name]
        if len(left) == len(rows):
            abort(404, "There is no processor configuration of this name.")
        if not left:
            flash(
                f"{name} is the only configuration and stays: without any, the connector would run its own three again."
            )
            return redirect(url_for("configurations.one", name=name))
        try:
            version = self._parts.desk.change(opened, {ROWS: as_tables(left)}, me().name, saved.base(opened.number))
        except (ConfigurationError, SettingsError) as error:
            flash(f"{name} stays: {error}")
            return redirect(url_for("configurations.one", name=name))
        assert version is not None  # noqa: S101 - as above: there is one less
        self._door.note(me().name, address(), "Deleted a configuration", name)
        return saved.after(version, url_for("configurations.page"), self._parts.desk)

    def _opened(self) -> tuple[Opened, list[ProcessorConfiguration]]:
        """Return the settings, and the configurations that they have; 409 when they cannot be changed here."""
        opened, configuration = saved.opened(self._parts.desk, "The configurations cannot be changed")
        if (origin := opened.layers.origin(ROWS)).read_only:
            abort(409, f"The configurations cannot be changed here: they are {origin.words}.")
        return opened, effective.processor_configurations(configuration)

    def _own(self) -> dict[str, type[Processor]]:
        return self._assemblies().get(OWN, {})

    def _assemblies(self) -> Assemblies:
        """Return the packages that offer processors, the connector's own first."""
        found: dict[str, dict[str, type[Processor]]] = {OWN: {}}
        for name, processor in self._parts.host.candidates().items():
            found.setdefault(facts_of(processor)["Assembly"], {})[name] = processor
        return found

    def _shown(
        self, base: int, rows: list[ProcessorConfiguration], wrong: Mapping[str, str], troubles: list[str]
    ) -> str:
        assemblies, taken = self._assemblies(), {one.class_name: one.name for one in rows}
        assembly, chosen = request.values.get("assembly", ""), request.values.get("class", "")
        classes = assemblies.get(assembly, {})
        return render_template(
            "configuration_new.html",
            assemblies={name: (facts_of(next(iter(of.values()))), len(of)) for name, of in assemblies.items() if of},
            assembly=assembly if classes else "",
            classes={name: (_first_line(one.__doc__), taken.get(name, "")) for name, one in classes.items()},
            chosen=chosen if chosen in classes and chosen not in taken else "",
            base=base,
            troubles=troubles,
            fields=[Row(field, (_typed(field.key),), "", trouble=wrong.get(field.key, "")) for field in _FIELDS],
        )


def _typed(key: str) -> str:
    return request.form.get(key, "").strip()


def _of_new(troubles: list[str], place: int) -> list[str]:
    """Say what is wrong with the new one by the words of its form, without the same of the others."""
    own = f"{ROWS}.{place}."
    new = [trouble.removeprefix(own) for trouble in troubles if trouble.startswith(own)]
    return new or [trouble.replace(f"{ROWS}.{place}: ", "") for trouble in troubles]


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]


def add_to(made: Blueprint, parts: Parts, door: Door) -> None:
    """Add the wizard and Delete to the pages below /configurations."""
    new = NewPages(parts, door)
    made.add_url_rule("/configurations/new", "new", new.step)
    made.add_url_rule("/configurations/new", "finish", new.finish, methods=["POST"])
    made.add_url_rule("/configurations/<configuration:name>/delete", "delete", new.delete, methods=["POST"])
