"""Setup > Backup: copies the database into a file beside it, as `evce-connector backup` does."""

from __future__ import annotations

import threading

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from sqlalchemy import make_url
from werkzeug.wrappers import Response

from evce_connector.persistence import backup as backups
from evce_connector.persistence.place import file_of
from evce_connector.persistence.portal_users import Role
from evce_connector.portal.door import Door
from evce_connector.portal.login import address
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make the page /setup/backup."""
    made = Blueprint("backup", __name__)
    one_at_a_time = threading.Lock()

    @made.get("/setup/backup")
    @needs(Role.ADMIN)
    def page() -> str:
        return render_template("backup.html", file=file_of(make_url(parts.storage_url)))

    @made.post("/setup/backup")
    @needs(Role.ADMIN)
    def copy() -> Response:
        if not one_at_a_time.acquire(blocking=False):
            abort(409, "A copy is being made at this moment; wait until it is done.")
        try:
            file = backups.sqlite_file(parts.storage_url)
            output = file.with_name(f"{file.stem}-{parts.clock.now():%Y%m%d-%H%M%S}{file.suffix}")
            backups.back_up(file, output, _tell_nobody)
        except backups.BackupError as error:
            abort(409, str(error))
        finally:
            one_at_a_time.release()
        door.note(me().name, address(), "Copied the database", output.name)
        flash(f"{output} holds what the database held.")
        return redirect(url_for("backup.page"))

    return made


def _tell_nobody(done: int, total: int) -> None:
    """Take no note of how far a copy is: the page is there once it is done."""
