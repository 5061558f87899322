"""OpenAPI documents as the simulator serves them, and a page to read and try their calls; beside both APIs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Protocol

import yaml
from flask import Flask, Response

from evce_simulator.answers import answer

_FILES = resources.files("evce_simulator")
_PAGE = {"/docs": "api.html", "/api.js": "api.js", "/token.js": "token.js", "/page.css": "page.css"}
_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css"}

# Pages load nothing from other machines.
ONLY_FROM_HERE = {"Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:"}


class Timed(Protocol):
    """Who knows the time of the site: the model."""

    def system(self) -> dict[str, Any]:
        """Return who answers, with the `time` of its clock."""
        ...


@cache
def contract() -> dict[str, Any]:
    """Return the OpenAPI document (3.1) of the API."""
    document: dict[str, Any] = yaml.safe_load(contract_text())
    return document


def contract_text() -> str:
    """Return the OpenAPI document of the API as it is written."""
    return (_FILES / "evce-api.yaml").read_text(encoding="utf-8")


def add_openapi(app: Flask, document: dict[str, Any], site: Timed, text: str | None = None) -> None:
    """Serve a document as JSON and YAML (`text`, where it is written as such), and the page.

    The page fills the times of its examples from the site's clock, which anyone may read at /clock.json.
    """

    @cache  # few ask for it, and to write it takes longer than all else of a simulator's start
    def written() -> str:
        return yaml.safe_dump(document, sort_keys=False, allow_unicode=True) if text is None else text

    @app.get("/openapi.json")
    def as_json() -> Response:
        return answer(document)

    @app.get("/openapi.yaml")
    def as_yaml() -> Response:
        return Response(written(), content_type="application/yaml; charset=utf-8")

    @app.get("/clock.json")
    def clock() -> Response:
        return answer({"time": site.system()["time"]})

    add_files(app, _PAGE)


def add_files(app: Flask, files: Mapping[str, str]) -> None:
    """Serve files of the pages, by path."""

    def add(path: str, file: str) -> None:
        content_type = f"{_TYPES[file.rpartition('.')[2]]}; charset=utf-8"

        def view() -> Response:
            content = (_FILES / "page" / file).read_bytes()
            return Response(content, headers=ONLY_FROM_HERE, content_type=content_type)

        app.add_url_rule(path, file, view, methods=["GET"])

    for path, file in files.items():
        add(path, file)
