"""What was told beside what the database kept, writer by writer: what is lost, and what is there that should not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from evce_connector.alarms.state_machine import ACKNOWLEDGED, NORMAL, RESET, AlarmEvent
from evce_connector.host.stores import Stores
from evce_connector.persistence.alarm_table import Selection
from evce_connector.persistence.commands import Command, Stage
from evce_connector.persistence.ledger import Change, Kind
from evce_connector.site.values import utc_text
from sqlalchemy import text

from tests.evce_connector.kills.clients import ALARMS, LONG, SECOND_CONNECTOR, WATCHED
from tests.evce_connector.kills.told import Told
from tests.evce_connector.kills.victim import MORNING, OLD, OLD_ALARM, OLD_ITEM, STEP
from tests.support.joined import USER
from tests.support.kills import Account

INTERFACE, ITS_FILE = "Interface/Alarm", "the database file "
"""The alarm by which a start tells of the database, and how it names its file."""
ON_THE_WAY = 2
"""Writes that may be under way when a victim is killed: one of each writing client."""
_LOGGED = ("Zones/1", "Zones/2", "Stations/1", "Stations/2")


def _account(writer: str, told: Iterable[str], found: Iterable[str], *, doubled: Iterable[str] = ()) -> Account:
    """Compare what was told with all that is found; what is found twice is doubled."""
    wanted, there = set(told), Counter(found)
    twice = [one for one, times in there.items() if times > 1]
    return Account(writer, len(wanted), sorted(wanted - there.keys()), sorted({*twice, *doubled}))


def accounts(told: Told, stores: Stores, kills: int, *, old_alarms: bool) -> list[Account]:
    """Compare each writer's, once all victims of a database are dead and a further start has looked at it."""
    lines = stores.commands.lines(None)
    events = [e for e in stores.alarms.events(Selection(), 0, stores.alarms.last, 100_000) if e.alarm in ALARMS]
    return [
        _writes_sent(told, lines),
        _writes_answered(told, lines, kills),
        _writes_refused(told, lines),
        _switches(told, lines, kills),
        _acknowledgements(told, events),
        _alarm_events(told, events),
        _notifications(told, events, old_alarms=old_alarms),
        _subscriptions(told),
        _renewals(told, stores),
        _ended_subscriptions(told),
        _samples(told, stores),
        _set_ups(told, stores),
        _found_again(told, "polls", "poll"),
        _adopted(told),
        _system_events(told, stores),
        _retention(told, stores, lines),
        _soundness(stores),
    ]


def _reductions(lines: Iterable[Command]) -> list[Command]:
    return [line for line in lines if line.item.endswith("/ZoneReduction")]


def _writes_sent(told: Told, lines: list[Command]) -> Account:
    """Look that each write that reached the controller has one line, and what the ledger confirms has reached it."""
    reached = [value for (value,) in told.of("put")]
    reductions = _reductions(lines)
    invented = {line.new for line in reductions if line.stage == Stage.CONFIRMED} - set(reached)
    return _account("writes sent", reached, (line.new for line in reductions), doubled=invented)


def _writes_answered(told: Told, lines: list[Command], kills: int) -> Account:
    """Look that each write that was answered is confirmed, and of the few others the ledger says how they ended."""
    reductions = _reductions(lines)
    ended = [line for line in reductions if line.stage == Stage.CONFIRMED and line.success]
    wrong = [line.new for line in ended if line.read_back != line.new]
    reached = {value for (value,) in told.of("put")}
    others = [line for line in reductions if line not in ended and not _is_unsent(line, reached)]
    wrong += [line.new for line in others if line.stage != Stage.SENT]
    if len(others) > kills * ON_THE_WAY:
        wrong.append(f"{len(others)} lines of which nothing was confirmed")
    return _account("writes answered", (value for (value,) in told.of("wrote")), (e.new for e in ended), doubled=wrong)


def _is_unsent(line: Command, reached: set[str]) -> bool:
    return line.stage == Stage.REFUSED and line.new not in reached


def _writes_refused(told: Told, lines: list[Command]) -> Account:
    """Look that a write that was refused unsent has not reached the controller, and is not confirmed by the ledger."""
    refused = {value for (value,) in told.of("refused")}
    reached = {value for (value,) in told.of("put")}
    confirmed = {line.new for line in _reductions(lines) if line.stage == Stage.CONFIRMED}
    return Account("writes refused", len(refused), (), sorted(refused & (reached | confirmed)))


def _switches(told: Told, lines: list[Command], kills: int) -> Account:
    """Look that there are as many lines of availability as the controller took, but for what was under way."""
    kept = [line for line in lines if line.item == SECOND_CONNECTOR and line.stage != Stage.REFUSED]
    confirmed = sum(line.stage == Stage.CONFIRMED for line in kept)
    reached, answered = len(told.of("switch")), len(told.of("switched"))
    lost = [f"{reached} reached the controller, {len(kept)} lines"] if len(kept) < reached else []
    lost += [f"{answered} answered, {confirmed} confirmed"] if confirmed < answered else []
    doubled = [f"{len(kept)} lines, {reached} reached the controller"] if len(kept) > reached + kills else []
    return Account("availability", reached, lost, doubled)


def _acknowledgements(told: Told, events: list[AlarmEvent]) -> Account:
    """Look that each acknowledge that was answered is an event of its own, after what the client saw."""
    taken, lost, doubled = told.of("acknowledged"), [], []
    for alarm in ALARMS:
        course = [event for event in events if event.alarm == alarm]
        free = [after.transition for before, after in pairwise(course) if _is_acknowledge(before, after)]
        for seen in sorted(datetime.fromisoformat(at) for id_, at in taken if id_ == alarm):
            later = [at for at in free if at >= seen]
            if later:
                free.remove(later[0])
            else:
                lost.append(f"{alarm} as it was since {seen}")
        doubled += [
            f"{alarm} {after.sequence}"
            for before, after in pairwise(course)
            if before.state is after.state is ACKNOWLEDGED and before.message == after.message
        ]
    return Account("acknowledgements", len(taken), lost, doubled)


def _is_acknowledge(before: AlarmEvent, after: AlarmEvent) -> bool:
    """Tell whether nothing but an acknowledge leads from one event of an alarm to the next."""
    if after.state is ACKNOWLEDGED:
        return before.state is not ACKNOWLEDGED
    return before.state is RESET and after.state is NORMAL


def _alarm_events(told: Told, events: list[AlarmEvent]) -> Account:
    said = (" ".join(line) for line in told.of("event") if line[1] in ALARMS)
    idle = [
        f"{after.alarm} {after.sequence}"
        for alarm in ALARMS
        for before, after in pairwise([event for event in events if event.alarm == alarm])
        if after.state is before.state and after.message == before.message
    ]
    return _account("alarm events", said, (f"{e.sequence} {e.alarm} {e.state:d}" for e in events), doubled=idle)


def _notifications(told: Told, events: list[AlarmEvent], *, old_alarms: bool) -> Account:
    """Look that a subscriber was told each event once; anew only where older ones were deleted meanwhile."""
    heard = [" ".join(line) for line in told.of("notified")]
    there = [f"{e.alarm} {e.state:d} {utc_text(e.transition)} {e.message}" for e in events]
    twice = [] if old_alarms else [one for one, times in Counter(heard).items() if times > 1]
    invented = set(heard) - set(there)
    first = min((there.index(one) for one in heard if one in there), default=0)
    missed = [] if old_alarms else [one for one in there[first:] if one not in heard]
    return Account("notifications", len(heard), missed, sorted({*twice, *invented}))


def _subscriptions(told: Told) -> Account:
    """Look that what was subscribed goes on after each start, and tells all values anew."""
    lost = [" ".join(line) for line in told.of("subscription lost")]
    lost += [f"told only {' '.join(ids)}" for ids in told.of("values again") if set(ids) != set(WATCHED)]
    return Account("subscriptions", len(told.of("subscription goes on")) + len(lost), lost)


def _renewals(told: Told, stores: Stores) -> Account:
    """Look that what was renewed lives on when its first time is over."""
    renewed = {subscription for (subscription,) in told.of("renewed")}
    lost = [one for one in renewed if stores.subscriptions.get(one, USER, MORNING + LONG) is None]
    return Account("subscriptions renewed", len(renewed), lost)


def _ended_subscriptions(told: Told) -> Account:
    """Look that what was ended is refused, as what is none."""
    refused, answered = told.of("ended subscription refused"), told.of("ended subscription answered")
    wrong = [" ".join(one) for one in refused if one[1] != "Invalid_Subscription"]
    return Account("subscriptions ended", len(refused) + len(answered), (), [*(one for (one,) in answered), *wrong])


def _samples(told: Told, stores: Stores) -> Account:
    """Look that each sample that was kept is there once, in every series, and the position is at the newest."""
    series = {item: _times(stores, item) for item in _LOGGED}
    torn = [
        f"{item}: other times than {_LOGGED[0]}" for item in _LOGGED if set(series[item]) != set(series[_LOGGED[0]])
    ]
    position = stores.snapshots.fact("logs.position") or ""
    newest = max(series[_LOGGED[0]], default="")
    if f'"taken": "{newest}"' not in position:
        torn.append(f"the position {position} beside the newest sample {newest}")
    return _account("log samples", (at for (at,) in told.of("log")), series[_LOGGED[0]], doubled=torn)


def _times(stores: Stores, item: str) -> list[str]:
    point = f"{item.partition('/')[0].rstrip('s')}ActiveEnergy"
    page = stores.history.page(f"{item}/OverallConsumptionLogs/{point}-Readings", None, None, 100_000)
    return [utc_text(sample.time) for sample in page]


def _set_ups(told: Told, stores: Stores) -> Account:
    """Look that the site's ledger leads from the first name to the one that is kept: no gap, and no line twice."""
    lines, kept = stores.site_ledger.lines(), stores.snapshots.setup()
    lost, doubled, compared = [], [], 0
    for folder, name, first in (("Zones/1", "name", "Z1"), ("Stations/1", "friendlyName", "EVSimu1")):
        renamed = [line for line in lines if line.id == folder and line.kind is Kind.RENAMED]
        now = next(o.raw[name] for o in kept.objects[f"{folder.partition('/')[0].lower()}"] if o.folder == folder)
        chain = [Change("", folder, Kind.RENAMED, "", first), *renamed, Change("", folder, Kind.RENAMED, now, "")]
        compared += len(chain) - 1
        for before, after in pairwise(chain):
            if (before.old, before.new) == (after.old, after.new):
                doubled.append(f"{folder}: {after.old} to {after.new}")
            elif after.old != before.new:
                lost.append(f"{folder}: from {before.new} to {after.old}")
    return Account("set-ups", compared, [*lost, *_found_again(told, "", "setup").lost], doubled)


def _found_again(told: Told, writer: str, what: str) -> Account:
    """Look that each start finds the last that was kept, or what was kept as the victim died."""
    latest, lost, compared = "", [], 0
    for line in list(told.lines):
        if line[0] == what:
            latest = line[1]
        if line[:2] == ("found", what):
            compared += 1
            if (line[2] if len(line) > 2 else "") < latest:
                lost.append(f"{latest} was kept, {' '.join(line)}")
    return Account(writer, compared, lost)


def _adopted(told: Told) -> Account:
    """Look that each start finds the ids that were taken over last, and all that belong together."""
    latest, lost, torn, compared = 0, [], [], 0
    for line in list(told.lines):
        if line[0] == "adopted":
            latest = int(line[1])
        if line[:2] == ("found", "adopted"):
            compared += 1
            steps = {int(id_.partition(".")[0]) for id_ in line[2:]}
            if max(steps) < latest:
                lost.append(f"{latest} was kept, {' '.join(line)}")
            if len(steps) > 1 or len(line) not in (3, 5):
                torn.append(" ".join(line))
    return Account("adopted ids", compared, lost, torn)


def _system_events(told: Told, stores: Stores) -> Account:
    events = stores.system_events.events(0, stores.system_events.last)
    messages = (event.message for event in events if event.message.startswith("step "))
    return _account("system events", (f"step {step}" for (step,) in told.of("system")), messages)


def _retention(told: Told, stores: Stores, lines: list[Command]) -> Account:
    """Look that nothing old is there after one more look, whatever look was cut short."""
    before = MORNING + timedelta(seconds=told.step * STEP) - OLD / 2
    left = [f"command {line.new}" for line in lines[:-1] if line.item == OLD_ITEM]  # the newest of all is kept
    left += [f"sample {sample.time}" for sample in stores.history.page(OLD_ITEM, None, before, 1000)]
    events = stores.alarms.events(Selection(alarm=OLD_ALARM), 0, stores.alarms.last, 1000)
    left += [f"event {event.message}" for event in events if event.transition < before]
    return Account("retention", len(told.of("old")), (), left)


def _soundness(stores: Stores) -> Account:
    """Look that the file of SQLite is sound, and that no start took a victim's log for another file's or for cut."""
    if stores.engine.dialect.name != "sqlite":
        return Account("database", 0)
    with stores.engine.connect() as connection:
        found = str(connection.scalar(text("PRAGMA integrity_check")))
    events = stores.alarms.events(Selection(), 0, stores.alarms.last, 100_000)
    alarms = [event.message for event in events if event.alarm == INTERFACE and ITS_FILE in event.message]
    return Account("database", 1, (), alarms if found == "ok" else [found, *alarms])
