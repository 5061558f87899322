"""Each lie alters what it says, and nothing else."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from ebo_simulator import Point, Workstation
from ebo_simulator.messages import Container
from lying_proxy import LIES, LyingProxy

from tests.lying_proxy.bench import Site, Tell

pytestmark = pytest.mark.once

REDUCTION = "EVCE Zones/Z1/ZoneReduction"
VALIDITY = "EVCE Zones/Z1/ZoneValidity"
STATUS = "EVCE Zones/Z1/EVSimu1/StationStatus"
CONNECTED = "EVCE Zones/Z1/EVSimu1/StationIsConnected"
CURRENT = "EVCE Zones/Z1/ZoneOverallRmsCurrentPhase1"
READINGS = "EVCE Zones/Z1/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase1-Readings"


def differences(honest: Workstation, lied_to: Workstation) -> dict[str, dict[str, object]]:
    """Browse and read both ways; give by path what the lie shows in each field that differs, {} for what is gone."""
    trees = [workstation.discover().points for workstation in (honest, lied_to)]
    for workstation in (honest, lied_to):
        workstation.read()
    found = {}
    for path in trees[0].keys() | trees[1].keys():
        true, false = (tree.get(path) for tree in trees)
        if true != false:
            found[path] = _fields(true, false) if true and false else {}
    return found


def _fields(true: Point, false: Point) -> dict[str, object]:
    names = [field.name for field in fields(true)]
    return {name: getattr(false, name) for name in names if getattr(true, name) != getattr(false, name)}


ALTERED = {
    "value of a number": ("value", REDUCTION, {}, {"value": "11.0"}),
    "value by an amount": ("value", REDUCTION, {"by": "-2.5"}, {"value": "7.5"}),
    "value to a word": ("value", STATUS, {"to": "faulted"}, {"value": "faulted"}),
    "value of a word": ("value", "EVCE Zones/Z1/ZoneName", {}, {"value": "not Z1"}),
    "value of a boolean": ("value", CONNECTED, {}, {"value": "False"}),
    "value of a time": ("value", VALIDITY, {}, {"value": "2149-12-16T09:27:56Z"}),
    "unit": ("unit", CURRENT, {}, {"unit": "kW"}),
    "unit where there is none": ("unit", STATUS, {"to": "V"}, {"unit": "V"}),
    "unit of a history": ("unit", READINGS, {}, {"unit": "kW"}),
    "state": ("state", REDUCTION, {}, {"state": 3}),
    "state as told": ("state", REDUCTION, {"to": 1}, {"state": 1}),
    "type": ("type", CURRENT, {}, {"type": "Integer"}),
    "description": ("description", CURRENT, {"to": "of the zone"}, {"description": "of the zone"}),
    "writeable made read-only": ("writeable", REDUCTION, {}, {"writeable": False}),
    "read-only made writeable": ("writeable", STATUS, {}, {"writeable": True}),
    "missing value": ("missing-value", STATUS, {}, None),
    "alarm invented": ("alarm-invented", "EVCE Zones/Z1/EVSimu1/*_Alarm", {}, {"state": 1}),
}


@pytest.mark.parametrize(("name", "item", "options", "expected"), ALTERED.values(), ids=ALTERED)
def test_a_lie_alters_one_item(
    honest: Workstation,
    lied_to: Workstation,
    tell: Tell,
    proxy: LyingProxy,
    name: str,
    item: str,
    options: dict[str, object],
    expected: dict[str, object] | None,
) -> None:
    tell(name, item, **options)

    found = differences(honest, lied_to)
    assert proxy.target
    assert found == ({} if expected is None else {proxy.target.path: expected})
    assert {(one.lie, one.item) for one in proxy.told} == {(name, proxy.target.path)}


def test_an_offline_item_is_shown_good(site: Site, honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("state", "EVCE Zones/Z1/EVSimu1/StationOverallActivePowerTotal")
    site.simulator.model.disconnect(1)
    site.poll()

    found = differences(honest, lied_to)
    site.simulator.model.connect(1)
    site.poll()
    assert found == {"EVCE Zones/Z1/EVSimu1/StationOverallActivePowerTotal": {"state": 0}}


def test_the_values_of_two_items_are_swapped_in_an_answer(
    honest: Workstation, lied_to: Workstation, tell: Tell
) -> None:
    tell("order", STATUS, **{"with": "EVCE Zones/Z1/ZoneName"})
    status, name = honest.raw(STATUS).value, "Z1"
    assert status != name

    assert differences(honest, lied_to) == {STATUS: {"value": name}, "EVCE Zones/Z1/ZoneName": {"value": status}}


def test_by_itself_an_item_is_swapped_with_one_of_its_folder_and_type(
    honest: Workstation, lied_to: Workstation, tell: Tell
) -> None:
    tell("order", REDUCTION)

    found = differences(honest, lied_to)
    assert len(found) == 2
    assert {path.rpartition("/")[0] for path in found} == {"EVCE Zones/Z1"}


def test_alone_in_an_answer_an_item_is_not_swapped(lied_to: Workstation, honest: Workstation, tell: Tell) -> None:
    tell("order", REDUCTION)
    lied_to.discover()

    assert lied_to.raw(REDUCTION) == honest.raw(REDUCTION)


def test_an_item_is_left_out_of_its_container(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("missing-item", READINGS)

    assert differences(honest, lied_to) == {READINGS: {}}


def test_a_container_is_left_out_with_all_that_is_in_it(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("missing-item", "Connector-1")

    found = differences(honest, lied_to)
    assert found
    assert {path.split("/")[3] for path in found} == {"Connector-1"}
    assert not any(found.values())


def test_details_are_left_out_with_no_error_result(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("missing-details", READINGS)

    assert set(differences(honest, lied_to)) == {READINGS}
    assert lied_to.tree.errors == []
    assert lied_to.tree.point(READINGS).type == ""


def test_a_value_is_left_out_with_no_error_result(lied_to: Workstation, tell: Tell) -> None:
    tell("missing-value", "*/ZoneReduction")
    ids = [lied_to.tree.point(path).id for path in (REDUCTION, VALIDITY)]

    answer = lied_to.client.get_values(ids)
    assert [value.id for value in answer.values] == ids[1:]
    assert answer.errors == ()


def test_a_container_lists_an_item_twice(honest: Workstation, lied_to: Workstation, tell: Tell) -> None:
    tell("duplicate", REDUCTION)
    id_ = honest.tree.folder("EVCE Zones/Z1").id
    lied_to.discover()

    true, false = (at.client.get_container_items([id_]).containers[0] for at in (honest, lied_to))
    assert _without_doubles(false) == true
    assert len(false.values) == len(true.values) + 1


def _without_doubles(container: Container) -> Container:
    return replace(container, values=tuple(dict.fromkeys(container.values)))


def test_an_answer_holds_a_value_twice(lied_to: Workstation, tell: Tell) -> None:
    tell("duplicate-value", REDUCTION)
    ids = [lied_to.tree.point(path).id for path in (REDUCTION, VALIDITY)]

    assert [value.id for value in lied_to.client.get_values(ids).values] == [ids[0], *ids]
    assert [value.id for value in lied_to.client.get_items(ids).values] == [ids[0], *ids]


@pytest.mark.parametrize(("options", "name"), [({}, "ZoneReduction-renamed"), ({"to": "Zone"}, "Zone")])
def test_an_item_is_renamed(
    honest: Workstation, lied_to: Workstation, tell: Tell, options: dict[str, object], name: str
) -> None:
    tell("name", REDUCTION, **options)

    assert differences(honest, lied_to) == {REDUCTION: {}, f"EVCE Zones/Z1/{name}": {}}


def test_the_value_before_the_present_one_is_shown(site: Site, lied_to: Workstation, tell: Tell) -> None:
    tell("delayed", "EVCE Zones/Z1/ZoneMaxCurrent*")
    path = next(path for path in lied_to.discover().points if path.startswith("EVCE Zones/Z1/ZoneMaxCurrent"))
    shown = []
    for current in (41, 42, 42, 43):
        site.simulator.model.set_zone(1, maxCurrent=current)
        site.poll()
        shown.append(float(lied_to.raw(path).value))

    assert shown[1:] == [41, 41, 42]


def test_the_first_value_stays(site: Site, lied_to: Workstation, honest: Workstation, tell: Tell) -> None:
    path = next(path for path in honest.tree.points if path.startswith("EVCE Zones/Z1/ZoneMaxCurrent"))
    tell("stale", path)
    first = honest.raw(path).value
    lied_to.discover()
    site.simulator.model.set_zone(1, maxCurrent=77)
    site.poll()

    assert float(honest.raw(path).value) == 77
    assert lied_to.raw(path).value == first


def test_a_notification_lies_too(lied_to: Workstation, honest: Workstation, tell: Tell) -> None:
    tell("value", REDUCTION, to="99")
    ids = [lied_to.tree.point(path).id for path in (REDUCTION, VALIDITY)]
    subscription = lied_to.client.subscribe(ids)

    values = {one.id: one.value for one in lied_to.client.get_notification(subscription.id).values}
    lied_to.client.unsubscribe(subscription.id)
    assert values == {ids[0]: "99", ids[1]: honest.raw(VALIDITY).value}


def test_an_id_is_a_glob_as_well(lied_to: Workstation, proxy: LyingProxy, tell: Tell) -> None:
    tell("value", "Zones/1/ZoneReduction", to="5")

    assert [value.value for value in lied_to.client.get_values(["Zones/1/ZoneReduction"]).values] == ["5"]
    assert proxy.target
    assert proxy.target.shown == "Zones/1/ZoneReduction"


def test_brackets_in_a_glob_are_brackets(lied_to: Workstation, proxy: LyingProxy, tell: Tell) -> None:
    tell("value", "ZoneMaxCurrent(A)")
    lied_to.discover()

    assert proxy.target
    assert proxy.target.path == "EVCE Zones/Z1/ZoneMaxCurrent(A)"


def test_what_is_not_there_is_not_lied_about(
    honest: Workstation, lied_to: Workstation, proxy: LyingProxy, tell: Tell
) -> None:
    tell("value", "Nothing")

    assert differences(honest, lied_to) == {}
    assert (proxy.target, proxy.told) == (None, [])


def test_honest_again_it_alters_nothing(
    honest: Workstation, lied_to: Workstation, proxy: LyingProxy, tell: Tell
) -> None:
    tell("value", REDUCTION)
    assert differences(honest, lied_to)
    proxy.be_honest()

    assert differences(honest, lied_to) == {}
    assert proxy.lie is None


def test_every_lie_says_what_it_alters() -> None:
    assert len(LIES) >= 10
    assert all(row.alters and row.kinds for row in LIES.values())
