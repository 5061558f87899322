"""How an answer is altered, so that it is wrong as those of some server are."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from tests.evce_acceptance.ews.foreign_front import SOAP, Talk
from tests.evce_acceptance.ews.foreign_types import NAMESPACE

Edit = Callable[[Talk], object]


def on(operation: str, edit: Edit) -> Edit:
    """Alter the answers of one operation."""

    def altered(talk: Talk) -> None:
        if talk.operation == operation and not talk.is_fault:
            edit(talk)

    return altered


def on_faults(edit: Edit) -> Edit:
    return lambda talk: edit(talk) if talk.is_fault else None


def put(name: str, text: str, where: str = "") -> Edit:
    """Write a text into every element of a name, or into those with one text."""

    def put(talk: Talk) -> None:
        for node in talk.rows(name):
            if not where or node.text == where:
                node.text = text

    return put


def remove(node: etree._Element) -> None:
    """Take an element out of what holds it."""
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)


def drop(name: str, text: str = "") -> Edit:
    """Leave out every element of a name, or those that hold an Id of that text."""

    def drop(talk: Talk) -> None:
        for node in talk.rows(name):
            if not text or node.findtext("{*}Id") == text:
                remove(node)

    return drop


def double(name: str) -> Edit:
    def double(talk: Talk) -> None:
        for node in talk.rows(name)[:1]:
            node.addnext(etree.fromstring(etree.tostring(node)))

    return double


def asked(talk: Talk, name: str = "Id") -> list[str]:
    return [] if talk.request is None else [node.text or "" for node in talk.request.iter(f"{{*}}{name}")]


def as_fault(talk: Talk, name: str = "Invalid_Id") -> None:
    """Make a fault of an answer."""
    detail = f'<f:Fault_{name} xmlns:f="{NAMESPACE}/DataExchangeInterface/Fault"/>'
    text = (
        f'<e:Fault xmlns:e="{SOAP}"><e:Code><e:Value>e:Sender</e:Value></e:Code>'
        f'<e:Reason><e:Text xml:lang="en">X</e:Text></e:Reason><e:Detail>{detail}</e:Detail></e:Fault>'
    )
    talk.envelope[0][:] = [etree.fromstring(text)]
    talk.status = 400


def whole_call_fails(talk: Talk) -> None:
    if talk.rows("ErrorResult"):
        as_fault(talk)


def any_letters(talk: Talk) -> None:
    """Take ids in any letters."""
    for row in talk.rows("ErrorResult"):
        id_ = row.findtext("{*}Id") or ""
        known = next((one for one in talk.pump.values if one.lower() == id_.lower()), None)
        if known is not None:
            add_value(talk, id_, talk.pump.values[known])
            remove(row)


def add_value(talk: Talk, id_: str, value: str) -> None:
    items = talk.rows("GetValuesItems")[0]
    row = etree.SubElement(items, f"{{{NAMESPACE}}}ValueItem")
    for name, text in (("Id", id_), ("State", "0"), ("Value", value)):
        etree.SubElement(row, f"{{{NAMESPACE}}}{name}").text = text


def by_place(talk: Talk) -> None:
    """Give values by their places: ids are sorted, values are not."""
    rows = talk.rows("ValueItem")
    ids = sorted(row.findtext("{*}Id") or "" for row in rows)
    for row, id_ in zip(rows, ids, strict=True):
        row.find("{*}Id").text = id_  # type: ignore[union-attr]


def whole_history(talk: Talk) -> None:
    """Look at no window."""
    if not asked(talk, "TimeFrom"):
        return
    (list_,) = talk.rows("List")
    list_[:] = []
    for time, value in talk.pump.records:
        record = etree.SubElement(list_, f"{{{NAMESPACE}}}HistoryRecord")
        for name, text in (("Value", value), ("State", "0"), ("TimeStamp", time.isoformat().replace("+00:00", "Z"))):
            etree.SubElement(record, f"{{{NAMESPACE}}}{name}").text = text


def shuffled(talk: Talk) -> None:
    for list_ in talk.rows("List"):
        rows = list(list_)
        list_[:] = [*rows[1:], *rows[:1]]


def reversed_value(talk: Talk) -> None:
    for row in talk.rows("ValueItem"):
        row[:] = list(row)[::-1]


def local_times(talk: Talk) -> None:
    for name in ("TimeStamp", "TimeFrom", "TimeTo"):
        for node in talk.rows(name):
            node.text = (node.text or "").replace("+00:00", "").removesuffix("Z")


def add(name: str, parent: str, text: str) -> Edit:
    def add(talk: Talk) -> None:
        for node in talk.rows(parent):
            etree.SubElement(node, f"{{{NAMESPACE}}}{name}").text = text

    return add


def after_filter(talk: Talk) -> None:
    """Give alarms though the filter leaves none."""
    events = talk.rows("GetAlarmEventsAlarmEvents")
    if talk.request is not None and talk.request.find("{*}GetAlarmEventsFilter") is not None and not len(events[0]):
        row = etree.SubElement(events[0], f"{{{NAMESPACE}}}AlarmEvent")
        words = {"ID": "Pump/Alarm", "SourceID": "Pump/On", "Acknowledgeable": "1"}
        words |= {"TimeStampOccurrence": "2026-01-01T00:00:00Z", "TimeStampTransition": "2026-01-01T00:05:00Z"}
        words |= {"Priority": "300", "State": "1", "Type": "Pump fault"}
        for name, text in words.items():
            etree.SubElement(row, f"{{{NAMESPACE}}}{name}").text = text


def foreign_namespace(talk: Talk) -> None:
    for node in talk.content.iter("{*}*"):
        node.tag = str(node.tag).replace(NAMESPACE, "urn:other")


def not_written(talk: Talk) -> None:
    talk.pump.values["Pump/Setpoint"] = "1500.0"


def no_language(talk: Talk) -> None:
    for node in talk.rows("Text"):
        node.attrib.clear()


def media(talk: Talk) -> None:
    talk.media = "text/xml"


def status(talk: Talk) -> None:
    talk.status = 200


def no_version(talk: Talk) -> None:
    if talk.content.get("version"):
        talk.content.attrib.pop("version")


def empty_answer(talk: Talk) -> None:
    """Answer what is not offered by an empty envelope."""
    if talk.is_fault and talk.rows("Fault_Operation_Not_Supported"):
        talk.envelope[0][:] = []
        talk.status = 200


def second_page(talk: Talk) -> None:
    for node in talk.rows("MoreDataAvailable"):
        node.text = "true"


def no_root(talk: Talk) -> None:
    if talk.operation == "GetContainerItems" and asked(talk) == [""]:
        as_fault(talk)


def empty_lists(talk: Talk) -> None:
    for name in ("ValueItems", "HistoryItems", "AlarmItems"):
        for node in talk.rows(name):
            if not len(node):
                remove(node)


def empty_history(talk: Talk) -> None:
    """Answer an unknown history by an empty one."""
    if talk.operation == "GetHistory" and talk.rows("Fault_Invalid_Id"):
        talk.envelope[0][:] = [etree.fromstring(f'<GetHistoryResponse xmlns="{NAMESPACE}" version="1.2"/>')]
        talk.status = 200


def lists(talk: Talk) -> None:
    """Answer a missing list of ids as if it were empty."""
    if talk.operation == "GetValues" and talk.rows("Fault_Missing_Id_List"):
        talk.envelope[0][:] = [etree.fromstring(f'<GetValuesResponse xmlns="{NAMESPACE}" version="1.2"/>')]
        talk.status = 200


def put_within(parent: str, name: str, text: str) -> Edit:
    """Write a text into an element of every row of a name."""

    def put_in(talk: Talk) -> None:
        for row in talk.rows(parent):
            for node in row.iterfind(f"{{*}}{name}"):
                node.text = text

    return put_in
