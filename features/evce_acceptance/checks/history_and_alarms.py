"""What a connector keeps: histories and alarms, judged by what the guide says of them and by the controller."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from ebo_simulator import Folder, Kind
from ebo_simulator.events import HistoryRecord
from evce_acceptance.checks.controller_history import Look
from evce_acceptance.checks.inspection import Findings, Inspection
from evce_acceptance.checks.matching import LOGS, Key
from evce_acceptance.checks.service import CLOCKS_APART, moment_there
from evce_acceptance.checks.stations import seen_while
from evce_acceptance.results.verdicts import InconclusiveError
from evce_acceptance.site.objects import Json

HISTORIES = 10
"""Objects whose histories are read: a large site has thousands of series."""
SAMPLES = 8
"""Intervals that are looked back."""
AHEAD = timedelta(days=1)
"""How far ahead samples are asked for that there must not be."""
STANDING = (1, 2)
"""Active and acknowledged: what was wrong still is (docs/ews.md)."""

Span = tuple[datetime, datetime]
Series = dict[str, list[HistoryRecord]]
"""The series of one object by path, as they were read one after the other."""


def wrong_histories(inspection: Inspection) -> tuple[int, Findings]:
    """Judge the histories of some zones and stations; returns how many samples were seen, and what is wrong.

    Samples stand at boundaries of the interval counted from 00:00 UTC, one each, in order, none still to come; the
    series of one object have the same boundaries. A log run may come between the reading of two series: what lacks the
    newest sample alone is read again after a poll, and only then found wrong. No log run excuses that an older one is
    not there.
    """
    interval = timedelta(minutes=inspection.claims.history_minutes)
    now = inspection.clock.now()
    span = (now - SAMPLES * interval, now + AHEAD)
    objects: list[Series] = []
    for folder in _chosen(inspection):
        inspection.progress(f"reading the histories of {folder.path}")
        points = [point for one in folder.folders if one.name == LOGS for point in one.points]
        paths = [point.path for point in points if point.kind is Kind.HISTORY]
        objects.append({path: _records(inspection, path, span) for path in paths})
    seen = sum(len(records) for series in objects for records in series.values())
    latest = moment_there(inspection) + CLOCKS_APART
    found = {
        path: sentence
        for series in objects
        for path, records in series.items()
        if (sentence := _wrong_order(records, interval) or _from_the_future(records, latest))
    }
    newest: dict[str, datetime] = {}
    for series in objects:
        gaps, last = _gaps({path: records for path, records in series.items() if path not in found})
        found |= {path: _lacks(min(gap)) for path, gap in gaps.items() if gap != {last}}
        newest |= {path: last for path, gap in gaps.items() if gap == {last}}
    return seen, found | _still_lacking(inspection, newest, span)


def _chosen(inspection: Inspection) -> list[Folder]:
    """Return the folders of some zones and stations, spread over the tree."""
    folders = [folder for key, folder in inspection.matched.folders.items() if key[0] in ("zone", "station")]
    return folders[:: max(1, len(folders) // HISTORIES)][:HISTORIES]


def _records(inspection: Inspection, path: str, span: Span) -> list[HistoryRecord]:
    return inspection.workstation.history(path, time_from=span[0], time_to=span[1])[1]


def _wrong_order(records: list[HistoryRecord], interval: timedelta) -> str:
    """Say what is wrong with the instants of a series, or ""."""
    midnight = datetime(2000, 1, 1, tzinfo=UTC)
    before: datetime | None = None
    for record in records:
        at = record.timestamp
        if at is None:
            return "has a sample without a time"
        if (at - midnight) % interval:
            return f"has a sample at {at:%H:%M:%S} UTC, which is no boundary of {interval}"
        if before is not None and at <= before:
            return f"has a sample at {at:%H:%M} UTC {'twice' if at == before else 'after a later one'}"
        before = at
    return ""


def _from_the_future(records: list[HistoryRecord], latest: datetime) -> str:
    """Say whether a sample was taken later than it can have been, or ""."""
    at = max((one.timestamp for one in records if one.timestamp), default=latest)
    return f"has a sample at {at:%Y-%m-%d %H:%M} UTC, which is still to come" if at > latest else ""


def _gaps(series: Series) -> tuple[dict[str, set[datetime]], datetime]:
    """Find the samples that one series of an object lacks and another has, and the instant of the object's newest."""
    instants = {path: {one.timestamp for one in records if one.timestamp} for path, records in series.items()}
    everything = set().union(*instants.values())
    gaps = {path: everything - present for path, present in instants.items() if everything - present}
    return gaps, max(everything, default=datetime.min.replace(tzinfo=UTC))


def _still_lacking(inspection: Inspection, newest: dict[str, datetime], span: Span) -> Findings:
    """Read again what lacked its newest sample, once a log run that was under way has ended."""
    if newest:
        inspection.progress("waiting to read again the histories that lack a sample")
        inspection.wait(inspection.age)
    return {
        path: _lacks(instant)
        for path, instant in newest.items()
        if instant not in {one.timestamp for one in _records(inspection, path, span)}
    }


def _lacks(instant: datetime) -> str:
    return f"lacks the sample of {instant:%H:%M} UTC, which other series of the same object have"


def wrong_alarms(inspection: Inspection) -> Findings:
    """Compare the alarms that stand with what is said of each station, once it has been said long enough.

    The controller says it; alone, the connector's own items do. InconclusiveError when no station kept its state for
    that long.
    """
    matched = inspection.matched
    span = inspection.connector.settle_seconds + inspection.age
    inspection.progress("waiting for the alarms to settle")
    standing: dict[str, list[str]] = {}
    looks = seen_while(inspection, span, lambda: standing.update(_standing(inspection)))
    found: Findings = {}
    decided = 0
    for key, folder in matched.of("station"):
        alarm = next((point for point in folder.points if point.kind is Kind.ALARM), None)
        reasons = {_reason(look, key) for look in looks if key in look.objects}
        if alarm is None or len(reasons) != 1 or None in reasons:
            continue  # a missing alarm is another check's finding; what has just changed may still be settling
        decided += 1
        reason, stands = reasons.pop(), standing.get(folder.path, [])
        if reason and not stands:
            found[alarm.path] = f"is not active although {reason}"
        if not reason and stands:
            found[alarm.path] = f"is active although nothing is wrong with the station: {stands[0]}"
    if not decided:
        raise InconclusiveError(f"No station kept its state for {span:g} s; run again when the site is quieter.")
    return found


def _standing(inspection: Inspection) -> dict[str, list[str]]:
    """Return the messages of standing alarms by the path of the station's folder."""
    homes = {point.id: folder.path for _, folder in inspection.matched.of("station") for point in folder.points}
    found: dict[str, list[str]] = defaultdict(list)
    for event in inspection.workstation.alarm_events():
        home = homes.get(event.id) or homes.get(event.source_id)
        if home is not None and event.state in STANDING:
            found[home].append(event.message)
    return found


def _reason(look: Look, key: Key) -> str | None:
    """Say why a station must have an alarm, "" if it must have none, None if the guide leaves it open."""
    station = look.objects[key]
    connectors = [one for one in look.oracle.connectors if one["stationId"] == station["id"]]
    if not station["connected"]:
        return "there is no connection to the station"
    if "faulted" in _statuses(station, connectors):
        return "it is faulted"
    if "unavailable" in _statuses(station, connectors):
        made_so = any(not one["available"] for one in connectors)
        return None if made_so else "it is unavailable"
    return ""


def _statuses(station: Json, connectors: list[Json]) -> set[str]:
    return {str(one["status"]) for one in [station, *connectors]}
