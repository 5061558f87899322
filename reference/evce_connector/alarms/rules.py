"""From what is seen of a station, or of the interface, to its alarm: the rules as one table, and the worst of them.

The guide says that alarms are triggered for various connector statuses with corresponding priority and category, and
not which (section 1): the table is ours, assumed, and configurable. The lower the priority, the more urgent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple

from evce_connector.site.model import Connector, ConnectorKey, Station

LOWEST, HIGHEST = 0, 1000
"""Range of EWS priorities (docs/ews.md)."""


class Condition(StrEnum):
    """What a rule watches: a station's connection, an OCPP 1.6 status of it or of a connector; or the interface."""

    NOT_CONNECTED = "notConnected"
    FAULTED = "faulted"
    UNAVAILABLE = "unavailable"
    SUSPENDED_EVSE = "suspendedEVSE"

    DATABASE_REPLACED = "databaseReplaced"
    DATABASE_FAILING = "databaseFailing"
    LOGIN_REFUSED = "loginRefused"
    CONTROLLER_LOST = "controllerLost"
    LOGS_LATE = "logsLate"
    STATION_REPLACED = "stationReplaced"
    OTHER_VERSION = "otherVersion"


class Acknowledge(IntEnum):
    """Whether an operator can, or must, acknowledge an alarm, as numbered on the wire (docs/ews.md, Alarms)."""

    NOT_NEEDED = 0
    POSSIBLE = 1
    REQUIRED = 2

    @property
    def words(self) -> str:
        """As the configuration spells it, e.g. `not needed`."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """One row of the table. `settle` is how long (s) the condition must hold, `clear` how long it must be over.

    ValueError when the priority is outside LOWEST to HIGHEST, the category is empty, or a time is below 0 s.
    """

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


Rules = Mapping[Condition, AlarmRule]
"""The enabled rows by their condition."""
_INTERFACE = "EVCE Interface"
RULES = (
    AlarmRule(Condition.FAULTED, 100, "EVCE Fault", Acknowledge.REQUIRED),
    AlarmRule(Condition.NOT_CONNECTED, 150, "EVCE Communication", settle=30.0),
    AlarmRule(Condition.UNAVAILABLE, 300, "EVCE Availability"),
    AlarmRule(Condition.SUSPENDED_EVSE, 500, "EVCE Load management", enabled=False),
    AlarmRule(Condition.DATABASE_REPLACED, 25, _INTERFACE, Acknowledge.REQUIRED, clear=300.0),
    AlarmRule(Condition.DATABASE_FAILING, 30, _INTERFACE, clear=60.0),
    AlarmRule(Condition.LOGIN_REFUSED, 40, _INTERFACE, clear=0.0),
    AlarmRule(Condition.CONTROLLER_LOST, 50, _INTERFACE, settle=30.0),
    AlarmRule(Condition.LOGS_LATE, 400, _INTERFACE, clear=0.0),
    AlarmRule(Condition.STATION_REPLACED, 450, _INTERFACE, Acknowledge.REQUIRED, clear=300.0),
    AlarmRule(Condition.OTHER_VERSION, 600, _INTERFACE),
)
"""Our table (assumed), and that of the interface's own alarm: from the most urgent cause to the least."""


class ActiveCondition(NamedTuple):
    """A condition that holds, of whom (`station`, `connector 1`; empty for the interface), and the words for it."""

    condition: Condition
    subject: str
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The worst rule that applies, and what an operator should read about it."""

    rule: AlarmRule
    message: str


def check(rules: Iterable[AlarmRule]) -> Rules:
    """Return the enabled rules by their condition; ValueError names a condition that stands twice."""
    found: dict[Condition, AlarmRule] = {}
    for rule in rules:
        if found.setdefault(rule.condition, rule) is not rule:
            raise ValueError(f"{rule.condition}: stands twice in the alarm rules")
    return {condition: rule for condition, rule in found.items() if rule.enabled}


def worst(claims: Iterable[ActiveCondition], rules: Rules) -> Finding | None:
    """Return the worst rule that applies, its message naming all that it applies to; None when none does.

    >>> lost = ActiveCondition(Condition.NOT_CONNECTED, "station", "not connected")
    >>> faulted = ActiveCondition(Condition.FAULTED, "connector 1", "connector 1 faulted (GroundFailure)")
    >>> found = worst([lost, faulted], check(RULES))
    >>> found.rule.priority, found.rule.category, found.message
    (100, 'EVCE Fault', 'connector 1 faulted (GroundFailure)')
    """
    applying = [(rules[claim.condition], claim.words) for claim in claims if claim.condition in rules]
    if not applying:
        return None
    rule = min((rule for rule, _ in applying), key=lambda rule: rule.priority)
    return Finding(rule, ", ".join(words for other, words in applying if other is rule and words))


def station_claims(
    station: Station | None, connectors: Iterable[Connector], made_unavailable: Collection[ConnectorKey] = ()
) -> Iterator[ActiveCondition]:
    """Yield every condition that holds of a station, by OCPP status; None stands for one that is no longer reported.

    A station that is not connected, or gone, hides what its connectors last said. Connectors in `made_unavailable`
    were made inoperative through us: that is no alarm, and neither is the unavailable station that comes of it.
    """
    if station is None:
        yield ActiveCondition(Condition.NOT_CONNECTED, "station", "no longer reported by the charge controller")
        return
    if station.connected is False:
        yield ActiveCondition(Condition.NOT_CONNECTED, "station", "not connected")
        return
    listed = list(connectors)
    ours = {connector.key for connector in listed} & set(made_unavailable) if made_unavailable else frozenset()
    if (condition := _STATUSES.get(station.status)) and not (condition is Condition.UNAVAILABLE and ours):
        yield ActiveCondition(condition, "station", f"status {station.status}")
    for connector in listed:
        condition = _STATUSES.get(connector.status)
        if condition and not (condition is Condition.UNAVAILABLE and connector.key in ours):
            yield ActiveCondition(condition, f"connector {connector.logical_connector}", words_of(connector))


def words_of(connector: Connector) -> str:
    """Name a connector with its status and OCPP error code: `connector 1 faulted (GroundFailure)`."""
    code = f" ({connector.error_code})" if connector.error_code not in ("", "NoError") else ""
    return f"connector {connector.logical_connector} {connector.status}{code}"


_STATUSES = {
    condition.value: condition for condition in (Condition.FAULTED, Condition.UNAVAILABLE, Condition.SUSPENDED_EVSE)
}
