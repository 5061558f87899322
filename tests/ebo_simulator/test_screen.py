"""Tables as drawn in the terminal."""

from datetime import UTC, datetime

from ebo_simulator import Display
from ebo_simulator.events import AlarmEvent
from ebo_simulator.screen import alarm_table

EARLY = AlarmEvent("a", priority=500, state=1, transition=datetime(2026, 1, 1, tzinfo=UTC))
LATE = AlarmEvent("b", priority=600, state=7, transition=datetime(2026, 1, 2, tzinfo=UTC))
TIMELESS = AlarmEvent("c", priority=100, state=0)


def column(header: str, *, newest_first: bool = False) -> list[str]:
    """Draw three alarms, and give the cells of one column."""
    table = alarm_table(Display(), [LATE, EARLY, TIMELESS], newest_first=newest_first)
    return [str(cell) for one in table.columns if one.header == header for cell in one.cells]


def test_alarms_stand_in_the_order_of_their_urgency() -> None:
    assert column("Alarm") == ["c", "a", "b"]


def test_past_events_stand_newest_first() -> None:
    assert column("Alarm", newest_first=True) == ["b", "a", "c"]


def test_an_alarm_state_that_ews_does_not_have_is_shown_as_its_number() -> None:
    assert column("State") == ["Normal", "Active", "State 7"]
