from datetime import timedelta

import pytest
from evce_connector.alarms.rules import Acknowledge
from evce_connector.alarms.state_machine import Judgement
from evce_connector.clock import ManualClock
from evce_connector.ews.server import EwsServer, EwsStores
from evce_connector.ews.wire.continuation import pack
from evce_connector.points.tree import Tree
from sqlalchemy import Engine

from tests.evce_connector.ews.conftest import READER, Serve, Wire, add_station, ids

FAULTED = Judgement(True, 100, "EVCE Fault", "connector 1 faulted", Acknowledge.REQUIRED)
LOST = Judgement(True, 150, "EVCE Communication", "not connected", Acknowledge.POSSIBLE)
GONE = Judgement(False)


class Alarms:
    """Moves the alarms of stations by number."""

    def __init__(self, tree: Tree, stores: EwsStores, clock: ManualClock) -> None:
        self.tree, self.book, self.clock = tree, stores.alarms, clock

    def move(self, condition: Judgement, *stations: int) -> None:
        self.clock.advance(60)
        items = [self.tree.get(f"Stations/{station}/Alarm") for station in stations or (1,)]
        self.book.move([(item, condition) for item in items], self.clock.now())


@pytest.fixture
def alarms(tree: Tree, stores: EwsStores, clock: ManualClock) -> Alarms:
    for number in range(2, 6):
        add_station(tree, tree.get("Zones/1"), number)
    return Alarms(tree, stores, clock)


def filtered(operation: str, low: str = "", high: str = "", *types: str) -> str:
    words = (f"<PriorityFrom>{low}</PriorityFrom>" if low else "") + (
        f"<PriorityTo>{high}</PriorityTo>" if high else ""
    )
    wanted = f"<Types>{''.join(f'<Type>{name}</Type>' for name in types)}</Types>" if types else ""
    return f"<{operation}Filter>{words}{wanted}</{operation}Filter>"


def more(operation: str, reference: str) -> str:
    return f"<{operation}Parameter><MoreDataRef>{reference}</MoreDataRef></{operation}Parameter>"


def since(cursor: str) -> str:
    return f"<GetUpdatedAlarmEventsParameter><LastUpdate>{cursor}</LastUpdate></GetUpdatedAlarmEventsParameter>"


def test_an_alarm_comes_in_the_contract_s_words(wire: Wire, alarms: Alarms) -> None:
    alarms.move(FAULTED)
    alarms.move(Judgement(True, 300, "EVCE Availability", "unavailable"))
    (event,) = wire.ask("GetAlarmEvents").rows("AlarmEvent")
    assert event == {
        "ID": "Stations/1/Alarm",
        "SourceID": "Stations/1/StationStatus",
        "SourceName": "Station-EVSimu1_Alarm",
        "Acknowledgeable": "2",
        "TimeStampOccurrence": "2026-01-01T00:01:00Z",
        "TimeStampTransition": "2026-01-01T00:02:00Z",
        "Priority": "300",
        "State": "1",
        "Type": "EVCE Availability",
        "Message": "unavailable",
    }


def test_alarms_that_are_normal_are_not_among_the_alarms_now(wire: Wire, alarms: Alarms) -> None:
    alarms.move(LOST, 1, 2)
    alarms.move(GONE, 1)
    assert wire.ask("GetAlarmEvents").all("ID") == ["Stations/2/Alarm"]


def test_an_alarm_item_shows_its_alarm_s_state(wire: Wire, alarms: Alarms) -> None:
    alarms.move(FAULTED)
    alarms.move(GONE)
    assert wire.ask("GetItems", ids("GetItemsIds", "Stations/1/Alarm")).one("State") == "3"
    assert wire.ask("GetContainerItems", ids("GetContainerItemsIds", "Stations/1")).rows("AlarmItem")[0]["State"] == "3"


def test_every_transition_since_last_update_comes_once_and_in_order(wire: Wire, alarms: Alarms) -> None:
    cursor = wire.ask("GetAlarmEvents").one("LastUpdate")
    alarms.move(LOST)
    alarms.move(GONE)
    answer = wire.ask("GetUpdatedAlarmEvents", since(cursor))
    assert answer.all("State") == ["1", "0"]
    assert answer.one("NeedsRefresh") == "false"
    assert wire.ask("GetUpdatedAlarmEvents", since(answer.one("LastUpdate"))).all("State") == []


def test_last_update_survives_a_restart(
    wire: Wire, alarms: Alarms, engine: Engine, tree: Tree, clock: ManualClock
) -> None:
    cursor = wire.ask("GetAlarmEvents").one("LastUpdate")
    alarms.move(LOST)
    restarted = Wire(EwsServer(tree, wire.server.settings, clock, stores=EwsStores.of(engine)))
    answer = restarted.ask("GetUpdatedAlarmEvents", since(cursor))
    assert (answer.all("State"), answer.one("NeedsRefresh")) == (["1"], "false")


@pytest.mark.parametrize(
    "cursor", ["", "deadbeef.0", "rubbish", "99999999999999999999999", "{epoch}.99", "{epoch}.-1", "{epoch}.x"]
)
def test_a_last_update_that_is_not_known_needs_a_refresh(wire: Wire, alarms: Alarms, cursor: str) -> None:
    alarms.move(LOST)
    known = wire.ask("GetAlarmEvents").one("LastUpdate")
    answer = wire.ask("GetUpdatedAlarmEvents", since(cursor.replace("{epoch}", known.partition(".")[0])))
    assert (answer.one("NeedsRefresh"), answer.rows("AlarmEvent")) == ("true", [])
    assert answer.one("LastUpdate") == known


def test_a_request_without_last_update_needs_a_refresh(wire: Wire) -> None:
    assert wire.ask("GetUpdatedAlarmEvents").one("NeedsRefresh") == "true"


def test_a_last_update_older_than_the_kept_events_needs_a_refresh(wire: Wire, alarms: Alarms) -> None:
    cursor = wire.ask("GetAlarmEvents").one("LastUpdate")
    alarms.move(LOST)
    alarms.move(GONE)
    list(alarms.book.prune(alarms.clock.now() + timedelta(days=1)))
    assert wire.ask("GetUpdatedAlarmEvents", since(cursor)).one("NeedsRefresh") == "true"


def test_priorities_are_inclusive_and_either_may_stand_alone(wire: Wire, alarms: Alarms) -> None:
    alarms.move(FAULTED, 1)
    alarms.move(LOST, 2)
    for low, high, expected in (("100", "150", 2), ("101", "", 1), ("", "100", 1), ("0", "99", 0)):
        answer = wire.ask("GetAlarmEvents", filtered("GetAlarmEvents", low, high))
        assert len(answer.rows("AlarmEvent")) == expected


def test_types_choose_among_alarms(wire: Wire, alarms: Alarms) -> None:
    cursor = wire.ask("GetAlarmEvents").one("LastUpdate")
    alarms.move(FAULTED, 1)
    alarms.move(LOST, 2)
    chosen = filtered("GetAlarmEvents", "", "", "EVCE Fault")
    assert wire.ask("GetAlarmEvents", chosen).all("ID") == ["Stations/1/Alarm"]
    chosen = since(cursor) + filtered("GetUpdatedAlarmEvents", "", "", "EVCE Communication", "EVCE Interface")
    assert wire.ask("GetUpdatedAlarmEvents", chosen).all("ID") == ["Stations/2/Alarm"]


def test_an_alarm_that_gets_milder_than_the_filter_is_followed_until_it_went(wire: Wire, alarms: Alarms) -> None:
    cursor = wire.ask("GetAlarmEvents").one("LastUpdate")
    urgent = since(cursor) + filtered("GetUpdatedAlarmEvents", "0", "200")
    mild = Judgement(True, 300, "EVCE Availability", "unavailable")
    for condition in (LOST, mild, GONE, mild):
        alarms.move(condition)
    rows = wire.ask("GetUpdatedAlarmEvents", urgent).rows("AlarmEvent")
    assert [(row["Priority"], row["State"]) for row in rows] == [("150", "1"), ("300", "1"), ("300", "0")]
    only_lost = since(cursor) + filtered("GetUpdatedAlarmEvents", "", "", "EVCE Communication")
    assert len(wire.ask("GetUpdatedAlarmEvents", only_lost).rows("AlarmEvent")) == 3


def test_the_types_are_those_of_the_alarm_table(wire: Wire) -> None:
    expected = ["EVCE Availability", "EVCE Communication", "EVCE Fault", "EVCE Interface", "EVCE Load management"]
    assert wire.ask("GetAlarmEventTypes").all("Type") == expected


def test_an_alarm_that_moves_while_pages_are_fetched_is_not_lost(serve: Serve, alarms: Alarms) -> None:
    wire = Wire(serve(page_size=2))
    alarms.move(LOST, 1, 2, 3, 4, 5)
    first = wire.ask("GetAlarmEvents", filtered("GetAlarmEvents", "0", "1000"))
    alarms.move(GONE, 3)
    alarms.move(FAULTED, 4)
    second = wire.ask("GetAlarmEvents", more("GetAlarmEvents", first.one("MoreDataRef")))
    assert first.all("ID") + second.all("ID") == [f"Stations/{n}/Alarm" for n in (1, 2, 5)]
    updated = wire.ask("GetUpdatedAlarmEvents", since(first.one("LastUpdate")))
    expected = [("Stations/3/Alarm", "0"), ("Stations/4/Alarm", "1")]
    assert [(row["ID"], row["State"]) for row in updated.rows("AlarmEvent")] == expected


def test_updates_come_in_pages_and_each_page_s_last_update_is_as_far_as_it_got(serve: Serve, alarms: Alarms) -> None:
    wire = Wire(serve(page_size=2))
    cursor = wire.ask("GetAlarmEvents").one("LastUpdate")
    alarms.move(LOST, 1, 2, 3)
    first = wire.ask("GetUpdatedAlarmEvents", since(cursor))
    second = wire.ask("GetUpdatedAlarmEvents", more("GetUpdatedAlarmEvents", first.one("MoreDataRef")))
    resumed = wire.ask("GetUpdatedAlarmEvents", since(first.one("LastUpdate")))
    assert second.all("ID") == resumed.all("ID") == ["Stations/3/Alarm"]
    assert second.one("MoreDataAvailable") == "false"


def test_a_reference_that_lacks_something_is_refused(wire: Wire) -> None:
    for parts in (
        [None, 1, None, None, None, None, None, []],
        [0, 1, None, None, None, None, None, None],
        [0, 2**60] + [None] * 6,
    ):
        content = more("GetAlarmEvents", pack("GetAlarmEvents", *parts))
        assert wire.fault("GetAlarmEvents", content).name == "Invalid_Reference"


def acknowledge(wire: Wire, *names: str) -> list[tuple[str, str]]:
    answer = wire.ask("AcknowledgeAlarmEvents", ids("AcknowledgeAlarmEventsIds", *names))
    return [(row["Success"], row["Message"]) for row in answer.rows("Result")]


def test_an_acknowledge_is_taken_and_repeated_without_a_second_event(wire: Wire, alarms: Alarms) -> None:
    alarms.move(FAULTED)
    assert acknowledge(wire, "Stations/1/Alarm") == [("true", "")]
    assert acknowledge(wire, "Stations/1/Alarm") == [("true", "")]
    (event,) = wire.ask("GetAlarmEvents").rows("AlarmEvent")
    assert (event["State"], event["Acknowledgeable"]) == ("2", "0")
    assert alarms.book.last == 2


def test_an_acknowledge_ends_an_alarm_whose_cause_is_gone(wire: Wire, alarms: Alarms) -> None:
    alarms.move(FAULTED)
    alarms.move(GONE)
    assert wire.ask("GetAlarmEvents").all("State") == ["3"]
    acknowledge(wire, "Stations/1/Alarm")
    assert wire.ask("GetAlarmEvents").all("State") == []


def test_what_cannot_be_acknowledged_says_so(wire: Wire, alarms: Alarms) -> None:
    alarms.move(Judgement(True, 300, "EVCE Availability", "unavailable"))
    answers = acknowledge(wire, "Stations/1/Alarm", "Stations/2/Alarm", "Stations/9/Alarm", "Stations/1/StationStatus")
    assert [message for _, message in answers] == ["NOT_ACKNOWLEDGEABLE"] * 2 + ["INVALID_ID"] * 2


def test_a_reader_may_not_acknowledge(serve: Serve, alarms: Alarms) -> None:
    alarms.move(FAULTED)
    fault = Wire(serve(), READER).fault("AcknowledgeAlarmEvents", ids("AcknowledgeAlarmEventsIds", "Stations/1/Alarm"))
    assert fault.reason == "PERMISSION_DENIED"
    assert alarms.book.state("Stations/1/Alarm") == 1


def history(id_: str = "", start: str = "", end: str = "") -> str:
    wanted = f"<GetAlarmHistoryParameter><Id>{id_}</Id></GetAlarmHistoryParameter>" if id_ else ""
    if start:
        span = f"<TimeFrom>{start}</TimeFrom><TimeTo>{end}</TimeTo>"
        wanted += f"<GetAlarmHistoryFilter>{span}</GetAlarmHistoryFilter>"
    return wanted


def test_the_past_of_one_alarm_or_of_all(wire: Wire, alarms: Alarms) -> None:
    alarms.move(LOST, 1, 2)
    alarms.move(GONE, 1)
    assert wire.ask("GetAlarmHistory", history("Stations/1/Alarm")).all("State") == ["1", "0"]
    assert len(wire.ask("GetAlarmHistory").rows("AlarmEvent")) == 3


def test_the_past_within_times_from_inclusive_to_exclusive(wire: Wire, alarms: Alarms) -> None:
    alarms.move(LOST)
    alarms.move(GONE)
    content = history("Stations/1/Alarm", "2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z")
    assert wire.ask("GetAlarmHistory", content).all("State") == ["1"]


def test_the_past_comes_in_pages_that_keep_their_filter(serve: Serve, alarms: Alarms) -> None:
    wire = Wire(serve(page_size=2))
    for _ in range(3):
        alarms.move(LOST, 1, 2)
        alarms.move(GONE, 1, 2)
    answer = wire.ask("GetAlarmHistory", history("Stations/1/Alarm", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"))
    found = answer.all("ID")
    while answer.one("MoreDataAvailable") == "true":
        answer = wire.ask("GetAlarmHistory", more("GetAlarmHistory", answer.one("MoreDataRef")))
        found += answer.all("ID")
    assert found == ["Stations/1/Alarm"] * 6
