from datetime import timedelta

from evce_connector.persistence.system_events import SystemEvents
from sqlalchemy import Engine

from tests.evce_connector.persistence.conftest import START


def test_events_number_on_after_a_restart_and_types_are_remembered(engine: Engine) -> None:
    SystemEvents(engine).add(START, "Set-up", "done", 900)
    events = SystemEvents(engine)
    events.add(START + timedelta(seconds=1), "EWS server", "started")
    assert [(one.sequence, one.type, one.priority) for one in events.events(0, 9)] == [
        (1, "Set-up", 900),
        (2, "EWS server", 500),
    ]
    assert events.types == ["EWS login", "EWS server", "Set-up"]


def test_only_the_last_ones_are_kept(engine: Engine) -> None:
    events = SystemEvents(engine, kept=2)
    for number in range(5):
        events.add(START, "EWS server", str(number))
    assert [one.message for one in events.events(0, 9)] == ["3", "4"]
