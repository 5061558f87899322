"""The state machine of alarms: pure, as a table of transitions. The states are those of EWS (docs/ews.md, Alarms).

Which transition is allowed depends on the acknowledge model of the alarm's condition:

    Normal --raise--> Active --acknowledge--> Acknowledged --clear--> Normal
                      Active --clear--> Normal, or, when an acknowledge is required, Reset --acknowledge--> Normal
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum

from evce_connector.alarms.rules import Acknowledge, Condition, Finding, Rules
from evce_connector.points.tree import AlarmItem


class AlarmState(IntEnum):
    """State of an alarm, as numbered on the wire; nobody disables one here, but clients know the word."""

    NORMAL = 0
    ACTIVE = 1
    ACKNOWLEDGED = 2
    RESET = 3
    DISABLED = 4


class Input(StrEnum):
    """What happens to an alarm."""

    RAISE = "raise"
    CHANGE = "change"
    CLEAR = "clear"
    ACKNOWLEDGE = "acknowledge"


def _any(state: AlarmState) -> dict[Acknowledge, AlarmState]:
    return dict.fromkeys(Acknowledge, state)


NORMAL, ACTIVE, ACKNOWLEDGED, RESET, _ = AlarmState
TRANSITIONS: dict[tuple[AlarmState, Input], dict[Acknowledge, AlarmState]] = {
    (NORMAL, Input.RAISE): _any(ACTIVE),
    (ACTIVE, Input.RAISE): _any(ACTIVE),
    (ACTIVE, Input.CHANGE): _any(ACTIVE),
    (ACTIVE, Input.CLEAR): _any(NORMAL) | {Acknowledge.REQUIRED: RESET},
    (ACTIVE, Input.ACKNOWLEDGE): {Acknowledge.POSSIBLE: ACKNOWLEDGED, Acknowledge.REQUIRED: ACKNOWLEDGED},
    (ACKNOWLEDGED, Input.RAISE): _any(ACTIVE),
    (ACKNOWLEDGED, Input.CHANGE): _any(ACKNOWLEDGED),
    (ACKNOWLEDGED, Input.CLEAR): _any(NORMAL),
    (RESET, Input.RAISE): _any(ACTIVE),
    (RESET, Input.ACKNOWLEDGE): _any(NORMAL),
}
"""From (state, input) to the new state under each acknowledge model; what does not stand here cannot happen."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an alarm should be: active or not, how urgent (0-1000, the lower the more), and the words for it."""

    active: bool
    priority: int = 0
    category: str = ""
    message: str = ""
    acknowledge: Acknowledge = Acknowledge.NOT_NEEDED


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One transition of an alarm: what the alarm is since then. Times in UTC; `alarm` and `source` are our own ids."""

    sequence: int
    alarm: str
    source: str
    source_name: str
    state: AlarmState
    acknowledge: Acknowledge
    priority: int
    category: str
    message: str
    occurrence: datetime
    transition: datetime

    @property
    def acknowledgeable(self) -> Acknowledge:
        """Whether an acknowledge would be taken in this state."""
        allowed = self.acknowledge in TRANSITIONS.get((self.state, Input.ACKNOWLEDGE), {})
        return self.acknowledge if allowed else Acknowledge.NOT_NEEDED


def unmoved(item: AlarmItem, now: datetime) -> AlarmEvent:
    """Return what stands for an alarm that never moved; `now` is in UTC."""
    return AlarmEvent(0, item.key, item.source.key, item.name, NORMAL, Acknowledge.NOT_NEEDED, 0, "", "", now, now)


def what_happens(old: AlarmEvent | None, judgement: Judgement) -> Input | None:
    """Return what a judgement does to an alarm, None when nothing."""
    state = old.state if old else NORMAL
    if not judgement.active:
        return Input.CLEAR if state in (ACTIVE, ACKNOWLEDGED) else None
    if old is None or state in (NORMAL, RESET) or judgement.priority < old.priority:
        return Input.RAISE
    if judgement.priority == old.priority and judgement.category != old.category:
        return Input.RAISE
    words = (judgement.priority, judgement.category, judgement.message)
    return None if words == (old.priority, old.category, old.message) else Input.CHANGE


def moved(event: AlarmEvent, input_: Input, now: datetime) -> AlarmEvent | None:
    """Return the event of a transition at `now` (UTC), None when the table has none.

    >>> from evce_connector.site.values import EPOCH
    >>> alarm = AlarmEvent(1, "Stations/7/Alarm", "Stations/7/StationStatus", "CP-7", AlarmState.ACTIVE,
    ...                    Acknowledge.REQUIRED, 100, "EVCE Fault", "CP-7: faulted", EPOCH, EPOCH)
    >>> over = moved(alarm, Input.CLEAR, EPOCH)                       # an operator must still acknowledge
    >>> over.state, moved(over, Input.ACKNOWLEDGE, EPOCH).state
    (<AlarmState.RESET: 3>, <AlarmState.NORMAL: 0>)
    >>> moved(over, Input.CLEAR, EPOCH) is None
    True
    """
    state = TRANSITIONS.get((event.state, input_), {}).get(event.acknowledge)
    if state is None:
        return None
    occurrence = now if event.state is NORMAL else event.occurrence
    return replace(event, state=state, occurrence=occurrence, transition=now)


def follow(old: AlarmEvent | None, item: AlarmItem, judgement: Judgement, now: datetime) -> AlarmEvent | None:
    """Return the event by which an alarm follows what is judged of it, None when nothing changes.

    A more urgent one, or another category of the same priority, raises the alarm anew and unacknowledged; a
    milder one only changes its words, and an acknowledge that is still outstanding stays required.
    """
    input_ = what_happens(old, judgement)
    if input_ is None:
        return None
    old = old or unmoved(item, now)
    if input_ is Input.CLEAR:
        return moved(replace(old, source_name=item.name, message=judgement.message or old.message), input_, now)
    outstanding = old.acknowledge if old.state in (ACTIVE, RESET) else Acknowledge.NOT_NEEDED
    changed = replace(
        old,
        source=item.source.key,
        source_name=item.name,
        acknowledge=max(outstanding, judgement.acknowledge),
        priority=judgement.priority,
        category=judgement.category,
        message=judgement.message,
    )
    return moved(changed, input_, now)


def judge(before: AlarmEvent | None, finding: Finding | None, subject: str, present: str) -> Judgement:
    """Return what an alarm should be; without a finding its message says how its subject is at present.

    A finding without words is one from before a restart, of which nothing was seen since: its message stays.
    """
    if finding is None:
        return Judgement(active=False, message=f"{subject}: {present}")
    rule = finding.rule
    message = f"{subject}: {finding.message}" if finding.message or before is None else before.message
    return Judgement(True, rule.priority, rule.category, message, rule.acknowledge)


def raised_by(event: AlarmEvent | None, rules: Rules) -> Iterator[Condition]:
    """Yield the condition by which an alarm is raised at present, if it is."""
    if event is not None and event.state in (ACTIVE, ACKNOWLEDGED):
        for rule in rules.values():
            if (rule.priority, rule.category) == (event.priority, event.category):
                yield rule.condition
