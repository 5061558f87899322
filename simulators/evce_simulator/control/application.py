"""The application of the control port: the page, and under /control what the page and tests use."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from evce_simulator.answers import answer
from evce_simulator.control.controlled import Controlled
from evce_simulator.control.document import document
from evce_simulator.control.of_actions import of_actions
from evce_simulator.control.of_objects import of_objects
from evce_simulator.control.of_simulator import of_simulator
from evce_simulator.control.operation import CONTROL_PATH, Operation
from evce_simulator.errors import InvalidRequestError, SimulatorError, UnknownObjectError
from evce_simulator.openapi import add_files, add_openapi
from evce_simulator.problems import problem

_PAGE = {"/": "index.html", "/page.js": "page.js", "/site.js": "site.js"}


def operations_of(simulator: Controlled) -> list[Operation]:
    """Return all operations of the control plane."""
    return [*of_simulator(simulator), *of_objects(simulator.model), *of_actions(simulator.model)]


def make_control(simulator: Controlled) -> Flask:
    """Make the application of the control port."""
    app = Flask("evce_simulator.control", static_folder=None)

    @app.before_request
    def authenticate() -> Response | None:
        if not request.path.startswith(f"{CONTROL_PATH}/"):
            return None
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if hmac.compare_digest(given.encode(), simulator.control_token.encode()):
            return None
        return problem(401, "Send the control token as Authorization: Bearer TOKEN; it is printed at start.")

    operations = operations_of(simulator)
    control = Blueprint("control", __name__, url_prefix=CONTROL_PATH)
    for operation in operations:
        _add(control, operation)
    app.register_blueprint(control)
    add_openapi(app, document(operations), simulator.model)
    add_files(app, _PAGE)
    _add_errors(app, operations)
    return app


def _add(control: Blueprint, operation: Operation) -> None:
    """Route an operation."""

    def view(number: int = 0) -> Response:
        return answer(operation.run(operation.asked(number, _body(), request.args)))

    path = operation.path.replace("{id}", "<int:number>")
    control.add_url_rule(path, operation.title.replace(".", " "), view, methods=[operation.method])


def _body() -> dict[str, Any]:
    """Return the JSON object of the request, whatever its type says (curl -d says a form); empty without a body."""
    body = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(body, dict):
        raise InvalidRequestError("The body must be a JSON object.")
    return body


def _add_errors(app: Flask, operations: Sequence[Operation]) -> None:
    @app.errorhandler(UnknownObjectError)
    def unknown(error: UnknownObjectError) -> Response:
        return problem(404, str(error))

    @app.errorhandler(SimulatorError)
    @app.errorhandler(ValueError)
    @app.errorhandler(OverflowError)
    def senseless(error: Exception) -> Response:
        return problem(422, str(error))

    @app.errorhandler(KeyError)
    @app.errorhandler(TypeError)
    def misfit(error: Exception) -> Response:
        return problem(422, f"The body does not fit this action: {error}.")

    @app.errorhandler(NotFound)
    def nothing(_: NotFound) -> Response:
        return problem(404, f"There is nothing at {request.path}. {_offered(request.path, operations)}")

    @app.errorhandler(MethodNotAllowed)
    def no_such_method(error: MethodNotAllowed) -> Response:
        methods = sorted({*(error.valid_methods or ())} - {"HEAD", "OPTIONS"})
        allow = {"Allow": ", ".join(methods)}
        return problem(405, f"{request.method} is not offered at {request.path}; {' and '.join(methods)} is.", allow)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        return problem(error.code or 500, error.description or error.name)


def _offered(path: str, operations: Sequence[Operation]) -> str:
    """Say what there is instead of a path: the actions on an object of its kind, else where to read."""
    kind = path.removeprefix(f"{CONTROL_PATH}/").partition("/")[0]
    names = [each.path.split("/")[3] for each in operations if each.path.startswith(f"/{kind}/{{id}}/")]
    actions = f"POST /control/{kind}/ID/ACTION knows the actions {', '.join(names)}. " if names else ""
    return f"{actions}All operations are at /docs and /openapi.json of this port."
