"""What addresses ask for, and what is answered that is no page: a table for the script of an open one, and sheets."""

from __future__ import annotations

from flask import Response, abort, jsonify, request

from evce_connector.portal.listing import Listing

HIGHEST = 2**31 - 1
"""Of numbers in addresses: databases count no further."""


def whole_number(name: str) -> int | None:
    """Return a number of the address that is asked for; None where there is none, 400 for what is none."""
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST)) and int(text) <= HIGHEST):
        abort(400, f"{name} in the address must be a whole number from 0 to {HIGHEST}: go there by the pages' links.")
    return int(text)


def live(table: Listing) -> Response:
    """Answer with rows and note of a table, or that they are as when they were asked for last."""
    answer = jsonify(rows=table.rows, note=table.note)
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def sheet(text: str, name: str) -> Response:
    """Answer with CSV that a browser keeps as a file of that name."""
    answer = Response(text, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
