"""The contract as the simulator serves it, and a page to try its calls; beside the API, not under /api/v2."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml
from flask import Flask, Response

from evce_simulator.answers import answer

_FILES = resources.files("evce_simulator")
_PAGE = {
    "/docs": ("api.html", "text/html"),
    "/api.js": ("api.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}

# Pages load nothing from other machines.
ONLY_FROM_HERE = {"Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:"}


@cache
def contract() -> dict[str, Any]:
    """Return the OpenAPI document (3.1) of the API."""
    document: dict[str, Any] = yaml.safe_load(contract_text())
    return document


def contract_text() -> str:
    """Return the OpenAPI document as it is written."""
    return (_FILES / "evce-api.yaml").read_text(encoding="utf-8")


def add_openapi(app: Flask) -> None:
    """Serve the contract as JSON and YAML, and the page."""

    @app.get("/openapi.json")
    def as_json() -> Response:
        return answer(contract())

    @app.get("/openapi.yaml")
    def as_yaml() -> Response:
        return Response(contract_text(), content_type="application/yaml; charset=utf-8")

    def add(path: str, file: str, content_type: str) -> None:
        def view() -> Response:
            content = (_FILES / "page" / file).read_bytes()
            return Response(content, headers=ONLY_FROM_HERE, content_type=f"{content_type}; charset=utf-8")

        app.add_url_rule(path, file, view, methods=["GET"])

    for path, (file, content_type) in _PAGE.items():
        add(path, file, content_type)
