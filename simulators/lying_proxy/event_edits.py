"""Lies about histories, alarms and pages."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from lying_proxy.directory import Kind
from lying_proxy.message import Message, double, drop, put, tag, text
from lying_proxy.scene import Scene

_NORMAL, _ACTIVE, _RESET = "0", "1", "3"


def history_doubled(scene: Scene) -> int:
    """Give the middle record of what was asked for twice."""
    records = [] if scene.continues else scene.records()
    if records:
        double(records[len(records) // 2])
    return min(1, len(records))


def history_missing(scene: Scene) -> int:
    """Leave the middle record of what was asked for out."""
    records = [] if scene.continues else scene.records()
    if records:
        drop(records[len(records) // 2])
    return min(1, len(records))


def history_value(scene: Scene) -> int:
    """Show another value in the middle record of what was asked for."""
    records = [] if scene.continues else scene.records()
    middle = records[len(records) // 2 :][:1]
    return sum(put(record, "Value", scene.options["to"], ("State",)) for record in middle)


def alarm_stuck(scene: Scene) -> int:
    """Repeat the alarm's last event as Active after it has cleared."""
    changed = 0
    for event in scene.events():
        if text(event, "State") not in (_NORMAL, _RESET):
            scene.memory.event = deepcopy(event)
        elif scene.memory.event is not None:
            changed += put(event, "State", _ACTIVE)
    if scene.memory.event is None:
        return 0
    if scene.answer.operation == "GetAlarmEvents" and not scene.events() and not scene.continues:
        changed += _add_event(scene.answer, scene.memory.event)
    return changed + _raise_item(scene)


def alarm_invented(scene: Scene) -> int:
    """Show an alarm that is Normal as Active."""
    changed = sum(put(event, "State", _ACTIVE) for event in scene.events() if text(event, "State") == _NORMAL)
    if scene.answer.operation == "GetAlarmEvents" and not scene.events() and not scene.continues:
        changed += _add_event(scene.answer, _event(scene))
    return changed + _raise_item(scene)


def alarm_hidden(scene: Scene) -> int:
    """Leave the alarm's events out and show it as Normal."""
    events = scene.events()
    for event in events:
        drop(event)
    return len(events) + sum(put(row, "State", _NORMAL) for row in scene.answer.rows(scene.item.id, "AlarmItem"))


def alarm_message(scene: Scene) -> int:
    """Say something else in the alarm's events."""
    return sum(put(event, "Message", scene.options["to"], ("Type", "State")) for event in scene.events())


def page_end(scene: Scene) -> int:
    """Leave out the last row of each page of the item's history or container that another page follows."""
    if not scene.goes_on:
        return 0
    if scene.item.kind is Kind.HISTORY:
        rows = scene.records()
    else:
        rows = [row for at in scene.answer.rows(scene.item.id, "ContainerItem") for row in at.iterfind("{*}Items/*/*")]
    for row in rows[-1:]:
        drop(row)
    return len(rows[-1:])


def _raise_item(scene: Scene) -> int:
    rows = [row for row in scene.answer.rows(scene.item.id, "AlarmItem") if row.find("{*}State") is not None]
    return sum(put(row, "State", _ACTIVE) for row in rows if text(row, "State") in (_NORMAL, _RESET))


def _event(scene: Scene) -> etree._Element:
    words = {
        "ID": scene.item.id,
        "SourceID": scene.item.value_item_id,
        "SourceName": scene.item.name,
        "Acknowledgeable": "1",
        "TimeStampOccurrence": scene.options["since"],
        "TimeStampTransition": scene.options["since"],
        "Priority": "100",
        "State": _ACTIVE,
        "Type": "EVCE Fault",
        "Message": "invented",
    }
    event = etree.Element(tag("AlarmEvent"))
    for name, word in words.items():
        etree.SubElement(event, tag(name)).text = word
    return event


def _add_event(answer: Message, event: etree._Element) -> int:
    """Add an event as Active to the list of the alarms now."""
    events = next(answer.named("GetAlarmEventsAlarmEvents"), None)
    if events is None:
        events = etree.SubElement(answer.content, tag("GetAlarmEventsAlarmEvents"))
    added = deepcopy(event)
    put(added, "State", _ACTIVE)
    events.append(added)
    return 1
