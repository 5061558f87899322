"""`evce-connector adopt`: a fresh connector takes over the ids and names of an old one, and Building Operation goes on.

The old connector is ours with other ids: opaque ones for every item, and some names spelled otherwise.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from ebo_simulator import EboClient, EboError, Kind, Point, Workstation
from evce_connector import config
from evce_connector.cli import cli
from evce_connector.clock import ManualClock
from evce_connector.errors import ConnectorError
from evce_connector.host.service import ConnectorService
from evce_connector.store.adopted import Adopted, nodes_of
from evce_connector.store.alarm_states import AlarmState
from evce_connector.store.tree import ValueItem
from evce_connector.takeover.command import TakeOver
from evce_connector.takeover.lines import Line, Outcome, Sort
from evce_simulator import EvceSimulator
from evce_simulator.certificate import make_certificate

NAMES = {
    "ZoneType": "Zone Type",
    "ZoneSetPointPower(kW)": "ZoneSetPointPower",
    "StationDisconnectedAuthenticationMode": "StationDisconnectedAuthenticati",
    "ConnectorOverallActivePower2": "ConnectorOverallActivePowerPhase2",
    "OverallConsumptionLogs": "Consumption Logs",
    "Z1": "Car park 1",
    "ZoneActiveEnergy-Readings": "Energy log",
    "Station-EVSimu1_Alarm": "EVSimu1 trouble",
}
"""What the old connector calls some items."""
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def simulator(clock: ManualClock) -> Iterator[EvceSimulator]:
    with EvceSimulator("guide", login="bms", password="secret", clock=clock) as running:
        yield running


Serve = Callable[..., ConnectorService]


@pytest.fixture
def serve(simulator: EvceSimulator, clock: ManualClock, tmp_path: Path) -> Iterator[Serve]:
    """Start the EWS server of a connector by the name of its configuration; processors run when the test says so."""
    with ExitStack() as running:

        def start(name: str, **ews: str) -> ConnectorService:
            service = ConnectorService(config.load(configured(tmp_path, name, simulator, **ews)), clock)
            running.callback(service.stop)
            service.ews.start()
            return service

        yield start


def configured(folder: Path, name: str, simulator: EvceSimulator, **ews: str) -> Path:
    """Write the configuration file of a connector."""
    (folder / "password").write_text("Building-7\n", encoding="utf-8")
    tables: dict[str, dict[str, Any]] = {
        "evce": {"base_url": simulator.url, "login": "bms", "password": "secret"},
        "ews": {
            "address": "http://127.0.0.1:0/EcoStruxure/DataExchange",
            "username": "ebo",
            "password_file": (folder / "password").as_posix(),
            **ews,
        },
        "storage": {"url": f"sqlite:///{(folder / f'{name}.db').as_posix()}"},
    }
    lines = [
        line for table, keys in tables.items() for line in (f"[{table}]", *(f'{k} = "{v}"' for k, v in keys.items()))
    ]
    file = folder / f"{name}.toml"
    file.write_text("\n".join([*lines, "[portal]", "enabled = false"]), encoding="utf-8")
    return file


def disguise(service: ConnectorService, leave_out: Callable[[str], bool] = lambda _: False) -> dict[str, str]:
    """Give every item of the site another id, and some another name; returns the ids by our own ones."""
    draw = random.Random(20261123)  # noqa: S311 - the same opaque ids each time, no secrets
    service.set_up()
    site = next(folder for folder in service.items.tree.root.folders if folder.key == "Site")
    nodes = [service.items.tree.root, *nodes_of(site)]
    ids = {node.key: str(UUID(int=draw.getrandbits(128))) for node in nodes if not leave_out(node.key)}
    names = {node.key: NAMES.get(node.name, "") for node in nodes}
    service.stores.adopted.keep({key: Adopted(id_, names[key]) for key, id_ in ids.items()})
    service.set_up()
    service.poll()
    return ids


@pytest.fixture
def old(serve: Serve) -> ConnectorService:
    return serve("old")


@pytest.fixture
def ids(old: ConnectorService) -> dict[str, str]:
    """Give the ids of the old connector's items by our own."""
    return disguise(old)


def run(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["adopt", "--config", str(folder / "new.toml"), *options])


def adopt(old: ConnectorService, folder: Path, *options: str) -> str:
    """Take over from the old connector by the command line; returns what it prints."""
    password = str(folder / "password")
    result = run(folder, "--ews", old.ews.address, "--user", "ebo", "--password-file", password, *options)
    if result.exception:
        raise result.exception
    return result.output


@pytest.fixture
def new(serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path) -> ConnectorService:
    """Run a fresh connector on the same controller that took over from the old one."""
    assert ids
    service = serve("new")
    adopt(old, tmp_path)
    service.set_up()
    service.poll()
    return service


@pytest.fixture
def join() -> Iterator[Callable[[ConnectorService], EboClient]]:
    """Connect EWS clients to connectors."""
    with ExitStack() as clients:
        yield lambda service: clients.enter_context(EboClient(service.ews.address, "ebo", "Building-7"))


Join = Callable[[ConnectorService], EboClient]


def of_site(workstation: Workstation) -> list[Point]:
    """Return every point of the site, as a workstation discovers it."""
    tree = workstation.discover()
    return list(tree.folder("EVCE Zones").all_points())


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


def test_a_restart_and_further_set_ups_keep_the_old_ids(
    serve: Serve, new: ConnectorService, ids: dict[str, str], join: Join
) -> None:
    new.stop()
    again = serve("new")
    assert not join(again).get_values([ids["Zones/1/ZoneType"]]).errors
    again.set_up()
    assert not join(again).get_values([ids["Zones/1/ZoneType"]]).errors


def test_what_is_found_later_gets_our_usual_id(
    simulator: EvceSimulator, new: ConnectorService, ids: dict[str, str]
) -> None:
    simulator.model.add("zone", **simulator.model.zone(3) | {"id": 4, "name": "Z4"})
    new.set_up()

    assert "Zones/4" not in ids
    assert new.items.tree.get("Zones/4/ZoneName") is not None


def test_a_dry_run_changes_nothing(serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path) -> None:
    service = serve("new")
    service.set_up()

    assert "Nothing was changed" in adopt(old, tmp_path, "--dry-run")
    assert service.stores.adopted.read() == {}
    assert service.stores.snapshots.fact("setup.request") is None
    assert ids


def test_it_works_before_the_first_set_up(
    serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path
) -> None:
    service = serve("new")

    assert f"{len(ids)} items were taken over" in adopt(old, tmp_path)
    assert {key: one.id for key, one in service.stores.adopted.read().items()} == ids


def test_release_gives_our_own_ids_back(new: ConnectorService, ids: dict[str, str], tmp_path: Path) -> None:
    result = run(tmp_path, "--release")
    assert result.output.startswith(f"{len(ids)} items answer to our own ids again.")
    new.set_up()

    item = new.items.tree.get("Zones/1/ZoneType")
    assert isinstance(item, ValueItem)
    assert item.description == "ZoneType"
    assert new.items.tree.get(ids["Zones/1/ZoneType"]) is None


def test_a_running_connector_is_asked_for_a_set_up(new: ConnectorService) -> None:
    assert new.stores.snapshots.take_fact("setup.request") == "run"


def test_a_set_up_that_prunes_stays_one(
    serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path
) -> None:
    service = serve("new")
    service.stores.snapshots.keep_fact("setup.request", "prune")
    adopt(old, tmp_path)

    assert ids
    assert service.stores.snapshots.take_fact("setup.request") == "prune"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_what_has_no_counterpart_is_reported_both_ways(
    simulator: EvceSimulator, serve: Serve, old: ConnectorService, tmp_path: Path
) -> None:
    disguise(old)
    simulator.model.remove_zone(3)
    simulator.model.add("zone", **simulator.model.zone(2) | {"id": 9, "name": "Z9"})
    serve("new").set_up()
    text = adopt(old, tmp_path, "--report", str(tmp_path / "report.csv"))

    found = {
        (row["outcome"], row["their_path"] or row["our_path"]): row["note"] for row in rows(tmp_path / "report.csv")
    }
    assert "the controller has no zone with the ZoneId '3'" in found["theirs without ours", "EVCE Zones/Z3"]
    assert found["ours without theirs", "EVCE Zones/Z9"] == "34 items in it"
    assert ("theirs without ours", "EVCE Interface") in found
    assert ("matched", "EVCE Zones/Z2/ZoneName") in found
    assert "EVCE Zones/Z9" in text
    assert "2 theirs without ours, 1 ours without theirs, 0 ambiguous, 0 gives way." in text


def test_the_report_may_be_json(serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path) -> None:
    assert serve("new")
    adopt(old, tmp_path, "--report", str(tmp_path / "report.json"))

    lines = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    (line,) = (line for line in lines if line["our_id"] == "Zones/1/ZoneType")
    assert line == {
        "outcome": "matched",
        "sort": "value",
        "our_id": "Zones/1/ZoneType",
        "our_path": "EVCE Zones/Z1/ZoneType",
        "their_id": ids["Zones/1/ZoneType"],
        "their_path": "EVCE Zones/Car park 1/Zone Type",
        "note": "",
    }


def test_a_report_that_cannot_be_written_leaves_everything_as_it_is(
    serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path
) -> None:
    service = serve("new")
    with pytest.raises(ConnectorError, match="cannot be written"):
        adopt(old, tmp_path, "--report", str(tmp_path / "no" / "report.csv"))

    assert ids
    assert service.stores.adopted.read() == {}


def test_an_id_that_is_ours_for_another_item_gives_way_and_is_reported(
    simulator: EvceSimulator, serve: Serve, old: ConnectorService, tmp_path: Path
) -> None:
    old.stores.adopted.keep({"Zones/1": Adopted("Zones/9/ZoneName"), "Zones/2": Adopted("Interface/EvceState")})
    old.set_up()
    simulator.model.add("zone", **simulator.model.zone(2) | {"id": 9, "name": "Z9"})
    service = serve("new")
    text = adopt(old, tmp_path)
    messages = [prompt.message for prompt in service.set_up()]

    assert "2 gives way" in text
    assert any("'Zones/9/ZoneName'" in message and "'Zones/9/ZoneName~'" in message for message in messages)
    assert service.items.tree.find("Zones/9/ZoneName") is service.items.tree.get("Zones/9/ZoneName~")


def test_a_server_that_shows_none_of_our_objects_is_refused(
    serve: Serve, old: ConnectorService, tmp_path: Path
) -> None:
    service = serve("new")
    with pytest.raises(ConnectorError, match="Check that it is the old connector"):
        adopt(old, tmp_path)

    assert service.stores.adopted.read() == {}


@pytest.fixture
def secure(serve: Serve, tmp_path: Path) -> ConnectorService:
    """Start an old connector that speaks HTTPS with a certificate of its own."""
    certificate, key = make_certificate(tmp_path)
    address = "https://127.0.0.1:0/EcoStruxure/DataExchange"
    service = serve("old", address=address, certificate=certificate.as_posix(), private_key=key.as_posix())
    disguise(service)
    return service


def test_a_certificate_is_trusted_by_its_issuer_or_when_told_to(
    serve: Serve, secure: ConnectorService, tmp_path: Path
) -> None:
    assert serve("new")
    with pytest.raises(EboError, match="is not trusted"):
        adopt(secure, tmp_path)
    for options in (("--ca", str(tmp_path / "evce-simulator.pem")), ("--insecure",)):
        assert "items were taken over" in adopt(secure, tmp_path, *options)


def test_a_wrong_password_is_a_sentence_and_changes_nothing(
    serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path
) -> None:
    service = serve("new")
    (tmp_path / "password").write_text("wrong\n", encoding="utf-8")
    with pytest.raises(EboError, match="refused the login of user 'ebo'"):
        adopt(old, tmp_path)

    assert ids
    assert service.stores.adopted.read() == {}


def test_a_password_file_that_is_not_there_is_a_sentence(serve: Serve, old: ConnectorService, tmp_path: Path) -> None:
    assert serve("new")
    (tmp_path / "password").unlink()
    with pytest.raises(ConnectorError, match="cannot be read"):
        adopt(old, tmp_path)


def test_ids_that_the_other_server_refuses_to_read_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    line = Line(Outcome.THEIRS, Sort.VALUE, their_id="9", their_path="EVCE Zones/Z1/Power [kW] :car:")
    TakeOver({}, [line], ["9", "10"]).show()

    text = capsys.readouterr().out
    assert "EVCE Zones/Z1/Power [kW] :car:" in text
    assert "lists 2 ids and refuses to read them: 9" in text


@pytest.mark.parametrize("options", [(), ("--ews", "http://127.0.0.1:9", "--user", "ebo")])
def test_too_few_options_are_named(serve: Serve, tmp_path: Path, options: tuple[str, ...]) -> None:
    assert serve("new")
    result = run(tmp_path, *options)

    assert result.exit_code == 2
    assert "Give --ews, --user and --password-file" in result.output
