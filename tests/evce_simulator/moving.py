"""Living sites for tests of what moves them, and any actions on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from evce_simulator import ManualClock, Model, generate
from evce_simulator.errors import SimulatorError
from evce_simulator.life import PLAIN, Life
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HOUR = 3600


def living(
    zones: int = 2, stations: int = 4, connectors: int = 8, seed: int = 0, life: Life = PLAIN
) -> tuple[Model, ManualClock]:
    """Make a living site of so many objects on a clock that stands."""
    clock = ManualClock()
    scenario = generate(zones, stations, connectors, seed)
    scenario.live, scenario.life = True, life
    return Model(scenario, clock, seed), clock


def do(model: Model, action: str, number: int) -> None:
    """Do something to the site; what makes no sense now is refused and changes nothing."""
    zones, stations = len(model.site.zones), len(model.site.stations)
    station, zone = number % stations + 1, number % zones + 1
    connector = number % len(model.site.connectors) + 1
    actions: dict[str, Callable[[], Any]] = {
        "plug": lambda: model.plug(connector),
        "unplug": lambda: model.unplug(connector),
        "fault": lambda: model.fault(connector, "GroundFailure"),
        "repair": lambda: model.repair(connector),
        "reserve": lambda: model.reserve(connector),
        "cancel": lambda: model.cancel_reservation(connector),
        "disconnect": lambda: model.disconnect(station),
        "connect": lambda: model.connect(station),
        "off": lambda: model.set_availability(connector, available=False),
        "on": lambda: model.set_availability(connector, available=True),
        "reduce": lambda: model.set_reduction(zone, number % 101, model_time(model, HOUR)),
        "clear": lambda: model.clear_reduction(zone),
        "move": lambda: model.move_station(station, zone),
        "limit": lambda: model.set_zone(zone, maxCurrent=number % 60),
    }
    try:
        actions[action]()
    except SimulatorError:
        return


def model_time(model: Model, later: float) -> datetime:
    """Return the instant so many seconds after what the site's clock shows."""
    return datetime.fromisoformat(model.system()["time"]) + timedelta(seconds=later)


ACTED = ["plug", "plug", "plug", "unplug", "fault", "repair", "reserve", "cancel", "disconnect", "connect"]
ACTED += ["off", "on", "reduce", "clear", "move", "limit"]
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(ACTED),
        st.integers(0, 200),
        st.integers(0, 3 * HOUR),
    ),
    max_size=25,
)
SITES = st.tuples(st.integers(1, 3), st.integers(3, 6), st.integers(6, 12), st.integers(0, 10**6))
