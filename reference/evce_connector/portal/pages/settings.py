"""Setup > Settings: their versions, one step back, and taking them to a file and from one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from evce_connector.config import ConfigurationError
from evce_connector.config.transfer import exported
from evce_connector.persistence.portal_users import Role
from evce_connector.persistence.settings import SettingsError, Version
from evce_connector.portal.desk import UnconfirmedError
from evce_connector.portal.door import Door, RefusedError
from evce_connector.portal.listing import Listing, listing
from evce_connector.portal.login import Page, address
from evce_connector.portal.pages.saved import after, base, by_own_password
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs

COLUMNS = ("Time", "Version", "User", "What")
FILE = "evce-connector-settings.toml"
"""What the file is called that a browser keeps."""


class SettingsPages:
    """The page, and what its forms ask for."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts, self._door = parts, door

    @needs(Role.ADMIN)
    def page(self) -> str:
        """Show the versions."""
        return self._shown([])

    @needs(Role.ADMIN)
    def step_back(self) -> Page:
        """Go back to the version before."""
        confirm = by_own_password(self._door)
        return self._saved(
            "Went a step back in the settings", lambda: self._parts.desk.step_back(me().name, base(), confirm)
        )

    @needs(Role.ADMIN)
    def take_over(self) -> Page:
        """Save what a file says."""
        file = request.files.get("file")
        try:
            text = file.read().decode("utf-8-sig") if file else ""
        except UnicodeDecodeError:
            return self._shown(["The file is not UTF-8 text: nothing was changed."]), 422
        if not text.strip():
            return self._shown(["Choose a file with settings: that one is empty, or there is none."]), 422
        confirm = by_own_password(self._door)
        return self._saved("Imported settings", lambda: self._parts.desk.take_over(text, me().name, base(), confirm))

    @needs(Role.ADMIN)
    def export(self) -> Page:
        """Send what holds as a file; with its secrets only to who types the own password again."""
        with_secrets = request.form.get("secrets") == "yes"
        try:
            if with_secrets:
                self._door.confirm(me(), request.form.get("password", ""), address())
            opened = self._parts.desk.open()
            text = exported(opened.layers, opened.options, with_secrets=with_secrets)
        except RefusedError as error:
            said = "The password is wrong: nothing was exported." if error.status == 403 else str(error)  # noqa: PLR2004 - HTTP's
            return self._shown([said]), error.status
        except (ConfigurationError, SettingsError) as error:
            return self._shown(_sentences(error)), 409
        self._door.note(
            me().name, address(), "Exported settings", "with secrets" if with_secrets else "without secrets"
        )
        return Response(
            text, mimetype="application/toml", headers={"Content-Disposition": f'attachment; filename="{FILE}"'}
        )

    def _saved(self, act: str, save: Callable[[], Version | None]) -> Page:
        try:
            version = save()
        except ConfigurationError as error:
            return self._shown(error.troubles), 422
        except UnconfirmedError as error:
            return self._shown([], str(error)), error.status
        except SettingsError as error:
            return self._shown([str(error)]), 409
        if version is None:
            flash("Nothing was changed.")
            return redirect(url_for("settings.page"))
        self._door.note(me().name, address(), act, f"version {version.number}: {version.words}")
        return after(version, url_for("settings.page"), self._parts.desk)

    def _shown(self, troubles: Sequence[str], unconfirmed: str = "") -> str:
        try:
            versions = self._parts.desk.store.versions()
        except SettingsError as error:
            versions, troubles = [], [*troubles, str(error)]
        unused = self._parts.desk.unused()
        return render_template(
            "settings.html",
            table=_table(versions),
            versions=versions,
            troubles=troubles,
            unused=unused,
            unconfirmed=unconfirmed,
        )


def _table(versions: Sequence[Version]) -> Listing:
    rows = [(one.at, one.number, one.by, one.words) for one in versions]
    return listing("Versions of the settings, the newest first", COLUMNS, rows)


def _sentences(error: ConfigurationError | SettingsError) -> Sequence[str]:
    return error.troubles if isinstance(error, ConfigurationError) else [str(error)]


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make the page /setup/settings, and what its forms ask for."""
    made, shown = Blueprint("settings", __name__, url_prefix="/setup/settings"), SettingsPages(parts, door)
    made.add_url_rule("", "page", shown.page)
    made.add_url_rule("/step-back", "step_back", shown.step_back, methods=["POST"])
    made.add_url_rule("/export", "export", shown.export, methods=["POST"])
    made.add_url_rule("/import", "take_over", shown.take_over, methods=["POST"])
    return made
