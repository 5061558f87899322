"""The table of transitions, typed a second time by hand: state, input, model -> state."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from evce_connector.alarms.rules import Acknowledge
from evce_connector.alarms.state_machine import (
    TRANSITIONS,
    AlarmEvent,
    AlarmState,
    Input,
    Judgement,
    follow,
    moved,
    unmoved,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.evce_connector.persistence.conftest import START, alarm_item

ITEM = alarm_item()
NO, MAY, MUST = Acknowledge
# For each state: raise, change, clear, acknowledge; three letters for the models no, may, must.
# N normal, A active, K acknowledged, R reset, - cannot happen.
EXPECTED = {
    AlarmState.NORMAL: ("AAA", "---", "---", "---"),
    AlarmState.ACTIVE: ("AAA", "AAA", "NNR", "-KK"),
    AlarmState.ACKNOWLEDGED: ("AAA", "KKK", "NNN", "---"),
    AlarmState.RESET: ("AAA", "---", "---", "NNN"),
    AlarmState.DISABLED: ("---", "---", "---", "---"),
}
LETTERS = dict(zip("NAKRD", AlarmState, strict=True))


@pytest.mark.parametrize(("state", "input_", "model"), list(product(AlarmState, Input, Acknowledge)))
def test_transition(state: AlarmState, input_: Input, model: Acknowledge) -> None:
    letter = EXPECTED[state][list(Input).index(input_)][model]
    assert TRANSITIONS.get((state, input_), {}).get(model) == LETTERS.get(letter)


def judged(
    priority: int = 100, category: str = "EVCE Fault", model: Acknowledge = MUST, message: str = "m"
) -> Judgement:
    return Judgement(True, priority, category, message, model)


GONE = Judgement(False)


def walk(*judgements: Judgement | Input) -> list[AlarmEvent | None]:
    """Let an alarm follow judgements, a minute apart."""
    old, events = None, []
    for number, one in enumerate(judgements):
        now = START + timedelta(minutes=number)
        event = moved(old or unmoved(ITEM, now), one, now) if isinstance(one, Input) else follow(old, ITEM, one, now)
        events.append(event)
        old = event or old
    return events


def states(*judgements: Judgement | Input) -> list[AlarmState | None]:
    return [event and event.state for event in walk(*judgements)]


def test_nothing_happens_to_an_alarm_that_never_was() -> None:
    assert walk(GONE) == [None]


def test_the_same_condition_again_is_no_event() -> None:
    assert states(judged(), judged()) == [AlarmState.ACTIVE, None]


def test_a_worse_category_raises_again_and_takes_back_the_acknowledge() -> None:
    last = walk(judged(300, "EVCE Availability", MAY), Input.ACKNOWLEDGE, judged(100))[-1]
    assert (last.state, last.priority, last.acknowledge) == (AlarmState.ACTIVE, 100, MUST)


def test_another_category_of_the_same_priority_raises_again() -> None:
    assert states(judged(), Input.ACKNOWLEDGE, judged(100, "EVCE Communication"))[-1] is AlarmState.ACTIVE


def test_a_milder_category_keeps_an_outstanding_acknowledge() -> None:
    events = walk(judged(100), judged(300, "EVCE Availability", NO), GONE)
    assert [event.state for event in events] == [AlarmState.ACTIVE, AlarmState.ACTIVE, AlarmState.RESET]
    assert (events[1].category, events[1].acknowledge) == ("EVCE Availability", MUST)


def test_a_milder_category_keeps_what_was_acknowledged() -> None:
    events = walk(judged(100), Input.ACKNOWLEDGE, judged(300, "EVCE Availability", NO), GONE)
    assert [event.state for event in events[2:]] == [AlarmState.ACKNOWLEDGED, AlarmState.NORMAL]


def test_an_acknowledge_that_is_outstanding_from_before_is_not_lost_when_the_alarm_comes_back() -> None:
    events = walk(judged(100), GONE, judged(300, "EVCE Availability", NO), GONE)
    assert [event.state for event in events][2:] == [AlarmState.ACTIVE, AlarmState.RESET]


def test_other_words_are_an_event_that_changes_no_state() -> None:
    last = walk(judged(), Input.ACKNOWLEDGE, judged(message="two connectors"))[-1]
    assert (last.state, last.message) == (AlarmState.ACKNOWLEDGED, "two connectors")


def test_occurrence_is_when_it_last_left_normal_and_transition_this_change() -> None:
    events = walk(judged(), GONE, Input.ACKNOWLEDGE, judged())
    minutes = [((e.occurrence - START).seconds // 60, (e.transition - START).seconds // 60) for e in events]
    assert minutes == [(0, 0), (0, 1), (0, 2), (3, 3)]


def test_what_went_keeps_its_words_unless_it_is_told_better() -> None:
    assert walk(judged(), GONE)[-1].message == "m"
    assert walk(judged(), Judgement(False, message="connected again"))[-1].message == "connected again"


def test_only_what_can_be_acknowledged_says_so() -> None:
    events = walk(judged(), Input.ACKNOWLEDGE, GONE)
    assert [event.acknowledgeable for event in events] == [MUST, NO, NO]


judgements = st.builds(
    Judgement,
    active=st.booleans(),
    priority=st.sampled_from([100, 150, 300]),
    category=st.sampled_from(["a", "b"]),
    message=st.sampled_from(["", "x"]),
    acknowledge=st.sampled_from(list(Acknowledge)),
)


@given(st.lists(st.one_of(judgements, st.just(Input.ACKNOWLEDGE)), max_size=12))
def test_a_required_acknowledge_is_never_passed_over(steps: list[Judgement | Input]) -> None:
    outstanding = False
    for step, event in zip(steps, walk(*steps), strict=True):
        if event is None:
            continue
        if step is Input.ACKNOWLEDGE:
            outstanding = False
        elif event.state is AlarmState.ACTIVE:
            outstanding = outstanding or event.acknowledge is MUST
        if outstanding:
            assert event.state in (AlarmState.ACTIVE, AlarmState.RESET)
