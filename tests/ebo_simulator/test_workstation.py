"""Browsing, reading and showing as an operator sees it."""

import pytest
from ebo_simulator import Workstation
from ebo_simulator.errors import UnknownPathError

from tests.ebo_simulator.ews_stub import Stub


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("EVCE Zones/Z1/ZoneId", "1"),
        ("EVCE Zones/Z1/ZoneMaxCurrent(A)", "100 A"),
        ("EVCE Zones/Z1/ZoneOverallActivePowerPhase1", "0.00 kW [Offline]"),
        ("EVCE Zones/Z1/ZoneReduction", "10.00"),
        ("EVCE Zones/Z1/ZoneValidity", "12/16/2149 8:27:56 AM"),
        ("EVCE Zones/Z1/EVSimu1/StationIsConnected", "True"),
    ],
)
def test_values_are_shown_as_on_the_screens_of_the_guide(workstation: Workstation, path: str, shown: str) -> None:
    assert workstation.value(path) == shown


def test_the_tree_is_read_level_by_level(workstation: Workstation, stub: Stub) -> None:
    assert list(workstation.tree.folders) == [
        "",
        "EVCE Zones",
        "EVCE Zones/Z1",
        "EVCE Zones/Z1/EVSimu1",
        "EVCE Zones/Z1/EVSimu1/Connector-1",
        "EVCE Zones/Z1/OverallConsumptionLogs",
    ]
    assert len(stub.asked("GetContainerItems")) == 5


def test_a_path_in_the_wrong_case_is_answered_with_the_right_one(workstation: Workstation) -> None:
    with pytest.raises(UnknownPathError, match="Did you mean 'EVCE Zones/Z1'"):
        workstation.list_view("evce zones/z1")
