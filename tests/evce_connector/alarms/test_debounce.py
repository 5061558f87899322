"""Settle and clear times: what counts when, and how little a flapping connector can make of it."""

from __future__ import annotations

from itertools import pairwise

from evce_connector.alarms.debounce import Debounce
from evce_connector.alarms.rules import ActiveCondition, AlarmRule, Condition, check
from hypothesis import given
from hypothesis import strategies as st

SETTLE, CLEAR = 20.0, 60.0
RULES = check([AlarmRule(Condition.FAULTED, 1, "c", settle=SETTLE, clear=CLEAR)])
BAD = ActiveCondition(Condition.FAULTED, "connector 1", "connector 1 faulted")


def looked(settling: Debounce, *looks: tuple[float, list[ActiveCondition]]) -> list[list[str]]:
    return [[claim.words for claim in settling.look(claims, now)] for now, claims in looks]


def test_a_condition_counts_when_it_held_for_its_settle_time() -> None:
    assert looked(Debounce(RULES), (0, [BAD]), (19.9, [BAD]), (20, [BAD])) == [[], [], [BAD.words]]


def test_a_condition_that_was_over_settles_from_the_start() -> None:
    assert looked(Debounce(RULES), (0, [BAD]), (15, []), (25, [BAD]), (44, [BAD]), (45, [BAD])) == [
        [],
        [],
        [],
        [],
        [BAD.words],
    ]


def test_a_condition_counts_until_it_was_over_for_its_clear_time() -> None:
    settling = Debounce(RULES)
    looked(settling, (0, [BAD]), (20, [BAD]))
    assert looked(settling, (30, []), (89.9, []), (90, [])) == [[BAD.words], [BAD.words], []]
    assert settling.idle


def test_a_condition_that_comes_back_while_it_clears_goes_on() -> None:
    settling = Debounce(RULES)
    looked(settling, (0, [BAD]), (20, [BAD]), (30, []), (80, [BAD]))
    assert looked(settling, (90, []), (149, []), (150, [])) == [[BAD.words], [BAD.words], []]


def test_words_change_at_most_once_in_settle_and_clear_time() -> None:
    settling, other = Debounce(RULES), BAD._replace(words="connector 1 faulted (GroundFailure)")
    looked(settling, (0, [BAD]), (20, [BAD]))
    assert looked(settling, (35, [other]), (99, [other]), (100, [other])) == [[BAD.words], [BAD.words], [other.words]]


def test_before_it_settles_the_last_words_are_taken() -> None:
    other = BAD._replace(words="connector 1 faulted (GroundFailure)")
    assert looked(Debounce(RULES), (0, [BAD]), (15, [other]), (20, [other])) == [[], [], [other.words]]


def test_after_an_outage_settling_begins_again() -> None:
    settling = Debounce(RULES)
    looked(settling, (0, [BAD]))
    settling.restart(600)
    assert looked(settling, (600, [BAD]), (619, [BAD]), (620, [BAD])) == [[], [], [BAD.words]]


def test_what_counts_from_before_a_restart_goes_on_at_once() -> None:
    settling = Debounce(RULES, [Condition.FAULTED], now=5)
    assert looked(settling, (5, [BAD, BAD._replace(subject="connector 2", words="c2")])) == [[BAD.words, "c2"]]


def test_what_counts_from_before_a_restart_clears_when_nothing_is_seen_of_it() -> None:
    settling = Debounce(RULES, [Condition.FAULTED], now=5)
    assert looked(settling, (5, []), (64, []), (65, [])) == [[""], [""], []]


def test_a_condition_whose_rule_is_gone_counts_no_longer() -> None:
    assert Debounce(RULES, [Condition.UNAVAILABLE]).idle
    assert looked(Debounce(RULES), (0, [ActiveCondition(Condition.UNAVAILABLE, "connector 1", "")])) == [[]]


def test_which_conditions_count_can_be_asked() -> None:
    settling = Debounce(RULES)
    looked(settling, (0, [BAD]))
    assert not settling.counts(Condition.FAULTED)
    looked(settling, (20, [BAD]))
    assert settling.counts(Condition.UNAVAILABLE, Condition.FAULTED)
    assert not settling.counts(Condition.UNAVAILABLE)


@given(st.lists(st.tuples(st.floats(0.1, 40), st.booleans()), max_size=120))
def test_however_it_flaps_it_is_raised_once_in_settle_and_clear_time_at_most(looks: list[tuple[float, bool]]) -> None:
    settling, now, counted, raised = Debounce(RULES), 0.0, False, []
    for seconds, bad in looks:
        now += seconds
        counts = bool(settling.look([BAD] if bad else [], now))
        if counts and not counted:
            raised.append(now)
        counted = counts
    assert all(later - earlier >= SETTLE + CLEAR for earlier, later in pairwise(raised))
