"""First Steps: asks for what has no default, tries both neighbours before it is saved, and shows how far it is."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for

from evce_connector import owner_only
from evce_connector.config import ConfigurationError
from evce_connector.evce.errors import EvceUnreachableError
from evce_connector.persistence.portal_users import Role
from evce_connector.persistence.settings import SettingsError
from evce_connector.portal import answers
from evce_connector.portal.desk import Opened, UnconfirmedError
from evce_connector.portal.details import as_typed, new_values, row_of
from evce_connector.portal.door import Door
from evce_connector.portal.fields import filled, placed
from evce_connector.portal.first_steps import asked, steps
from evce_connector.portal.login import Page, address
from evce_connector.portal.pages import saved
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs
from evce_connector.portal.tried import Proposal, Reached, Tried

_URL, _TLS = "evce.base_url", "evce.verify_tls"


class FirstStepsPages:
    """The page, what an open one asks for, and what its form asks."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts, self._door = parts, door
        self._groups = asked()
        self._fields = tuple(field for group in self._groups for field in group.fields)
        self._one_at_a_time = threading.Lock()
        self._last = Tried()
        """What the last try found, whoever pressed the button."""

    @needs(Role.ADMIN)
    def page(self) -> str:
        """Show the steps and the form."""
        opened = self._opened()
        return self._shown(opened, opened.number, {}, {}, [])

    @needs(Role.ADMIN)
    def live(self) -> Response:
        """Say how far it is."""
        try:
            layers = self._parts.desk.seen().layers
        except (ConfigurationError, SettingsError) as error:
            abort(409, f"The settings cannot be opened: {error}")
        return answers.live(steps(self._parts, layers, self._last.reached))

    @needs(Role.ADMIN)
    def save(self) -> Page:
        """Save what is filled in, and start with it."""
        opened, base, texts = self._opened(), saved.base(), dict(request.form.lists())
        values, wrong = filled(self._fields, texts)
        if wrong:
            return self._shown(opened, base, texts, wrong, []), 422
        try:
            changes = new_values(values, self._fields, opened.layers)
            version = self._parts.desk.change(opened, changes, me().name, base, saved.by_own_password(self._door))
        except ConfigurationError as error:
            wrong, others = placed(error.troubles, self._fields)
            return self._shown(opened, base, texts, wrong, others), 422
        except UnconfirmedError as error:
            return self._shown(opened, base, texts, saved.beside(error), []), error.status
        except SettingsError as error:
            return self._shown(opened, opened.number, texts, {}, [str(error)]), 409
        if version is None:
            flash("Nothing was changed.")
            return redirect(url_for("first_steps.page"))
        self._door.note(me().name, address(), "Saved settings", f"version {version.number}: {version.words}")
        return saved.after(version, url_for("first_steps.page"), self._parts.desk)

    @needs(Role.ADMIN)
    def try_(self) -> Page:
        """Try what is filled in, and say what was found, for the page's script; nothing is saved."""
        opened, texts = self._opened(), dict(request.form.lists())
        values, wrong = filled(self._fields, texts)
        if wrong:
            return _answer(wrong)
        if not self._one_at_a_time.acquire(blocking=False):
            return _answer({}, [("warning", "Another try is under way: wait until it is done.")])
        try:
            serving = "" if self._parts.ews.trouble() else self._parts.ews.address
            changes = new_values(values, self._fields, opened.layers)
            self._last = Tried()
            self._last = last = self._parts.desk.tried(opened, changes, serving, saved.by_own_password(self._door))
        except ConfigurationError as error:
            wrong, others = placed(error.troubles, self._fields)
            return _answer(wrong, [("error", sentence) for sentence in others])
        except UnconfirmedError as error:
            return _answer(saved.beside(error))
        finally:
            self._one_at_a_time.release()
        rows = [(one.kind, one.text) for one in last.found]
        certificate = self._certificate(str(values.get(_URL, ""))) if last.reached is Reached.NOTHING else None
        return _answer({}, rows, certificate=certificate, proposal=_mark(last.proposal))

    @needs(Role.ADMIN)
    def trust(self) -> Page:
        """Keep the certificate with a fingerprint that somebody has compared, as a file, and answer where it is."""
        url, fingerprint = request.form.get(_URL, "").strip(), request.form.get("fingerprint", "")
        try:
            shown = self._parts.desk.certificate(url)
        except EvceUnreachableError as error:
            return _answer({}, [("error", str(error))])
        if shown.fingerprint != fingerprint:
            return _answer({}, [("error", f"It shows another certificate now, {shown.fingerprint}: compare that.")])
        file = _marked(self._parts.trusted, fingerprint.replace(":", "")[:8].lower())
        if trouble := _written(file, shown.pem):
            return _answer({}, [("error", trouble)])
        self._door.note(me().name, address(), "Trusted a certificate", f"{url}: {shown.fingerprint}")
        return _answer({}, [("good", f"It is trusted from now on: it is kept in {file}.")], fields={_TLS: str(file)})

    @needs(Role.ADMIN)
    def take(self) -> Page:
        """Keep the profile that the last try proposed, as a file, and answer what to fill in; nothing is saved."""
        proposal = self._last.proposal
        if proposal is None or request.form.get("proposal", "") != _mark(proposal):
            return _answer({}, [("error", "Another try was made meanwhile: press Test connection again.")])
        fields = {_URL: proposal.base_url, "evce.authentication": proposal.authentication}
        if kept_elsewhere := self._kept_elsewhere(fields | ({"evce.profile": ""} if proposal.profile else {})):
            return _answer({}, [("error", sentence) for sentence in kept_elsewhere])
        if proposal.profile:
            file = _marked(self._parts.proposed, _mark(proposal))
            if trouble := _written(file, proposal.profile):
                return _answer({}, [("error", trouble)])
            self._door.note(me().name, address(), "Kept a profile", str(file))
            fields["evce.profile"] = str(file)
        return _answer({}, fields=fields)

    def _kept_elsewhere(self, fields: Mapping[str, str]) -> list[str]:
        """Say which of the fields file or environment set to another value, so that no page can."""
        layers = self._opened().layers
        configuration = layers.configuration(unfinished=True).evce
        return [
            f"{key} is {layers.origin(key).words}: change it there{f' to {value}' if value else ''}."
            for key, value in fields.items()
            if layers.origin(key).read_only and getattr(configuration, key.removeprefix("evce.")) != value
        ]

    def _certificate(self, url: str) -> dict[str, object] | None:
        """Return what a controller shows that was not reached, as far as a person can do something about it."""
        if not url.startswith("https:"):
            return None
        try:
            shown = self._parts.desk.certificate(url)
        except EvceUnreachableError:
            return None
        return asdict(shown) | {"until": f"{shown.until:%Y-%m-%d}"}

    def _opened(self) -> Opened:
        opened, _ = saved.opened(self._parts.desk, "The settings cannot be edited")
        return opened

    def _shown(
        self, opened: Opened, base: int, texts: Mapping[str, list[str]], wrong: Mapping[str, str], others: list[str]
    ) -> str:
        groups = {
            group.title: [as_typed(row_of(field, opened.layers), texts, wrong) for field in group.fields]
            for group in self._groups
        }
        return render_template(
            "first_steps.html",
            table=steps(self._parts, opened.layers, self._last.reached),
            groups=groups,
            base=base,
            wrong=wrong,
            troubles=[*others, self._parts.desk.unused()],
            sends=not self._parts.desk.unfinished
            and any(row.field.sends and not row.read_only for rows in groups.values() for row in rows),
        )


def _mark(proposal: Proposal | None) -> str:
    """Tell one proposal from another; empty for none."""
    return hashlib.sha256(repr(proposal).encode()).hexdigest()[:8] if proposal else ""


def _written(file: Path, text: str) -> str:
    """Write a file that its owner alone may read; returns why it cannot be, empty when it is."""
    try:
        owner_only.write_text(file, text)
    except OSError as error:
        return f"The file {file} cannot be written: {error.strerror}."
    return ""


def _marked(file: Path, mark: str) -> Path:
    """Return a file beside one whose name also says what it holds: what others use already is never changed."""
    return file.with_stem(f"{file.stem}-{mark}")


def _answer(wrong: Mapping[str, str], rows: list[tuple[str, str]] | None = None, **more: object) -> Response:
    return jsonify(wrong=wrong, found=rows or [], **more)


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make the page /first-steps, and what it asks for."""
    made, shown = Blueprint("first_steps", __name__, url_prefix="/first-steps"), FirstStepsPages(parts, door)
    made.add_url_rule("", "page", shown.page)
    made.add_url_rule("", "save", shown.save, methods=["POST"])
    made.add_url_rule("/steps.json", "live", shown.live)
    made.add_url_rule("/try", "try", shown.try_, methods=["POST"])
    made.add_url_rule("/trust", "trust", shown.trust, methods=["POST"])
    made.add_url_rule("/take", "take", shown.take, methods=["POST"])
    return made
