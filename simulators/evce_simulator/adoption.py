"""How a connector of a living site goes on from the status that it was found in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evce_simulator import ocpp, vehicles
from evce_simulator.outlet import Outlet

if TYPE_CHECKING:
    from evce_simulator.engine import Engine

_WITH_TRANSACTION = frozenset({ocpp.CHARGING, ocpp.SUSPENDED_EV, ocpp.SUSPENDED_EVSE})


def adopt(engine: Engine, outlet: Outlet) -> None:
    """Give a connector the vehicle that its status tells of, and plan what comes next."""
    agenda, loads, draws = engine.agenda, engine.loads, outlet.draws
    if outlet.status in _WITH_TRANSACTION:
        outlet.visit = engine.visitor(outlet)
        outlet.visit.transaction = outlet.record.transaction_id or engine.next_transaction
        engine.next_transaction = max(engine.next_transaction, outlet.visit.transaction + 1)
        if outlet.status == ocpp.SUSPENDED_EV:
            outlet.visit.needed = outlet.visit.returns = 0
        loads.stop(outlet)
        loads.join(outlet)
    elif outlet.status == ocpp.PREPARING:
        outlet.visit = engine.visitor(outlet)
        agenda.plan(outlet, engine.now + vehicles.preparation(draws))
    elif outlet.status == ocpp.FINISHING:
        agenda.plan(outlet, engine.now + vehicles.lingering(draws))
    elif outlet.status == ocpp.RESERVED:
        agenda.plan(outlet, engine.now + vehicles.RESERVED_FOR)
    elif outlet.status == ocpp.AVAILABLE:
        agenda.plan(outlet, vehicles.next_chance(draws, engine.now))
