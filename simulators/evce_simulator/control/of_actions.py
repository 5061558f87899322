"""Operations that are something happening at the site: plugs, faults of connectors, lost stations, reductions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from evce_simulator import ocpp
from evce_simulator.control.of_objects import KINDS
from evce_simulator.control.operation import NOTHING, Asked, Operation, Schema, body_of, ref
from evce_simulator.model import Model
from evce_simulator.records import moment_of
from evce_simulator.vehicles import MIXED


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done to an object of a kind: what of the body it takes, by name, and which of that it needs."""

    kind: str
    name: str
    summary: str
    run: Callable[[int, dict[str, Any]], object]
    takes: dict[str, Schema] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


def of_actions(model: Model) -> list[Operation]:
    """Declare them."""
    rows = [*_at_connectors(model), *_at_stations(model), *_at_zones(model), *_releases(model)]
    return [*(_operation(model, row) for row in rows), *_of_reporting(model)]


def _operation(model: Model, action: Action) -> Operation:
    read: Callable[[int], dict[str, Any]] = getattr(model, action.kind)

    def act(asked: Asked) -> dict[str, Any]:
        action.run(asked.number, asked.body)
        return read(asked.number)

    shown, body = ref(KINDS[action.kind].__name__), body_of(action.takes, action.needs)
    path = f"/{action.kind}s/{{id}}/{action.name}"
    return Operation(f"At a {action.kind}", "POST", path, action.summary, act, shown, body if action.takes else None)


def _at_connectors(model: Model) -> list[Action]:
    chargers = list(dict.fromkeys(each.name for each in MIXED))
    charger: Schema = {"type": "string", "enum": chargers, "description": "its charger; any without"}
    code: Schema = {"type": "string", "enum": list(ocpp.ERROR_CODES), "default": "OtherError"}
    available: Schema = {"type": "boolean", "examples": [False]}
    return [
        Action("connector", "plug", "Plug a vehicle in", lambda number, body: model.plug(number, body.get("charger")),
               {"charger": charger}),
        Action("connector", "unplug", "Take the vehicle away", lambda number, _: model.unplug(number)),
        Action("connector", "fault", "Bring it down with an error code of OCPP 1.6",
               lambda number, body: model.fault(number, body.get("errorCode", "OtherError")), {"errorCode": code}),
        Action("connector", "repair", "End its fault", lambda number, _: model.repair(number)),
        Action("connector", "reserve", "Reserve it for half an hour", lambda number, _: model.reserve(number)),
        Action("connector", "cancel-reservation", "End its reservation",
               lambda number, _: model.cancel_reservation(number)),
        Action("connector", "reset-meter", "Let its energy begin at 0 again",
               lambda number, _: model.reset_meter(number)),
        Action("connector", "availability", "Make it operative or inoperative",
               lambda number, body: model.set_availability(number, body["available"]), {"available": available},
               ("available",)),
    ]  # fmt: skip


def _at_stations(model: Model) -> list[Action]:
    gone_on: Schema = {"type": "number", "description": "kWh that each of its meters counted meanwhile", "default": 0}
    zone: Schema = {"type": "integer", "description": "id of the zone", "examples": [1]}
    rejects: Schema = {"type": "boolean", "default": True}
    return [
        Action("station", "disconnect", "Lose the connection to it", lambda number, _: model.disconnect(number)),
        Action("station", "connect", "Find it again", lambda number, body: model.connect(number, body.get("goneOn", 0)),
               {"goneOn": gone_on}),
        Action("station", "move", "Move it to another zone",
               lambda number, body: model.move_station(number, body["zone"]), {"zone": zone}, ("zone",)),
        Action("station", "rename", "Give it another name",
               lambda number, body: model.rename("station", number, body["name"]), {"name": _name("Gate")}, ("name",)),
        Action("station", "reject-availability", "Let it reject each change of availability, or no longer",
               lambda number, body: model.reject_availability(number, body.get("rejects", True)), {"rejects": rejects}),
    ]  # fmt: skip


def _at_zones(model: Model) -> list[Action]:
    value: Schema = {"type": "number", "minimum": 0, "maximum": 100, "description": "per cent", "examples": [30]}
    validity: Schema = {"type": "string", "format": "date-time", "description": "until when, by the site's clock"}
    return [
        Action("zone", "rename", "Give it another name",
               lambda number, body: model.rename("zone", number, body["name"]), {"name": _name("Z9")}, ("name",)),
        Action("zone", "reduce", "Set its reduction, as the API does",
               lambda number, body: model.set_reduction(
                   number, body["value"], moment_of(body["validity"]).astimezone(UTC)),
               {"value": value, "validity": validity}, ("value", "validity")),
        Action("zone", "clear-reduction", "Clear its reduction", lambda number, _: model.clear_reduction(number)),
    ]  # fmt: skip


def _name(example: str) -> Schema:
    return {"type": "string", "examples": [example]}


def _releases(model: Model) -> list[Action]:
    summary = "Show it as the model has it, without what was set by hand"
    return [
        Action(kind, "release", summary, lambda number, _, kind=kind: model.release(kind, number))  # type: ignore[misc]
        for kind in KINDS
    ]


def _of_reporting(model: Model) -> list[Operation]:
    def wired(asked: Asked) -> dict[str, Any]:
        model.report_on_wired_phase(asked.body["wired"])
        return {}

    def leaves(asked: Asked) -> dict[str, Any]:
        model.let_reductions_leave(asked.body["leaves"])
        return {}

    truth: Schema = {"type": "boolean", "examples": [True]}
    return [
        Operation("At the site", "POST", "/wired-phase",
                  "Let mono connectors report on the phase that they are wired to, or on phase 1", wired, NOTHING,
                  body_of({"wired": truth}, ["wired"])),
        Operation("At the site", "POST", "/reduction-leaves",
                  "Let a reduction of 10 % leave 10 % of a zone's maximum, or take 10 % away", leaves, NOTHING,
                  body_of({"leaves": truth}, ["leaves"])),
    ]  # fmt: skip
