import pytest
from evce_connector.clock import ManualClock
from evce_connector.ews.server import EwsStores

from tests.evce_connector.ews.conftest import Answer, Serve, Wire


@pytest.fixture(autouse=True)
def events(stores: EwsStores, clock: ManualClock) -> None:
    """Five events, a minute apart, of two types."""
    for number in range(5):
        type_ = "EWS login" if number % 2 else "EWS server"
        stores.system_events.add(clock.now(), type_, f"event {number}", 100 * number)
        clock.advance(60)


def chosen(content: str) -> str:
    return f"<GetSystemEventsFilter>{content}</GetSystemEventsFilter>"


def messages(answer: Answer) -> list[int]:
    return [int(text.removeprefix("event ")) for text in answer.all("Message")]


def test_system_events_come_oldest_first_with_the_server_as_source(wire: Wire) -> None:
    answer = wire.ask("GetSystemEvents")
    assert messages(answer) == [0, 1, 2, 3, 4]
    first = answer.rows("SystemEvent")[0]
    assert (first["SourceID"], first["SourceName"], first["TimeStamp"]) == (
        "Server",
        "EVCE Ews Server",
        "2026-01-01T00:00:00Z",
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<Types><Type>EWS login</Type></Types>", [1, 3]),
        ("<PriorityFrom>100</PriorityFrom><PriorityTo>200</PriorityTo>", [1, 2]),
        ("<TimeFrom>2026-01-01T00:01:00Z</TimeFrom><TimeTo>2026-01-01T00:03:00Z</TimeTo>", [1, 2]),
        ("<Ids><Id>Server</Id></Ids>", [0, 1, 2, 3, 4]),
        ("<Ids><Id>Zones/1</Id></Ids>", []),
    ],
)
def test_a_filter_chooses_among_them(wire: Wire, content: str, expected: list[int]) -> None:
    assert messages(wire.ask("GetSystemEvents", chosen(content))) == expected


def test_pages_keep_the_filter_and_end_where_the_events_ended(
    serve: Serve, stores: EwsStores, clock: ManualClock
) -> None:
    wire = Wire(serve(page_size=1))
    answer = wire.ask("GetSystemEvents", chosen("<Types><Type>EWS server</Type></Types>"))
    found = messages(answer)
    stores.system_events.add(clock.now(), "EWS server", "event 9")
    while answer.one("MoreDataAvailable") == "true":
        reference = f"<MoreDataRef>{answer.one('MoreDataRef')}</MoreDataRef>"
        answer = wire.ask("GetSystemEvents", f"<GetSystemEventsParameter>{reference}</GetSystemEventsParameter>")
        found += messages(answer)
    assert found == [0, 2, 4]


def test_types_that_processors_add_are_known(wire: Wire, stores: EwsStores, clock: ManualClock) -> None:
    stores.system_events.add(clock.now(), "EVCE set-up", "done")
    assert wire.ask("GetSystemEventTypes").all("Type") == ["EVCE set-up", "EWS login", "EWS server"]
