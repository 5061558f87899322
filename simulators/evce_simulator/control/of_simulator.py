"""Operations of the simulator as a whole: its state, clock, faults and journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evce_simulator.catalogue import catalogue
from evce_simulator.control.controlled import Controlled
from evce_simulator.control.operation import NOTHING, Asked, Operation, Schema, body_of, list_of, ref
from evce_simulator.records import moment_of

_YEARS = 315_576_000
"""Seconds in ten years: the most that a clock is moved at once."""
_FASTEST = 1_000_000
_TEXT: Schema = {"type": "string"}
_SEED: Schema = {"type": "integer", "examples": [0]}


def of_simulator(simulator: Controlled) -> list[Operation]:
    """Declare them."""
    return [*_of_state(simulator), *_of_clock(simulator), *_of_faults(simulator), *_of_journal(simulator)]


def _of_state(simulator: Controlled) -> list[Operation]:
    model = simulator.model

    def state(_: Asked) -> dict[str, Any]:
        return {
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

    def reset(asked: Asked) -> dict[str, Any]:
        simulator.reset(asked.body.get("seed"))
        return {"seed": model.seed}

    def load(asked: Asked) -> dict[str, Any]:
        simulator.load(asked.body)
        return {"time": simulator.clock.now().isoformat()}

    seeded: Schema = {"type": "object", "required": ["seed"], "properties": {"seed": {"type": "integer"}}}
    loaded: Schema = {
        "type": "object",
        "required": ["time"],
        "properties": {"time": {"type": "string", "format": "date-time"}},
    }
    return [
        Operation("State", "GET", "/state", "The whole site, its clock and its faults", state, ref("State")),
        Operation(
            "State",
            "POST",
            "/reset",
            "Begin the scenario anew, without faults and with an empty journal; with the same seed or another",
            reset,
            seeded,
            body_of({"seed": _SEED}),
        ),
        Operation("State", "GET", "/snapshot", "Save the site with all that moves it", lambda _: simulator.save(),
                  ref("Snapshot")),
        Operation("State", "POST", "/snapshot", "Go on from what was saved, here or by another simulator", load, loaded,
                  body_of({"site": {"description": "as GET /snapshot gives it"}}, more=True)),
    ]  # fmt: skip


def _clock(simulator: Controlled) -> dict[str, Any]:
    clock = simulator.clock
    return {
        "time": clock.now().isoformat().replace("+00:00", "Z"),
        "monotonic": clock.monotonic(),
        "speed": clock.speed,
        "paused": clock.paused,
    }


def _of_clock(simulator: Controlled) -> list[Operation]:
    clock = simulator.clock
    changes: dict[str, tuple[Callable[[Any], None], Schema]] = {
        "speed": (
            clock.set_speed,
            {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": _FASTEST,
                "description": "seconds of the site in a second of the machine",
                "examples": [60],
            },
        ),
        "paused": (
            lambda value: clock.pause() if value else clock.resume(),
            {"type": "boolean", "description": "whether time stands"},
        ),
        "step": (
            clock.step,
            {"type": "number", "maximum": _YEARS, "description": "seconds that pass at once, 0 or more"},
        ),
        "jump": (
            clock.jump,
            {
                "type": "number",
                "minimum": -_YEARS,
                "maximum": _YEARS,
                "description": "seconds by which the wall clock is set, as a time server does; no time passes",
            },
        ),
        "time": (
            lambda value: clock.jump((moment_of(value) - clock.now()).total_seconds()),
            {"type": "string", "format": "date-time", "description": "what the wall clock is set to"},
        ),
    }

    def change(asked: Asked) -> dict[str, Any]:
        for name, value in asked.body.items():
            changes[name][0](value)
        return _clock(simulator)

    offered = {name: schema for name, (_, schema) in changes.items()}
    return [
        Operation("Clock", "GET", "/clock", "What the site's clock shows", lambda _: _clock(simulator), ref("Clock")),
        Operation(
            "Clock",
            "POST",
            "/clock",
            "Change the site's clock, in the order of the body",
            change,
            ref("Clock"),
            body_of(offered),
        ),
    ]


def _of_faults(simulator: Controlled) -> list[Operation]:
    def faults(_: Asked) -> dict[str, Any]:
        return {
            "catalogue": [row.as_json() for row in catalogue().values()],
            "active": [fault.as_json() for fault in simulator.faults.active()],
        }

    def inject(asked: Asked) -> dict[str, Any]:
        return simulator.faults.add(**asked.body).as_json()

    def clear(asked: Asked) -> dict[str, Any]:
        simulator.clear_faults(asked.query["name"])
        return {}

    listed: Schema = {
        "type": "object",
        "required": ["catalogue", "active"],
        "properties": {"catalogue": list_of("FaultRow"), "active": list_of("ActiveFault")},
    }
    named: Schema = {"type": "string", "enum": list(catalogue())}
    raised: dict[str, Schema] = {
        "name": named | {"examples": ["unavailable"], "description": "beside it, options of its row in GET /faults"},
        "calls": {"type": "integer", "minimum": 1, "description": "over after so many hits", "examples": [5]},
        "seconds": {"type": "number", "exclusiveMinimum": 0, "description": "over after so many seconds of the site"},
        "probability": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "of hitting a call"},
        "method": _TEXT | {"description": "hits calls of this method only"},
        "path": _TEXT | {"description": "hits this path after /api/v2 only; * at the end for a beginning"},
    }
    body = body_of(raised, ["name"], more=True)
    return [
        Operation("Faults", "GET", "/faults", "Faults that can be raised, and those that are", faults, listed),
        Operation("Faults", "POST", "/faults", "Raise a fault", inject, ref("ActiveFault"), body),
        Operation(
            "Faults",
            "DELETE",
            "/faults",
            "End all faults, or those of a name",
            clear,
            NOTHING,
            query={"name": named},
        ),
    ]


def _of_journal(simulator: Controlled) -> list[Operation]:
    def journal(asked: Asked) -> dict[str, Any]:
        chosen = dict(asked.query)
        last = chosen.pop("last")
        entries = simulator.journal.entries(**chosen)
        return {"count": len(entries), "entries": [entry.as_json() for entry in entries[-last:]]}

    def clear(_: Asked) -> dict[str, Any]:
        simulator.journal.clear()
        return {}

    answered: Schema = {
        "type": "object",
        "required": ["count", "entries"],
        "properties": {
            "count": {"type": "integer", "description": "how many fit; the last of them follow"},
            "entries": list_of("Entry"),
        },
    }
    query: dict[str, Schema] = {
        "method": _TEXT,
        "path": _TEXT | {"description": "after /api/v2; * at the end for a beginning"},
        "status": {"type": "integer", "description": "0 for connections that were cut"},
        "fault": _TEXT | {"description": "name of the fault that hit it"},
        "since": {"type": "number", "description": "monotonic seconds, as GET /clock gives them"},
        "last": {"type": "integer", "minimum": 1, "default": 1000, "description": "how many to show at most"},
    }
    return [
        Operation("Journal", "GET", "/journal", "Requests to the API that fit all that is given", journal, answered,
                  query=query),
        Operation("Journal", "DELETE", "/journal", "Forget all requests", clear, NOTHING),
    ]  # fmt: skip
