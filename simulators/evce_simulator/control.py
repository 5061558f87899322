"""The control plane: everything that a test or a person does to the simulator, on its own port, behind a token."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import UTC
from importlib import resources
from typing import Any, Protocol

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from evce_simulator.answers import answer
from evce_simulator.catalogue import catalogue
from evce_simulator.clock import VirtualClock
from evce_simulator.errors import InvalidRequestError, SimulatorError, UnknownObjectError
from evce_simulator.faults import Faults
from evce_simulator.journal import Journal
from evce_simulator.model import Model
from evce_simulator.openapi import ONLY_FROM_HERE
from evce_simulator.problems import problem
from evce_simulator.records import moment_of

CONTROL_PATH = "/control"
_KINDS = ("zone", "station", "connector")
_PAGE_FILES = {"": "index.html", "page.js": "page.js", "page.css": "page.css"}
_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css"}


class Controlled(Protocol):
    """What is controlled from here, as far as this needs it: the simulator."""

    clock: VirtualClock
    model: Model
    faults: Faults
    journal: Journal
    control_token: str

    @property
    def url(self) -> str:
        """Base URL of the API."""
        ...

    def clear_faults(self, name: str | None = None) -> None:
        """End all faults, or those of a name."""
        ...

    def save(self) -> dict[str, Any]:
        """Return the whole state as a snapshot."""
        ...

    def load(self, saved: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        ...

    def reset(self, seed: int | None = None) -> None:
        """Begin the scenario anew."""
        ...


def make_control(simulator: Controlled) -> Flask:
    """Make the application of the control port: the page, and under /control what the page and tests use."""
    app = Flask("evce_simulator.control", static_folder=None)
    control = Blueprint("control", __name__, url_prefix=CONTROL_PATH)

    @app.before_request
    def authenticate() -> Response | None:
        if not request.path.startswith(f"{CONTROL_PATH}/"):
            return None
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if hmac.compare_digest(given.encode(), simulator.control_token.encode()):
            return None
        return problem(401, "Send the control token as Authorization: Bearer TOKEN; it is printed at start.")

    _add_state(control, simulator)
    _add_clock(control, simulator)
    _add_objects(control, simulator.model)
    _add_actions(control, simulator.model)
    _add_faults(control, simulator)
    _add_journal(control, simulator)
    app.register_blueprint(control)
    _add_page(app)
    _add_errors(app)
    return app


def _body() -> dict[str, Any]:
    """Return the JSON object of the request, empty when there is no body."""
    body = request.get_json(silent=True) if request.data else {}
    if not isinstance(body, dict):
        raise InvalidRequestError("The body must be a JSON object.")
    return body


def _add_state(control: Blueprint, simulator: Controlled) -> None:
    model = simulator.model

    @control.get("/state")
    def state() -> Response:
        return answer(
            {
                "scenario": model.scenario.name,
                "title": model.scenario.title,
                "live": model.live,
                "life": model.life.as_json(),
                "seed": model.seed,
                "url": simulator.url,
                "requests": simulator.journal.count(),
                "clock": _clock(simulator),
                "faults": [fault.as_json() for fault in simulator.faults.active()],
                "site": model.dump(),
            }
        )

    @control.post("/reset")
    def reset() -> Response:
        simulator.reset(_body().get("seed"))
        return answer({"seed": model.seed})

    @control.get("/snapshot")
    def save_snapshot() -> Response:
        return answer(simulator.save())

    @control.post("/snapshot")
    def load_snapshot() -> Response:
        simulator.load(_body())
        return answer({"time": simulator.clock.now().isoformat()})


def _clock(simulator: Controlled) -> dict[str, Any]:
    clock = simulator.clock
    return {
        "time": clock.now().isoformat().replace("+00:00", "Z"),
        "monotonic": clock.monotonic(),
        "speed": clock.speed,
        "paused": clock.paused,
    }


def _add_clock(control: Blueprint, simulator: Controlled) -> None:
    clock = simulator.clock
    changes: dict[str, Callable[[Any], None]] = {
        "speed": lambda value: clock.set_speed(float(value)),
        "paused": lambda value: clock.pause() if value else clock.resume(),
        "step": lambda value: clock.step(float(value)),
        "jump": lambda value: clock.jump(float(value)),
        "time": lambda value: clock.jump((moment_of(str(value)) - clock.now()).total_seconds()),
    }

    @control.get("/clock")
    def read_clock() -> Response:
        return answer(_clock(simulator))

    @control.post("/clock")
    def change_clock() -> Response:
        body = _body()
        for name, value in body.items():
            if name not in changes:
                raise InvalidRequestError(f"The clock has no {name!r}; it has {', '.join(changes)}.")
            changes[name](value)
        return answer(_clock(simulator))


def _add_objects(control: Blueprint, model: Model) -> None:
    def add(kind: str) -> None:
        read: Callable[[int], dict[str, Any]] = getattr(model, kind)
        change: Callable[..., None] = getattr(model, f"set_{kind}")
        remove: Callable[[int], None] = getattr(model, f"remove_{kind}")

        def one(number: int) -> Response:
            if request.method == "PATCH":
                change(number, **_body())
            elif request.method == "DELETE":
                remove(number)
                return answer({})
            return answer(read(number))

        def many() -> Response:
            if request.method == "POST":
                body = _body()
                model.add(kind, **body)
                return answer(read(body["id"]))
            return answer(getattr(model, f"{kind}s")())

        control.add_url_rule(f"/{kind}s/<int:number>", kind, one, methods=["GET", "PATCH", "DELETE"])
        control.add_url_rule(f"/{kind}s", f"{kind}s", many, methods=["GET", "POST"])

    for kind in _KINDS:
        add(kind)

    @control.route("/system", methods=["GET", "PATCH"])
    def system() -> Response:
        if request.method == "PATCH":
            model.set_system(**_body())
        return answer(model.system())


def _add_actions(control: Blueprint, model: Model) -> None:
    actions: dict[tuple[str, str], Callable[[int, dict[str, Any]], object]] = {
        ("connector", "plug"): lambda number, body: model.plug(number, body.get("charger")),
        ("connector", "unplug"): lambda number, _: model.unplug(number),
        ("connector", "fault"): lambda number, body: model.fault(number, body.get("errorCode", "OtherError")),
        ("connector", "repair"): lambda number, _: model.repair(number),
        ("connector", "reserve"): lambda number, _: model.reserve(number),
        ("connector", "cancel-reservation"): lambda number, _: model.cancel_reservation(number),
        ("connector", "reset-meter"): lambda number, _: model.reset_meter(number),
        ("connector", "availability"): lambda number, body: model.set_availability(number, body["available"]),
        ("station", "disconnect"): lambda number, _: model.disconnect(number),
        ("station", "connect"): lambda number, body: model.connect(number, float(body.get("goneOn", 0))),
        ("station", "move"): lambda number, body: model.move_station(number, body["zone"]),
        ("station", "rename"): lambda number, body: model.rename("station", number, body["name"]),
        ("station", "reject-availability"): lambda number, body: model.reject_availability(
            number, body.get("rejects", True)
        ),
        ("zone", "rename"): lambda number, body: model.rename("zone", number, body["name"]),
        ("zone", "reduce"): lambda number, body: model.set_reduction(
            number, body["value"], moment_of(body["validity"]).astimezone(UTC)
        ),
        ("zone", "clear-reduction"): lambda number, _: model.clear_reduction(number),
    }
    for each in _KINDS:
        actions[each, "release"] = lambda number, _, kind=each: model.release(kind, number)  # type: ignore[misc]

    @control.post("/<any(zone, station, connector):kind>s/<int:number>/<action>")
    def act(kind: str, number: int, action: str) -> Response:
        if (kind, action) not in actions:
            offered = ", ".join(name for of, name in actions if of == kind)
            raise InvalidRequestError(f"There is no action {action!r} on a {kind}; there are {offered}.")
        actions[kind, action](number, _body())
        return answer(getattr(model, kind)(number))

    @control.post("/wired-phase")
    def wired_phase() -> Response:
        model.report_on_wired_phase(bool(_body()["wired"]))
        return answer({})

    @control.post("/reduction-leaves")
    def reduction_leaves() -> Response:
        model.let_reductions_leave(bool(_body()["leaves"]))
        return answer({})


def _add_faults(control: Blueprint, simulator: Controlled) -> None:
    @control.get("/faults")
    def faults() -> Response:
        rows = [row.as_json() for row in catalogue().values()]
        return answer({"catalogue": rows, "active": [fault.as_json() for fault in simulator.faults.active()]})

    @control.post("/faults")
    def inject() -> Response:
        body = _body()
        return answer(simulator.faults.add(body.pop("name"), **body).as_json())

    @control.delete("/faults")
    def clear_faults() -> Response:
        simulator.clear_faults(request.args.get("name"))
        return answer({})


def _add_journal(control: Blueprint, simulator: Controlled) -> None:
    @control.get("/journal")
    def journal() -> Response:
        since, status = request.args.get("since", type=float), request.args.get("status", type=int)
        method, path, fault = (request.args.get(name) for name in ("method", "path", "fault"))
        entries = simulator.journal.entries(method, path, status, fault, since)
        last = request.args.get("last", default=1000, type=int)
        return answer({"count": len(entries), "entries": [entry.as_json() for entry in entries[-last:]]})

    @control.delete("/journal")
    def clear_journal() -> Response:
        simulator.journal.clear()
        return answer({})


def _add_page(app: Flask) -> None:
    files = resources.files("evce_simulator") / "page"

    @app.get("/", defaults={"name": ""})
    @app.get("/<name>")
    def page(name: str) -> Response:
        if name not in _PAGE_FILES:
            return problem(404, f"There is nothing at {request.path}.")
        file = _PAGE_FILES[name]
        content_type = f"{_TYPES[file.rpartition('.')[2]]}; charset=utf-8"
        return Response((files / file).read_bytes(), headers=ONLY_FROM_HERE, content_type=content_type)


def _add_errors(app: Flask) -> None:
    @app.errorhandler(UnknownObjectError)
    def unknown(error: UnknownObjectError) -> Response:
        return problem(404, str(error))

    @app.errorhandler(SimulatorError)
    @app.errorhandler(ValueError)
    def senseless(error: Exception) -> Response:
        return problem(422, str(error))

    @app.errorhandler(KeyError)
    @app.errorhandler(TypeError)
    def misfit(error: Exception) -> Response:
        return problem(422, f"The body does not fit this action: {error}.")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        return problem(error.code or 500, error.description or error.name)
