"""Errors of the API as problems (RFC 9457, application/problem+json)."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Response


def problem_body(status: int, detail: str, title: str | None = None) -> str:
    """Write a problem: its status by name or another title, and a sentence that says what to do."""
    body = {"type": "about:blank", "title": title or HTTPStatus(status).phrase, "status": status, "detail": detail}
    return json.dumps(body, ensure_ascii=False)


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Make the answer for an error."""
    return Response(problem_body(status, detail), status, headers, content_type="application/problem+json")
