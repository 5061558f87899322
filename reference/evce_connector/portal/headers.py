"""What is said to browsers with each page: load nothing from elsewhere, run nothing written into it, keep nothing."""

from __future__ import annotations

from flask import Response, request

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def protect(response: Response) -> Response:
    """Add the headers; a style sheet may be kept, and is asked for by its ETag."""
    response.headers.update(HEADERS)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
