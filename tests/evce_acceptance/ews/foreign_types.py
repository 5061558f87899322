"""The messages of the pump's server as types of spyne, written by hand."""

from __future__ import annotations

from itertools import count
from typing import Any

from evce_connector.ews.wire.spyne_import import spyne

NAMESPACE = "http://www.schneider-electric.com/common/dataexchange/2011/05"
_NUMBERS = count()


def _model(name: str, **members: Any) -> Any:  # noqa: ANN401 - spyne is untyped
    """Make a type; spyne wants a name of its own for each."""
    return _named(f"{name}_{next(_NUMBERS)}", members)


def _named(name: str, members: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
    return type(name, (spyne.ComplexModel,), {"__namespace__": NAMESPACE, "_type_info": list(members.items())})


def _many(name: str, inner: str, type_: Any) -> Any:  # noqa: ANN401 - as above
    return _model(name, **{inner: type_.customize(min_occurs=0, max_occurs="unbounded")})


def message(name: str, **members: Any) -> Any:  # noqa: ANN401 - as above
    return _named(name, members | {"version": spyne.XmlAttribute(spyne.Unicode)})


def unversioned(name: str, **members: Any) -> Any:  # noqa: ANN401 - as above
    return _named(name, members)


_TEXT, _NUMBER, _TRUTH, _TIME = spyne.Unicode, spyne.Integer, spyne.Boolean, spyne.DateTime
_ROW = {"Id": _TEXT, "Name": _TEXT, "Description": _TEXT, "Type": _TEXT}
_Ids = _many("Ids", "Id", _TEXT)
_Errors = _many("Errors", "ErrorResult", _model("ErrorResultType", Id=_TEXT, Message=_TEXT))
_LISTED = _model("ListedValue", **_ROW, Unit=_TEXT, Writeable=_NUMBER)
_VALUE = _model("ValueItemType", **_ROW, Value=_TEXT, Unit=_TEXT, Writeable=_NUMBER, State=_NUMBER)
_HISTORY = _model("HistoryItemType", **_ROW, Unit=_TEXT, ValueItemId=_TEXT)
_ALARM = _model("AlarmItemType", Id=_TEXT, Name=_TEXT, Description=_TEXT, State=_NUMBER, ValueItemId=_TEXT)
_Lists = _model(
    "Lists",
    ContainerItems=_many("Containers", "ContainerItem", _model("Listed", **_ROW)),
    ValueItems=_many("ListedValues", "ValueItem", _LISTED),
    HistoryItems=_many("Histories", "HistoryItem", _HISTORY),
    AlarmItems=_many("Alarms", "AlarmItem", _ALARM),
)
_Items = _model(
    "Items",
    ValueItems=_many("Values", "ValueItem", _VALUE),
    HistoryItems=_many("Histories", "HistoryItem", _HISTORY),
    AlarmItems=_many("Alarms", "AlarmItem", _ALARM),
)
_STATUS = {"MoreDataAvailable": _TRUTH, "MoreDataRef": _TEXT}
_EVENT = _model(
    "AlarmEventsType", ID=_TEXT, SourceID=_TEXT, SourceName=_TEXT, Acknowledgeable=_NUMBER, TimeStampOccurrence=_TIME,
    TimeStampTransition=_TIME, Priority=_NUMBER, State=_NUMBER, Type=_TEXT, Message=_TEXT,
)  # fmt: skip
_AlarmStatus = _model("AlarmStatus", **_STATUS, LastUpdate=_TEXT, NeedsRefresh=_TRUTH)
_Types = _many("Types", "Type", _TEXT)
_Filter = _model("Filter", PriorityFrom=_NUMBER, PriorityTo=_NUMBER, Types=_Types)
_Reference = _model("Reference", MoreDataRef=_TEXT)
_Cursor = _model("Cursor", LastUpdate=_TEXT, MoreDataRef=_TEXT)
_Stateful = _model("Stateful", Id=_TEXT, State=_NUMBER, Value=_TEXT)
_Written = _many("Written", "ValueItem", _model("Stateless", Id=_TEXT, Value=_TEXT))
_Results = _many("Results", "Result", _model("ResultType", Id=_TEXT, Success=_TRUTH, Message=_TEXT))
_Record = _model("Record", Value=_TEXT, State=_NUMBER, TimeStamp=_TIME)

MESSAGES = {
    "GetWebServiceInformation": (
        {},
        {
            "Version": _model("Version", MajorVersion=_NUMBER, MinorVersion=_TEXT, UsedNameSpace=_TEXT),
            "SupportedOperations": _many("Operations", "Operation", _TEXT),
            "System": _model("System", Version=_TEXT, Id=_TEXT, Name=_TEXT),
        },
    ),
    "GetContainerItems": (
        {"Ids": _Ids, "Parameter": _Reference},
        {
            "Items": _many("ContainerItems", "ContainerItem", _model("ContainerItemType", **_ROW, Items=_Lists)),
            "ErrorResults": _Errors,
            "Status": _model("Status", **_STATUS),
        },
    ),
    "GetItems": ({"Ids": _Ids}, {"Items": _Items, "ErrorResults": _Errors}),
    "GetValues": ({"Ids": _Ids}, {"Items": _many("GotValues", "ValueItem", _Stateful), "ErrorResults": _Errors}),
    "SetValues": ({"Items": _Written}, {"Results": _Results}),
    "GetHistory": (
        {
            "Parameter": _model("HistoryOf", Id=_TEXT, MoreDataRef=_TEXT),
            "Filter": _model("Window", TimeFrom=_TIME, TimeTo=_TIME),
        },
        {
            "ResponseStatus": _model("HistoryStatus", **_STATUS, TimeFrom=_TIME, TimeTo=_TIME),
            "HistoryRecords": _model(
                "HistoryRecords",
                ValueItemId=_TEXT,
                Unit=_TEXT,
                Type=_TEXT,
                List=_many("Records", "HistoryRecord", _Record),
            ),
        },
    ),
    "GetAlarmEvents": (
        {"Parameter": _Reference, "Filter": _Filter},
        {"ResponseStatus": _AlarmStatus, "AlarmEvents": _many("Events", "AlarmEvent", _EVENT)},
    ),
    "GetUpdatedAlarmEvents": (
        {"Parameter": _Cursor, "Filter": _Filter},
        {"ResponseStatus": _AlarmStatus, "AlarmEvents": _many("Events", "AlarmEvent", _EVENT)},
    ),
    "GetAlarmEventTypes": ({}, {"Types": _Types}),
}  # fmt: skip
"""Members of request and response, without the operation's name before each."""
