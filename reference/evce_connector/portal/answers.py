"""What pages answer that is no page: a table as the script of an open one asks for it, and sheets to keep."""

from __future__ import annotations

from flask import Response, jsonify, request

from evce_connector.portal.listing import Listing


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
