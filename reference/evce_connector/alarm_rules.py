"""From the status of a station to its alarm: the rules as one table, and the worst that applies.

The guide says that alarms are triggered for various connector statuses with corresponding priority and category, and
not which (section 1): the table is ours, assumed, and configurable. The lower the priority, the more urgent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evce_connector.model import Connector, ConnectorKey, Station

LOWEST, HIGHEST = 0, 1000
"""Range of EWS priorities (FACTS.md)."""


class Condition(StrEnum):
    """What a rule watches: the connection of a station, or an OCPP 1.6 status of it or of a connector."""

    NOT_CONNECTED = "notConnected"
    FAULTED = "faulted"
    UNAVAILABLE = "unavailable"
    SUSPENDED_EVSE = "suspendedEVSE"


class Acknowledge(StrEnum):
    """Whether an operator can, or must, acknowledge an alarm."""

    NOT_NEEDED = "not needed"
    POSSIBLE = "possible"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """One row of the table. `settle` is how long (s) the condition must hold, `clear` how long it must be over."""

    condition: Condition
    priority: int
    category: str
    acknowledge: Acknowledge = Acknowledge.POSSIBLE
    settle: float = 0.0
    clear: float = 30.0
    enabled: bool = True

    def __post_init__(self) -> None:
        if not LOWEST <= self.priority <= HIGHEST:
            raise ValueError(f"{self.condition}: priority must be {LOWEST} to {HIGHEST}, not {self.priority}")
        if not self.category:
            raise ValueError(f"{self.condition}: category must not be empty")
        if self.settle < 0 or self.clear < 0:
            raise ValueError(f"{self.condition}: settle and clear are seconds, 0 or more")


RULES = (
    AlarmRule(Condition.FAULTED, 100, "EVCE Fault", Acknowledge.REQUIRED),
    AlarmRule(Condition.NOT_CONNECTED, 150, "EVCE Communication", settle=30.0),
    AlarmRule(Condition.UNAVAILABLE, 300, "EVCE Availability"),
    AlarmRule(Condition.SUSPENDED_EVSE, 500, "EVCE Load management", enabled=False),
)
"""The design's table."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The worst rule that applies to a station, and what an operator should read about it."""

    rule: AlarmRule
    message: str


def check(rules: Iterable[AlarmRule]) -> Mapping[Condition, AlarmRule]:
    """Return the enabled rules by their condition; ValueError names a condition that stands twice."""
    found: dict[Condition, AlarmRule] = {}
    for rule in rules:
        if found.setdefault(rule.condition, rule) is not rule:
            raise ValueError(f"{rule.condition}: stands twice in the alarm rules")
    return {condition: rule for condition, rule in found.items() if rule.enabled}


def worst(
    station: Station,
    connectors: Iterable[Connector],
    rules: Mapping[Condition, AlarmRule],
    made_unavailable: Collection[ConnectorKey] = (),
) -> Finding | None:
    """Return the worst rule that applies, its message naming all that it applies to; None when none does.

    Connectors in `made_unavailable` were made inoperative through us: that is no alarm.
    """
    applying = [
        (rule, words)
        for condition, words in _conditions(station, connectors, made_unavailable)
        if (rule := rules.get(condition)) is not None
    ]
    if not applying:
        return None
    rule = min((rule for rule, _ in applying), key=lambda rule: rule.priority)
    named = ", ".join(words for other, words in applying if other is rule)
    return Finding(rule, f"Station {station.ocpp_identifier}: {named}")


def _conditions(
    station: Station, connectors: Iterable[Connector], made_unavailable: Collection[ConnectorKey]
) -> Iterator[tuple[Condition, str]]:
    """Yield every condition that holds, with the words for it; a lost station hides what its connectors last said."""
    if not station.connected:
        yield Condition.NOT_CONNECTED, "not connected"
        return
    listed = list(connectors)
    ours = {connector.key for connector in listed} & set(made_unavailable)
    if (condition := _condition(station.status)) and not (condition is Condition.UNAVAILABLE and ours):
        yield condition, f"status {station.status}"
    for connector in listed:
        condition = _condition(connector.status)
        if condition is None or (condition is Condition.UNAVAILABLE and connector.key in ours):
            continue
        code = f" ({connector.error_code})" if connector.error_code not in ("", "NoError") else ""
        yield condition, f"connector {connector.logical_connector} {connector.status}{code}"


def _condition(status: str) -> Condition | None:
    return Condition(status) if status in _STATUSES else None


_STATUSES = {Condition.FAULTED.value, Condition.UNAVAILABLE.value, Condition.SUSPENDED_EVSE.value}
