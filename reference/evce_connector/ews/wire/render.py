"""Items as XML, written once by hand because thousands of them are read at a time (the contract's ArrayOfItemType)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evce_connector.alarms.state_machine import AlarmEvent
from evce_connector.ews.wire.text import escape
from evce_connector.persistence.system_events import SystemEvent
from evce_connector.points.tree import FRESH, AgeStates, AlarmItem, Folder, HistoryItem, Point, ValueItem
from evce_connector.site.values import to_wire, utc_text


def value_fragment(item: ValueItem, ages: AgeStates = FRESH) -> bytes:
    """Write a ValueItem of GetValues, with what the age of the last poll adds to its state."""
    return (
        f"<ValueItem><Id>{escape(item.id)}</Id><State>{item.state_by(ages):d}</State>"
        f"<Value>{escape(to_wire(item.value))}</Value></ValueItem>"
    ).encode()


class ItemWriter:
    """Writes ValueItems of GetItems; what all items of a data point share is written once for each EWS version."""

    def __init__(self) -> None:
        self._shared: dict[tuple[int, str], tuple[Point, str, str, str]] = {}

    def __call__(self, item: ValueItem, version: str, ages: AgeStates = FRESH) -> bytes:
        """Write an item, with what the age of the last poll adds to its state."""
        point = item.point
        _, name_and_type, writeable, end = self._shared.get((id(point), version)) or self._share(point, version)
        return (
            f"<ValueItem><Id>{escape(item.id)}</Id>{name_and_type}<Value>{escape(to_wire(item.value))}</Value>"
            f"<Unit>{escape(item.unit)}</Unit>{writeable}<State>{item.state_by(ages):d}</State>{end}</ValueItem>"
        ).encode()

    def _share(self, point: Point, version: str) -> tuple[Point, str, str, str]:
        """Write the shared parts; Forceable and EnumId came with 1.2. The point is kept, so that its id stays."""
        name = escape(point.label)
        head = f"<Name>{name}</Name><Description>{name}</Description><Type>{point.type}</Type>"
        enum = f"<EnumId>{escape(point.enum)}</EnumId>" if point.enum else ""
        end = "" if version == "1.1" else f"<Forceable>0</Forceable>{enum}"
        shared = (point, head, f"<Writeable>{point.writeable:d}</Writeable>", end)
        return self._shared.setdefault((id(point), version), shared)


def history_item(item: HistoryItem) -> bytes:
    """Write a HistoryItem."""
    return (
        f"<HistoryItem><Id>{escape(item.id)}</Id><Name>{escape(item.name)}</Name>"
        f"<Description>{escape(item.description)}</Description><Type>{item.source.point.type}</Type>"
        f"<Unit>{escape(item.source.unit)}</Unit><ValueItemId>{escape(item.source.id)}</ValueItemId></HistoryItem>"
    ).encode()


def alarm_item(item: AlarmItem, state: int) -> bytes:
    """Write an AlarmItem with its present state."""
    return (
        f"<AlarmItem><Id>{escape(item.id)}</Id><Name>{escape(item.name)}</Name>"
        f"<Description>{escape(item.description)}</Description><State>{state:d}</State>"
        f"<ValueItemId>{escape(item.source.id)}</ValueItemId></AlarmItem>"
    ).encode()


class ContainerWriter:
    """Writes ContainerItems with their direct children; what all items of a data point share is written once."""

    def __init__(self) -> None:
        self._shared: dict[tuple[int, str, str], tuple[Point, bytes]] = {}

    def __call__(self, folder: Folder, version: str, alarm_state: Callable[[str], int]) -> bytes:
        """Write a container; all four lists are there, even when empty (docs/ews.md, Ids and the tree)."""
        lists = (
            element("ContainerItems", *[element("ContainerItem", _folder(part)) for part in folder.folders]),
            element("ValueItems", *[self._value(item, version) for item in folder.values]),
            element("HistoryItems", *[history_item(item) for item in folder.histories]),
            element("AlarmItems", *[alarm_item(alarm, alarm_state(alarm.key)) for alarm in folder.alarms]),
        )
        return element("ContainerItem", _folder(folder), element("Items", *lists))

    def _value(self, item: ValueItem, version: str) -> bytes:
        """Write a value item without its value and state."""
        key = (id(item.point), item.unit, version)
        _, shared = self._shared.get(key) or self._shared.setdefault(key, _described(item, version))
        return b"<ValueItem><Id>%s</Id>%s</ValueItem>" % (escape(item.id).encode(), shared)


def _folder(folder: Folder) -> bytes:
    name = escape(folder.name)
    return (
        f"<Id>{escape(folder.id)}</Id><Name>{name}</Name><Description>{name}</Description><Type>{folder.type}</Type>"
    ).encode()


def _described(item: ValueItem, version: str) -> tuple[Point, bytes]:
    """Write all but the id of a value item; Forceable and EnumId came with 1.2. The point is kept for its id()."""
    point, name = item.point, escape(item.point.label)
    enum = f"<EnumId>{escape(point.enum)}</EnumId>" if point.enum else ""
    end = "" if version == "1.1" else f"<Forceable>0</Forceable>{enum}"
    text = (
        f"<Name>{name}</Name><Description>{name}</Description><Type>{point.type}</Type>"
        f"<Unit>{escape(item.unit)}</Unit><Writeable>{point.writeable:d}</Writeable>{end}"
    )
    return point, text.encode()


def error_results(ids: Iterable[str], message: str = "INVALID_ID") -> bytes:
    """Write an ErrorResult for each id."""
    return b"".join(
        f"<ErrorResult><Id>{escape(id_)}</Id><Message>{message}</Message></ErrorResult>".encode() for id_ in ids
    )


def element(name: str, *content: bytes) -> bytes:
    """Put content between the tags of an element."""
    tag = name.encode()
    return b"<%s>%s</%s>" % (tag, b"".join(content), tag)


def text_element(name: str, text: str) -> bytes:
    """Write an element that holds a text."""
    return f"<{name}>{escape(text)}</{name}>".encode()


def alarm_event(event: AlarmEvent, id_of: Callable[[str], str]) -> bytes:
    """Write an AlarmEvent: ID is the alarm item's, SourceID that of the value item which it watches."""
    return (
        f"<AlarmEvent><ID>{escape(id_of(event.alarm))}</ID><SourceID>{escape(id_of(event.source))}</SourceID>"
        f"<SourceName>{escape(event.source_name)}</SourceName>"
        f"<Acknowledgeable>{event.acknowledgeable:d}</Acknowledgeable>"
        f"<TimeStampOccurrence>{utc_text(event.occurrence)}</TimeStampOccurrence>"
        f"<TimeStampTransition>{utc_text(event.transition)}</TimeStampTransition>"
        f"<Priority>{event.priority:d}</Priority><State>{event.state:d}</State>"
        f"<Type>{escape(event.category)}</Type><Message>{escape(event.message)}</Message></AlarmEvent>"
    ).encode()


def system_event(event: SystemEvent, source: Folder) -> bytes:
    """Write a SystemEvent; its source is the server itself."""
    return (
        f"<SystemEvent><ID>{event.sequence}</ID><Type>{escape(event.type)}</Type>"
        f"<Message>{escape(event.message)}</Message><TimeStamp>{utc_text(event.time)}</TimeStamp>"
        f"<Priority>{event.priority:d}</Priority><SourceID>{escape(source.id)}</SourceID>"
        f"<SourceName>{escape(source.name)}</SourceName></SystemEvent>"
    ).encode()


def value_changed(item: ValueItem, time: str, ages: AgeStates) -> bytes:
    """Write a value's Event of a notification; the time is when it was read, and `ages` what they add then."""
    return (
        f"<Event><Id>{escape(item.id)}</Id><TimeStamp>{time}</TimeStamp><State>{item.state_by(ages):d}</State>"
        f"<Value>{escape(to_wire(item.value))}</Value></Event>"
    ).encode()


def hierarchy_changed(container: str, time: str, type_: int) -> bytes:
    """Write a container's Event of a notification."""
    return f"<Event><Id>{escape(container)}</Id><TimeStamp>{time}</TimeStamp><Type>{type_:d}</Type></Event>".encode()
