"""Between the rules and the alarm book: what a finding makes of an alarm, and what an alarm says of the time before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evce_connector.alarm_rules import Acknowledge, AlarmRule, Condition, Finding
from evce_connector.points.tree import AlarmItem
from evce_connector.store import alarm_states
from evce_connector.store.alarm_states import AlarmEvent

Rules = Mapping[Condition, AlarmRule]
Move = tuple[AlarmItem, alarm_states.Condition]

_ACKNOWLEDGE = {
    Acknowledge.NOT_NEEDED: alarm_states.Acknowledge.NOT_NEEDED,
    Acknowledge.POSSIBLE: alarm_states.Acknowledge.POSSIBLE,
    Acknowledge.REQUIRED: alarm_states.Acknowledge.REQUIRED,
}


def move(item: AlarmItem, before: AlarmEvent | None, finding: Finding | None, subject: str, present: str) -> Move:
    """Return what an alarm should be; without a finding its message says how its subject is at present.

    A finding without words is one from before a restart, of which nothing was seen since: its message stays.
    """
    if finding is None:
        return item, alarm_states.Condition(active=False, message=f"{subject}: {present}")
    rule = finding.rule
    message = f"{subject}: {finding.message}" if finding.message or before is None else before.message
    acknowledge = _ACKNOWLEDGE[rule.acknowledge]
    return item, alarm_states.Condition(True, rule.priority, rule.category, message, acknowledge)


def counting(event: AlarmEvent | None, rules: Rules) -> Iterator[Condition]:
    """Yield the condition by which an alarm is raised at present, if it is."""
    if event is not None and event.state in (alarm_states.ACTIVE, alarm_states.ACKNOWLEDGED):
        for rule in rules.values():
            if (rule.priority, rule.category) == (event.priority, event.category):
                yield rule.condition
