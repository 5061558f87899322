"""The guide's formulas, from the raw JSON of a site, against sums written differently."""

from __future__ import annotations

from typing import Any

import pytest
from evce_connector.evce.profile import Profile
from evce_connector.site import formulas
from evce_connector.site.formulas import state_of_sum
from evce_connector.site.model import Connector
from evce_connector.site.values import State
from hypothesis import given
from hypothesis import strategies as st

READING = st.integers(min_value=0, max_value=400_000).map(lambda thousandths: thousandths / 1000)
STATES = st.sampled_from([State.GOOD, State.UNCERTAIN, State.OFFLINE])


def connector(profile: Profile, **fields: Any) -> Connector:  # noqa: ANN401 - any JSON
    document = {
        "id": 1,
        "stationId": 1,
        "logicalConnector": 1,
        "status": "available",
        "available": True,
        "dc": False,
        "fixedSetPoint": False,
        "maxCurrent": 32,
        "maxPower": None,
        "phaseConnection": "tri",
        "setPointCurrent": 32,
        "setPointPower": 22,
        "activePower": [0.0, 0.0, 0.0],
        "rmsCurrent": [0.0, 0.0, 0.0],
        "activeEnergy": 0.0,
    }
    return profile.read_connector(document | fields)


@given(st.lists(READING, min_size=3, max_size=3))
def test_total_power_is_phase_1_plus_2_plus_3(profile: Profile, power: list[float]) -> None:
    total = 0.0
    for phase in power:
        total = total + phase
    assert formulas.active_power_total(connector(profile, activePower=power)) == pytest.approx(total)


@given(st.lists(READING, min_size=3, max_size=3), st.sampled_from(["tri", "TRI", "tri-l1", "triphase"]))
def test_the_average_current_of_three_phases_is_a_third_of_their_sum(
    profile: Profile, current: list[float], word: str
) -> None:
    shown = formulas.rms_current_average(connector(profile, rmsCurrent=current, phaseConnection=word))
    assert shown * 3 == pytest.approx(sum(current))


@given(st.lists(READING, min_size=3, max_size=3), st.sampled_from(["mono1", "mono2", "mono3", "Mono", "two", ""]))
def test_the_average_current_of_any_other_connection_is_phase_1(
    profile: Profile, current: list[float], word: str
) -> None:
    assert formulas.rms_current_average(connector(profile, rmsCurrent=current, phaseConnection=word)) == current[0]


@given(st.lists(READING, min_size=3, max_size=3), st.sampled_from(["mono1", "tri", "dc", ""]))
def test_a_dc_connector_counts_as_three_phases(profile: Profile, current: list[float], word: str) -> None:
    shown = formulas.rms_current_average(connector(profile, rmsCurrent=current, phaseConnection=word, dc=True))
    assert shown == pytest.approx((current[0] + current[1] + current[2]) / 3)


@pytest.mark.parametrize(
    ("word", "dc", "known"),
    [
        ("mono1", False, True),
        ("mono", False, True),
        ("MONO3", False, True),
        ("tri", False, True),
        ("Tri", False, True),
        ("two", False, False),
        ("", False, False),
        ("amono", False, False),
        ("two", True, True),
    ],
)
def test_the_guide_covers_mono_tri_and_dc(profile: Profile, word: str, dc: bool, known: bool) -> None:
    assert formulas.phase_connection_is_known(connector(profile, phaseConnection=word, dc=dc)) is known


@pytest.mark.parametrize(
    ("fields", "value", "unit", "given_"),
    [
        ({"maxCurrent": 32, "maxPower": None}, 32, "A", True),
        ({"maxCurrent": 32, "maxPower": 22}, 32, "A", True),
        ({"maxCurrent": None, "maxPower": 22}, 0, "A", False),
        ({"dc": True, "maxCurrent": None, "maxPower": 150}, 150, "kW", True),
        ({"dc": True, "maxCurrent": 217, "maxPower": 150}, 150, "kW", True),
        ({"dc": True, "maxCurrent": 217, "maxPower": None}, 0, "kW", False),
        ({"maxCurrent": 0}, 0, "A", True),
    ],
)
def test_the_maximum_is_a_current_on_ac_and_a_power_on_dc(
    profile: Profile, fields: dict[str, Any], value: int, unit: str, given_: bool
) -> None:
    read = connector(profile, **fields)
    assert (formulas.maximum(read), formulas.maximum_unit(read)) == (value, unit)
    assert formulas.maximum_is_given(read) is given_


@given(st.lists(STATES))
def test_the_state_of_a_sum_follows_its_parts(parts: list[State]) -> None:
    if parts and all(state == State.OFFLINE for state in parts):
        expected = State.OFFLINE
    elif any(state in (State.OFFLINE, State.UNCERTAIN) for state in parts):
        expected = State.UNCERTAIN
    else:
        expected = State.GOOD
    assert state_of_sum(parts) is expected


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([], State.GOOD),
        ([State.GOOD, State.GOOD], State.GOOD),
        ([State.GOOD, State.OFFLINE], State.UNCERTAIN),
        ([State.UNCERTAIN], State.UNCERTAIN),
        ([State.OFFLINE, State.UNCERTAIN], State.UNCERTAIN),
        ([State.OFFLINE, State.OFFLINE], State.OFFLINE),
    ],
)
def test_the_state_of_a_sum_by_hand(parts: list[State], state: State) -> None:
    assert state_of_sum(iter(parts)) is state
