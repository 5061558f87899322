"""Processor configurations: their list, and of each what it runs, may and did last, and its schedule (C-4 to C-6)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect

from evce_connector.config import ConfigurationError
from evce_connector.errors import ConnectorError
from evce_connector.persistence.portal_users import Role
from evce_connector.persistence.settings import SettingsError
from evce_connector.portal import answers
from evce_connector.portal.assembly import facts_of
from evce_connector.portal.details import Row, groups_of, told
from evce_connector.portal.door import Door
from evce_connector.portal.listing import Listing, cell, elapsed, instant, listing
from evce_connector.portal.login import address
from evce_connector.portal.pages import configuration_edit, configuration_new
from evce_connector.portal.pages.configuration_edit import NONE_SELECTED
from evce_connector.portal.parts import ConfigurationRow, Parts
from evce_connector.portal.rights import me, needs
from evce_connector.processors.base import Severity
from evce_connector.schedules import in_words, next_runs

TABS = {
    "processor": "Processor",
    "details": "Details",
    "control": "Control",
    "history": "History",
    "schedule": "Schedule",
}
COLUMNS = ("Name", "Class", "Status", "Elapsed Time (hh:mm:ss)", "Next run", "Is Active", "Description")


class ConfigurationPages:
    """The pages, and what their buttons ask for."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts, self._door = parts, door
        by_hand = parts.host.by_hand
        self._acts: dict[str, tuple[str, Callable[[str, str], object]]] = {
            "start": ("Start", by_hand.start),
            "stop": ("Stop", by_hand.stop),
            "validate": ("Validate", by_hand.validate),
            "reset-counter": ("Reset Counter", by_hand.reset_counter),
            "reset-timer": ("Reset Timer", by_hand.reset_timer),
        }

    def all(self) -> str:
        """List the configurations."""
        return render_template("configurations.html", table=self._table(), rows=self._parts.host.configurations())

    def live(self) -> Response:
        """Return the list as an open page asks for it."""
        return answers.live(self._table())

    def one(self, name: str, tab: str) -> str:
        """Show a configuration."""
        row = self._row(name)
        if tab not in TABS:
            abort(404, "There is no such tab.")
        show: dict[str, Callable[[ConfigurationRow], object]] = {
            "processor": self._processor,
            "details": self._details,
            "control": _control,
            "history": self._history,
            "schedule": self._schedule,
        }
        return render_template(
            "configuration.html",
            row=row,
            state=self._state(row),
            tabs=TABS,
            tab=tab,
            acts=self._acts,
            unused=self._parts.desk.unused(),
            content=show[tab](row),
        )

    @needs(Role.OPERATOR)
    def act(self, name: str, what: str) -> Redirect:
        """Start, stop, validate or reset a configuration, and say what became of that."""
        self._row(name)
        if what not in self._acts:
            abort(404, "There is no such act.")
        title, ask = self._acts[what]
        try:
            found = ask(name, me().name)
        except ConnectorError as error:
            flash(str(error))
        else:
            self._door.note(me().name, address(), title, name)
            flash(_outcome(title, name, found))
        return redirect(url_for("configurations.one", name=name))

    def _row(self, name: str) -> ConfigurationRow:
        found = next((row for row in self._parts.host.configurations() if row.options.name == name), None)
        if found is None:
            abort(404, "There is no processor configuration of this name.")
        return found

    def _table(self) -> Listing:
        rows = [
            (
                row.options.name,
                row.processor.__name__,
                row.waits_for or row.status,
                elapsed(row.elapsed),
                row.next_run,
                row.options.is_active,
                row.options.description,
            )
            for row in self._parts.host.configurations()
        ]
        return listing("Processor configurations", COLUMNS, rows)

    def _state(self, row: ConfigurationRow) -> dict[str, str]:
        """Return what stands above the tabs."""
        counters = row.counters
        return {
            "Status": f"{row.status}: {row.waits_for}" if row.waits_for else row.status,
            "Elapsed Time": elapsed(row.elapsed) or "-",
            "Next run": cell(row.next_run) or "not by itself",
            "Runs": f"{counters.runs}, {counters.failures} of them failed",
            "Time of all runs": elapsed(counters.seconds),
            "Prompts": " ".join(prompt.message for prompt in row.prompts) or "none",
        }

    def _processor(self, row: ConfigurationRow) -> dict[str, str]:
        return facts_of(row.processor)

    def _details(self, row: ConfigurationRow) -> list[tuple[str, list[Row]]]:
        try:
            return told(groups_of(row.processor), self._parts.desk.open().layers)
        except (ConfigurationError, SettingsError) as error:
            abort(409, str(error))

    def _history(self, row: ConfigurationRow) -> Listing:
        runs = self._parts.host.last_runs(row.options.name)
        rows = [(run.started, elapsed(run.seconds), run.outcome, " ".join(run.prompts)) for run in runs]
        return listing("The last 50 runs", ("Time", "Duration (hh:mm:ss)", "Outcome", "Prompts"), rows)

    def _schedule(self, row: ConfigurationRow) -> dict[str, str]:
        if row.schedule is None:
            return {"Schedule": row.options.schedule or NONE_SELECTED, "Runs on schedule": "No"}
        coming = next_runs(row.schedule, self._parts.clock.now())
        return {
            "Schedule": row.schedule.description,
            "Runs": in_words(row.schedule),
            "Next five runs": ", ".join(map(instant, coming)) or "none",
        }


def _control(row: ConfigurationRow) -> dict[str, str]:
    """Return the options of the Control tab (C-10)."""
    options = row.options
    limit = "none: it is long running" if row.processor.long_running else f"{options.time_limit_minutes:g} min"
    return {
        "Runs on start": cell(options.runs_on_start),
        "Manually startable": cell(options.manually_startable),
        "Manually stoppable": cell(options.manually_stoppable),
        "Runs on schedule": cell(options.runs_on_schedule),
        "Time limit": limit,
    }


def _outcome(title: str, name: str, found: object) -> str:
    """Say what became of an act."""
    if not isinstance(found, list):
        return f"{title}: {name}."
    if not found:
        return f"Nothing is wrong with {name}."
    hindered = any(prompt.severity is Severity.MAY_NOT_CONTINUE for prompt in found)
    how = "cannot do its work" if hindered else "can run, with a warning"
    return f"{name} {how}: {' '.join(prompt.message for prompt in found)}"


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make the pages below /configurations."""
    made, shown = Blueprint("configurations", __name__), ConfigurationPages(parts, door)
    made.add_url_rule("/configurations", "page", shown.all)
    made.add_url_rule("/configurations.json", "live", shown.live)
    configuration_edit.add_to(made, parts, door)
    configuration_new.add_to(made, parts, door)
    made.add_url_rule("/configurations/<configuration:name>", "one", shown.one, defaults={"tab": "processor"})
    made.add_url_rule("/configurations/<configuration:name>/<tab>", "one", shown.one)
    made.add_url_rule("/configurations/<configuration:name>/<what>", "act", shown.act, methods=["POST"])
    return made
