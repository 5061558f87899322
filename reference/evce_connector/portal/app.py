"""The pages put together: a Flask application that knows no socket."""

from __future__ import annotations

import logging

from flask import Flask, render_template
from flask_login import LoginManager
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from evce_connector.portal import login, rights
from evce_connector.portal.door import Door
from evce_connector.portal.headers import name_content, protect
from evce_connector.portal.health import health
from evce_connector.portal.named import NameConverter
from evce_connector.portal.navigation import menu
from evce_connector.portal.pages import (
    about,
    audit,
    backup,
    configurations,
    ews_servers,
    first_steps,
    ledgers,
    log_level,
    new_addresses,
    saved,
    schedules,
    settings,
    site,
    site_history,
    status,
    users,
)
from evce_connector.portal.parts import Parts
from evce_connector.portal.passwords import BusyError
from evce_connector.processors.interface_alarm import short

LOGGER = logging.getLogger("evce_connector")
LONGEST_FORM = 1024 * 1024
"""Bytes of a form."""


def make_app(parts: Parts, door: Door) -> Flask:
    """Make the pages of a connector."""
    app = Flask("evce_connector.portal")
    app.config.update(
        SECRET_KEY=parts.sessions.key,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_HTTPONLY=True,
        WTF_CSRF_TIME_LIMIT=None,  # a session ends by itself, and with it its tokens
        MAX_CONTENT_LENGTH=LONGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LONGEST_FORM,
    )
    app.url_map.converters["configuration"] = NameConverter
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(rights.admit)
    CSRFProtect(app)
    LoginManager(app).user_loader(lambda id_: login.load(parts, id_))
    app.after_request(protect)
    name_content(app)
    app.context_processor(lambda: {"menu": menu, "may": rights.may, "desk": parts.desk})
    _say_errors(app)
    app.register_blueprint(
        health(parts.items, parts.ews.trouble, parts.storage_trouble, parts.measured, parts.host.dead)
    )
    for pages in (
        login.pages(parts, door),
        login.password_pages(door),
        first_steps.pages(parts, door),
        status.pages(parts),
        site.pages(parts, door),
        site_history.pages(parts),
        configurations.pages(parts, door),
        ews_servers.pages(parts, door),
        ledgers.pages(parts),
        schedules.pages(parts, door),
        settings.pages(parts, door),
        users.pages(parts, door),
        audit.pages(parts),
        log_level.pages(parts, door),
        backup.pages(parts, door),
        saved.pages(parts),
        new_addresses.pages(parts, door),
        about.pages(),
    ):
        app.register_blueprint(pages)
    return app


def _say_errors(app: Flask) -> None:
    """Answer errors with a page that says what happened, and what to do."""

    @app.errorhandler(CSRFError)
    def no_token(_: CSRFError) -> tuple[str, int]:
        return _page(400, "This form is too old, or was not made here. Open its page again, and send it anew.")

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int] | Response:
        if error.code is None or error.code < 400:  # noqa: PLR2004 - those are no errors
            return error.get_response()
        return _page(error.code, error.description or error.name)

    @app.errorhandler(BusyError)
    def busy(error: BusyError) -> tuple[str, int]:
        return _page(503, str(error))

    @app.errorhandler(SQLAlchemyError)
    def failed(error: SQLAlchemyError) -> tuple[str, int]:
        LOGGER.error("A page could not use the database: %s", short(error))
        return _page(503, f"The database cannot be used: {short(error)}. What was asked for was not done.")


def _page(status: int, sentence: str) -> tuple[str, int]:
    return render_template("error.html", status=status, sentence=sentence), status
