"""`evce-connector adopt`: a fresh connector takes over an old one's ids and names, and Building Operation goes on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from ebo_simulator import Kind, Workstation
from evce_connector.alarms.state_machine import AlarmState
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from tests.evce_connector.takeover.old_connector import NAMES, Join, Serve, adopt, of_site

HOUR = timedelta(hours=1)


def test_every_item_of_the_site_answers_to_the_old_id_and_name(
    old: ConnectorService, new: ConnectorService, join: Join
) -> None:
    before, after = of_site(Workstation(join(old))), of_site(Workstation(join(new)))

    assert after == before
    assert {NAMES["ZoneType"], NAMES["ConnectorOverallActivePower2"]} <= {point.name for point in after}


def test_folders_answer_to_the_old_ids_and_names(old: ConnectorService, new: ConnectorService, join: Join) -> None:
    trees = [Workstation(join(service)).discover() for service in (old, new)]
    before, after = ([(folder.id, folder.path) for folder in tree.folder("EVCE Zones").walk()] for tree in trees)

    assert after == before
    assert trees[0].root.id == trees[1].root.id


def test_a_building_operation_that_bound_ids_sees_the_same_values(
    old: ConnectorService, new: ConnectorService, join: Join
) -> None:
    workstation = Workstation(join(old))
    bound = [point for point in of_site(workstation) if point.kind is Kind.VALUE]
    workstation.client = join(new)

    assert workstation.read(bound) == []
    assert workstation.read_errors == []


def test_an_item_read_alone_has_the_old_name(new: ConnectorService, ids: dict[str, str], join: Join) -> None:
    (item,) = join(new).get_items([ids["Zones/1/ZoneType"]]).values

    assert (item.name, item.description) == ("Zone Type", "Zone Type")


def test_values_follow_the_controller_under_the_old_ids(
    simulator: EvceSimulator, new: ConnectorService, ids: dict[str, str], join: Join
) -> None:
    simulator.model.set_zone(1, setPointCurrent=11)
    new.poll()

    (value,) = join(new).get_values([ids["Zones/1/ZoneSetPointCurrent(A)"]]).values
    assert (value.value, value.state) == ("11", 0)


def test_our_own_ids_answer_no_more(new: ConnectorService, ids: dict[str, str], join: Join) -> None:
    answer = join(new).get_values(["Zones/1/ZoneType"])

    assert ids["Zones/1/ZoneType"]
    assert [error.id for error in answer.errors] == ["Zones/1/ZoneType"]


def test_a_write_by_the_old_id_reaches_the_controller(
    simulator: EvceSimulator, new: ConnectorService, ids: dict[str, str], join: Join
) -> None:
    client = join(new)
    (result,) = client.set_values({ids["Zones/1/ZoneReduction"]: "25"})

    assert (result.success, result.id) == (True, ids["Zones/1/ZoneReduction"])
    assert simulator.model.zone(1)["reduction"]["value"] == 25
    assert client.get_values([ids["Zones/1/ZoneReduction"]]).values[0].value == "25.0"


def test_a_write_is_kept_and_followed_by_our_own_ids(new: ConnectorService, ids: dict[str, str], join: Join) -> None:
    join(new).set_values({ids["Zones/1/ZoneReduction"]: "25"})

    assert new.stores.commands.lines()[-1].item == "Zones/1/ZoneReduction"
    assert new.items.tree.find("Interface/Zones/1/RequestedReduction").value == 25.0  # type: ignore[union-attr]


def test_a_write_of_availability_by_the_old_id_reaches_the_controller(
    simulator: EvceSimulator, new: ConnectorService, ids: dict[str, str], join: Join
) -> None:
    (result,) = join(new).set_values({ids["Stations/1/Connectors/1/ConnectorAvailability"]: "False"})

    assert result.success
    assert simulator.model.connector(1)["available"] is False


HISTORY = "Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings"


def test_the_history_of_before_is_read_by_the_old_id(
    serve: Serve, old: ConnectorService, ids: dict[str, str], clock: ManualClock, tmp_path: Path, join: Join
) -> None:
    service = serve("new")
    for _ in range(3):
        service.set_up()
        service.poll()
        service.log()
        clock.advance(900)
    adopt(old, tmp_path)
    service.set_up()
    service.poll()
    service.log()

    history = join(service).get_history(ids[HISTORY])
    assert len(history.records) == 4
    assert history.value_item_id == ids["Zones/1/ZoneOverallActivePowerTotal"]


def test_an_alarm_raised_before_and_one_raised_after_carry_the_old_ids(
    simulator: EvceSimulator, serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path, join: Join
) -> None:
    service = serve("new")
    service.set_up()
    service.poll()
    simulator.model.set_connector(1, status="faulted")
    service.poll()
    adopt(old, tmp_path)
    service.set_up()
    service.poll()
    client = join(service)

    (event,) = client.get_alarm_events().events
    assert (event.id, event.source_id) == (ids["Stations/1/Alarm"], ids["Stations/1/StationStatus"])
    (item,) = client.get_items([event.id]).alarms
    assert (item.name, item.state) == ("EVSimu1 trouble", event.state)
    (container,) = client.get_container_items([ids["Stations/1"]]).containers
    assert [(alarm.id, alarm.state) for alarm in container.alarms] == [(event.id, event.state)]
    assert [result.success for result in client.acknowledge_alarm_events([event.id])] == [True]
    assert [one.id for one in client.get_alarm_history(event.id).events] == [event.id, event.id]


def test_alarms_are_kept_by_our_own_ids(simulator: EvceSimulator, new: ConnectorService) -> None:
    simulator.model.set_connector(1, status="faulted")
    new.poll()

    event = new.stores.alarms.event("Stations/1/Alarm")
    assert event is not None
    assert (event.alarm, event.source) == ("Stations/1/Alarm", "Stations/1/StationStatus")


def test_an_alarm_stays_raised_through_the_take_over_without_another_event(
    simulator: EvceSimulator,
    serve: Serve,
    old: ConnectorService,
    ids: dict[str, str],
    clock: ManualClock,
    tmp_path: Path,
) -> None:
    service = serve("new")
    service.set_up()
    simulator.model.set_station(1, connected=False)
    for _ in range(4):
        service.poll()
        clock.advance(15)
    raised = service.stores.alarms.last
    assert ids
    adopt(old, tmp_path)
    service.stop()
    again = serve("new")
    again.set_up()
    again.poll()

    assert again.stores.alarms.state("Stations/1/Alarm") is AlarmState.ACTIVE
    assert again.stores.alarms.last == raised


def test_subscriptions_to_values_and_alarms_go_by_the_old_ids(
    simulator: EvceSimulator, new: ConnectorService, ids: dict[str, str], join: Join
) -> None:
    client = join(new)
    values = client.subscribe([ids["Stations/1/StationStatus"]], expires=HOUR).id
    alarms = client.subscribe([ids["Stations/1/Alarm"]], event_type=1, expires=HOUR).id
    in_folder = client.subscribe([ids["Stations/1"]], event_type=1, event_mode=1, expires=HOUR).id
    told = {one: client.get_notification(one).notification_id for one in (values, alarms, in_folder)}
    simulator.model.set_connector(1, status="faulted")
    simulator.model.set_station(1, status="faulted")
    new.poll()

    (value,) = client.get_notification(values, told[values]).values
    assert (value.id, value.value) == (ids["Stations/1/StationStatus"], "faulted")
    for one in (alarms, in_folder):
        (alarm,) = client.get_notification(one, told[one]).alarms
        assert alarm.id == ids["Stations/1/Alarm"]


def test_the_path_to_an_item_is_of_the_old_ids(new: ConnectorService, ids: dict[str, str], join: Join) -> None:
    path = join(new).get_hierarchical_information(ids["Stations/1/StationStatus"])

    assert path == tuple(ids[key] for key in ("Server", "Site", "Zones/1", "Stations/1"))
