"""The page Site: the tree as Building Operation shows it, live, with alarms, logs and what may be set."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from evce_connector.persistence.portal_users import Role
from evce_connector.points.setting import set_values
from evce_connector.points.tree import AlarmItem, Folder
from evce_connector.points.write_request import WriteResult
from evce_connector.portal import answers
from evce_connector.portal.door import Door
from evce_connector.portal.login import address
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs
from evce_connector.portal.site_table import PAGE, below, folder_at, pages_of, path_of, search, values, written

MOST_SET = 20
"""Items that a form may set at once: those of one zone or connector are fewer."""


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make the page /site, its search, what an open one asks for, and the forms that set and acknowledge."""
    made = Blueprint("site", __name__)

    @made.get("/site")
    def page() -> str:
        return _shown(parts, {})

    @made.get("/site.json")
    def live() -> Response:
        return answers.live(values(parts.items.tree, _folder(parts), parts.items.age()))

    @made.post("/site/set")
    @needs(Role.OPERATOR)
    def set_() -> Answer | tuple[str, int]:
        folder = _folder(parts)
        typed = zip(request.form.getlist("item"), request.form.getlist("value"), strict=False)
        rows = [(id_, value.strip()) for id_, value in typed if value.strip()][:MOST_SET]
        if not rows:
            flash("Nothing was set: no value was typed.")
        refused = {}
        for (id_, value), result in zip(rows, _set(parts, rows), strict=True):
            if result.success:
                flash(f"{_name(id_)} is set to {value}.")
            else:
                refused[id_] = (value, f"{_name(id_)} is not set: {result.message}")
            door.note(me().name, address(), "Set" if result.success else "Could not set", f"{id_} = {value}")
        if refused:
            return _shown(parts, refused), 422
        return redirect(url_for("site.page", id=folder.id))

    @made.post("/site/acknowledge")
    @needs(Role.OPERATOR)
    def acknowledge() -> Answer:
        folder, id_ = _folder(parts), request.form.get("alarm", "")
        item = parts.items.tree.get(id_)
        taken = isinstance(item, AlarmItem) and parts.site.alarms.acknowledge(item.key, parts.clock.now(), _by())
        if taken:
            door.note(me().name, address(), "Acknowledged an alarm", id_)
        flash("The alarm is acknowledged." if taken else "This alarm has nothing to acknowledge any more.")
        return redirect(url_for("site.page", id=folder.id))

    made.add_app_template_global(path_of, "path_of")
    return made


def _shown(parts: Parts, refused: Mapping[str, tuple[str, str]]) -> str:
    """Show a folder; of items that could not be set, what was typed and why not, by their ids."""
    folder, text = _folder(parts), request.args.get("search", "").strip()
    number = min(max(1, answers.whole_number("page") or 1), pages_of(folder))
    settable = [item for item in folder.values if item.point.writeable]
    return render_template(
        "site.html",
        folder=folder,
        path=folder.path(),
        table=values(parts.items.tree, folder, parts.items.age()),
        settable=[(item, written(item), *refused.get(item.id, ("", ""))) for item in settable],
        not_here=[why for id_, (_, why) in refused.items() if id_ not in {item.id for item in settable}],
        alarms=[(item, parts.site.alarms.event(item.key)) for item in folder.alarms],
        below=below(parts.items.tree, folder, parts.site.alarms, number),
        number=number,
        last=pages_of(folder),
        all=len(folder.folders),
        shown=PAGE,
        search=text,
        found=search(parts.items.tree, text),
    )


def _name(id_: str) -> str:
    return id_.rpartition("/")[2]


def _by() -> str:
    """Return what ledger and log call who is logged in: a user of EWS may have the same name."""
    return f"{me().name} (pages)"


def _set(parts: Parts, rows: list[tuple[str, str]]) -> list[WriteResult]:
    """Set as an EWS client would: by the same rules, into the same ledger."""
    figures, refused = parts.measured.figures, parts.site.refused.keep
    return set_values(parts.items.tree, parts.site.writer, rows, _by(), address(), figures, refused)


def _folder(parts: Parts) -> Folder:
    """Return the folder that is asked for, the root where none is."""
    folder = folder_at(parts.items.tree, request.values.get("id", ""))
    if folder is None:
        abort(404, "There is no such folder in the site any more. Search for it by its name.")
    return folder
