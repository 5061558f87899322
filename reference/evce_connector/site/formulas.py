"""The guide's formulas as pure functions on what one connector reports; sums over parts are declared in the catalogue.

Guide, section 4.2, "Data Points Smart Connector Calculates". Currents in A, power in kW.

>>> connector = Connector(
...     id=1, station_id=1, logical_connector=1, status="charging", available=True, dc=False, fixed_set_point=False,
...     max_current=32, max_power=None, phase_connection="tri", set_point_current=16, set_point_power=11,
...     active_power=(3.5, 3.5, 3.6), rms_current=(15.0, 16.0, 17.0), active_energy=12.5, error_code="NoError",
...     transaction_id=7,
... )
>>> active_power_total(connector), rms_current_average(connector), maximum(connector), maximum_unit(connector)
(10.6, 16.0, 32, 'A')
>>> rms_current_average(connector._replace(phase_connection="mono1"))
15.0
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from evce_connector.site.model import Connector
from evce_connector.site.values import State

MONO, TRI = "mono", "tri"


def active_power_total(connector: Connector) -> float:
    """Return active power phase 1 + phase 2 + phase 3, in kW."""
    return fsum(connector.active_power)


def rms_current_average(connector: Connector) -> float:
    """Return, if tri-phase, (phase 1 + 2 + 3) / 3; if mono, phase 1; in A. DC counts as tri-phase (assumed)."""
    if _is_three_phase(connector):
        return fsum(connector.rms_current) / 3
    return connector.rms_current[0]


def phase_connection_is_known(connector: Connector) -> bool:
    """Tell whether the average follows the guide; of any other phaseConnection phase 1 is shown, Uncertain."""
    return _is_three_phase(connector) or connector.phase_connection.lower().startswith(MONO)


def active_power_total_needs(connector: Connector) -> frozenset[str]:
    """Return what the sum of the phases reads."""
    del connector
    return _phases("active_power")


def rms_current_average_needs(connector: Connector) -> frozenset[str]:
    """Return what the average reads: of a single phase the other two do not matter."""
    phases = _phases("rms_current") if _is_three_phase(connector) else frozenset({"rms_current.1"})
    is_dc = connector.dc and "dc" not in connector.missing
    is_tri = _is_tri(connector) and "phase_connection" not in connector.missing
    return phases if is_dc or is_tri else phases | {"dc", "phase_connection"}  # one of them is enough for three phases


def maximum_needs(connector: Connector) -> frozenset[str]:
    """Return what the maximum reads."""
    return frozenset({"dc", "max_power" if connector.dc else "max_current"})


def _phases(reading: str) -> frozenset[str]:
    return frozenset({f"{reading}.{phase}" for phase in (1, 2, 3)})


def _is_three_phase(connector: Connector) -> bool:
    return connector.dc or _is_tri(connector)


def _is_tri(connector: Connector) -> bool:
    return connector.phase_connection.lower().startswith(TRI)


def maximum(connector: Connector) -> int:
    """Return maximum power (kW) on DC, maximum current (A) on AC; 0 where the controller gives none."""
    return (connector.max_power if connector.dc else connector.max_current) or 0


def maximum_is_given(connector: Connector) -> bool:
    """Tell whether the controller gave the maximum that fits the kind of connector."""
    return (connector.max_power if connector.dc else connector.max_current) is not None


def maximum_unit(connector: Connector) -> str:
    """Return the unit of the maximum: kW on DC, A on AC."""
    return "kW" if connector.dc else "A"


def state_of_sum(parts: Iterable[State]) -> State:
    """Return the state of a sum: Offline when all parts are, Uncertain when some are not Good; Good without parts.

    >>> state_of_sum([State.GOOD, State.OFFLINE])
    <State.UNCERTAIN: 1>
    """
    seen = set(parts)
    if not seen or seen == {State.GOOD}:
        return State.GOOD
    return State.OFFLINE if seen == {State.OFFLINE} else State.UNCERTAIN
