"""What is said to browsers with each page: load nothing from elsewhere, run nothing written into it, keep nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
KEPT = 365 * 86400
"""Seconds that a browser may keep a file whose address names its content."""
NAMES_CONTENT = "v"


def protect(response: Response) -> Response:
    """Add the headers; a style sheet or script may be kept, by an address that names its content for long."""
    response.headers.update(HEADERS)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    elif NAMES_CONTENT in request.args and response.status_code == 200:  # noqa: PLR2004 - HTTP's
        response.headers["Cache-Control"] = f"private, max-age={KEPT}, immutable"
    return response


def name_content(app: Flask) -> None:
    """Let the addresses of style sheet and script name their content, so that browsers keep them.

    A page is answered just before the connector starts anew with what it saved: it must not ask for its script then.
    """
    files = [file for file in Path(app.static_folder or "").iterdir() if file.is_file()]
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in files}

    @app.url_defaults
    def name(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in digests:
            values[NAMES_CONTENT] = digests[values["filename"]]
