"""The paths of the contract (evce-api.yaml) over the model: thin, each reads its request and asks the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from evce_simulator import reading
from evce_simulator.accounts import Accounts
from evce_simulator.answers import answer
from evce_simulator.errors import InvalidRequestError, NotConnectedError, UnknownObjectError
from evce_simulator.model import Model
from evce_simulator.openapi import add_openapi, contract, contract_text
from evce_simulator.problems import problem

BASE_PATH = "/api/v2"
ADMISSION = "evce_simulator.admission"
"""Where, in a request's environment, a dialect puts its own way in; no request over HTTP can."""
Admission = Callable[[], tuple[int, str] | None]
"""Says status and reason of a refusal, None for who may come in."""
_LOGIN_NEEDED = {"WWW-Authenticate": 'Basic realm="EVCE", charset="UTF-8"'}


def make_app(model: Model, accounts: Accounts) -> Flask:
    """Make the application that answers under /api/v2."""
    app = Flask("evce_simulator", static_folder=None)
    app.url_map.strict_slashes = True
    api = Blueprint("api", __name__, url_prefix=BASE_PATH)

    @app.before_request
    def authenticate() -> Response | None:
        if not request.path.startswith(f"{BASE_PATH}/") or request.path == f"{BASE_PATH}/login":
            return None
        if (admission := request.environ.get(ADMISSION)) is not None:
            refused = admission()
            return None if refused is None else problem(*refused)
        if accounts.refuses(request.headers.get("Authorization")):
            return problem(403, "This token is not accepted any more; log in again.")
        if accounts.admits(request.headers.get("Authorization")):
            return None
        return problem(401, "Send the login by basic authentication, or a token from POST /login.", _LOGIN_NEEDED)

    _add_login(api, accounts)
    _add_lists(api, model)
    _add_objects(api, model)
    _add_writes(api, model)
    app.register_blueprint(api)
    add_openapi(app, contract(), model, contract_text())
    _add_errors(app)
    return app


def _add_login(api: Blueprint, accounts: Accounts) -> None:
    @api.post("/login")
    def login() -> Response:
        body = reading.json_body(request, ("login", "password"))
        token = accounts.issue_token(reading.text_field(body, "login"), reading.text_field(body, "password"))
        if token is None:
            return problem(401, "Login or password is wrong.", _LOGIN_NEEDED)
        return answer({"token": token, "expiresIn": accounts.token_lifetime})


def _add_lists(api: Blueprint, model: Model) -> None:
    def add(kind: str, *filters: str) -> None:
        def view() -> Response:
            limit, offset = reading.page(request)
            chosen = {name: reading.integer_in_query(request, f"{name}Id", 1) for name in filters}
            items, total = model.page(kind, limit, offset, **chosen)
            return answer({"items": items, "total": total})

        api.add_url_rule(f"/{kind}s", f"{kind}s", view, methods=["GET"])

    add("zone")
    add("station", "zone")
    add("connector", "zone", "station")


def _add_objects(api: Blueprint, model: Model) -> None:
    def add(kind: str, read: Callable[[int], dict[str, Any]]) -> None:
        def view(text: str) -> Response:
            return answer(read(number_of(kind, text)))

        api.add_url_rule(f"/{kind}s/<text>", kind, view, methods=["GET"])

    add("zone", model.zone)
    add("station", model.station)
    add("connector", model.connector)

    @api.get("/system")
    def system() -> Response:
        return answer(model.system())


def _add_writes(api: Blueprint, model: Model) -> None:
    @api.put("/zones/<text>/reduction")
    def put_reduction(text: str) -> Response:
        number = number_of("zone", text)
        body = reading.json_body(request, ("value", "type", "validity", "validityMode"))
        value = reading.number_field(body, "value")
        reading.constant_field(body, "type", "percentage")
        reading.constant_field(body, "validityMode", "absolute")
        return answer(model.set_reduction(number, value, reading.instant_field(body, "validity")))

    @api.delete("/zones/<text>/reduction")
    def delete_reduction(text: str) -> Response:
        return answer(model.clear_reduction(number_of("zone", text)))

    @api.put("/connectors/<text>/availability")
    def put_availability(text: str) -> Response:
        number = number_of("connector", text)
        body = reading.json_body(request, ("available",))
        return answer(model.set_availability(number, reading.boolean_field(body, "available")))


def number_of(kind: str, text: str) -> int:
    """Return the id in a path; InvalidRequestError when it cannot be one."""
    number = reading.number_in_path(text)
    if number is None:
        raise InvalidRequestError(f"The id of a {kind} is an integer of 1 or more, not {text!r}.")
    return number


def _add_errors(app: Flask) -> None:
    @app.errorhandler(UnknownObjectError)
    def unknown(error: UnknownObjectError) -> Response:
        return problem(404, str(error))

    @app.errorhandler(InvalidRequestError)
    def invalid(error: InvalidRequestError) -> Response:
        return problem(400 if isinstance(error, reading.MalformedRequestError) else 422, str(error))

    @app.errorhandler(NotConnectedError)
    def not_connected(error: NotConnectedError) -> Response:
        return problem(409, str(error))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        allow = {name: value for name, value in error.get_headers() if name == "Allow"}
        details = {404: f"There is nothing at {request.path}.", 405: f"{request.method} is not offered here."}
        return problem(error.code or 500, details.get(error.code or 500, error.description or error.name), allow)
