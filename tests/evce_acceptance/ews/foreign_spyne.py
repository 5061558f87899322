"""An EWS server of another make: a pump, served by spyne with types that are written here by hand.

It shares nothing with the reference connector but that both use spyne. What spyne leaves to others (login, media types,
document type definitions, headers) is foreign_front.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from evce_connector.ews.wire.spyne_import import Soap12, spyne
from spyne import Application, Service
from spyne.decorator import rpc
from spyne.server.wsgi import WsgiApplication

from tests.evce_acceptance.ews.foreign_types import MESSAGES, NAMESPACE, message, unversioned

FAULTS = f"{{{NAMESPACE}/DataExchangeInterface/Fault}}Fault_"
OPERATIONS = ["GetWebServiceInformation", "GetContainerItems", "GetItems", "GetValues", "SetValues", "GetHistory"]
OPERATIONS += ["GetAlarmEvents", "GetUpdatedAlarmEvents", "GetAlarmEventTypes"]
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


class EwsError(spyne.Fault):  # type: ignore[misc]  # spyne has no types
    """A fault of the contract."""

    def __init__(self, name: str, code: str = "Client") -> None:
        super().__init__(code, name.upper(), detail={f"{FAULTS}{name}": f"This is {name}."})


@dataclass
class Pump:
    """What is served."""

    values: dict[str, str] = field(
        default_factory=lambda: {
            "Pump/Speed": "1450.5",
            "Pump/On": "True",
            "Pump/Mode": "auto",
            "Pump/Hours": "12042",
            "Pump/Since": "2026-01-01T00:00:00Z",
            "Pump/Setpoint": "1500.0",
        }
    )
    records: tuple[tuple[datetime, str], ...] = tuple(
        (BEGUN + timedelta(minutes=15 * number), str(1400.5 + number)) for number in range(8)
    )


TYPES = {
    "Speed": "Double",
    "On": "Boolean",
    "Mode": "String",
    "Hours": "Long",
    "Since": "DateTime",
    "Setpoint": "Double",
}
UNITS = {"Speed": "1/min", "Setpoint": "1/min", "Hours": "h"}
LOG, ALARM, TYPE = "Pump/Speed/Log", "Pump/Alarm", "Pump fault"
CONTAINERS = {"Site": ("Site", "Server"), "Pump": ("Pump 1", "Device")}


def _filled(type_: Any, data: Any) -> Any:  # noqa: ANN401 - as above
    """Make spyne's objects of plain data."""
    if isinstance(data, list):
        return [_filled(type_, one) for one in data]
    if not isinstance(data, dict):
        return data
    members = type_._type_info
    return type_(**{name: _filled(members[name], value) for name, value in data.items()})


def _wanted(request: Any, member: str, inner: str = "Id") -> list[str] | None:  # noqa: ANN401 - as above
    list_ = getattr(request, member, None)
    return None if list_ is None else [text or "" for text in getattr(list_, inner) or []]


def _needed(request: Any, member: str) -> list[str]:  # noqa: ANN401 - as above
    if not (ids := _wanted(request, member)):
        raise EwsError("Missing_Id_List")
    return ids


def _errors(ids: list[str]) -> dict[str, Any]:
    return {"ErrorResult": [{"Id": id_, "Message": "INVALID_ID"} for id_ in ids]}


class Server:
    """Answers of every operation, as plain data."""

    def __init__(self, pump: Pump) -> None:
        self.pump = pump

    def GetWebServiceInformation(self, request: Any) -> dict[str, Any]:  # noqa: ANN401, N802 - as the contract says
        major, _, minor = request.version.partition(".")
        return {
            "Version": {"MajorVersion": int(major), "MinorVersion": minor, "UsedNameSpace": NAMESPACE},
            "SupportedOperations": {"Operation": OPERATIONS},
            "System": {"Version": "3.1.4", "Id": "pump-station", "Name": "Pump station"},
        }

    def GetContainerItems(self, request: Any) -> dict[str, Any]:  # noqa: ANN401, N802
        if getattr(request.GetContainerItemsParameter, "MoreDataRef", None):
            raise EwsError("TimeOut", "Server")
        ids = [id_ or "Site" for id_ in _wanted(request, "GetContainerItemsIds") or [""]]
        return {
            "Items": {"ContainerItem": [self._container(id_) for id_ in ids if id_ in CONTAINERS]},
            "ErrorResults": _errors([id_ for id_ in ids if id_ not in CONTAINERS]),
            "Status": {"MoreDataAvailable": False},
        }

    def _container(self, id_: str) -> dict[str, Any]:
        is_root = id_ == "Site"
        values = [] if is_root else [self._listed(one) for one in self.pump.values]
        lists = {
            "ContainerItems": {"ContainerItem": [self._row("Pump")] if is_root else []},
            "ValueItems": {"ValueItem": values},
            "HistoryItems": {"HistoryItem": [] if is_root else [self._log()]},
            "AlarmItems": {"AlarmItem": [] if is_root else [self._alarm()]},
        }
        return {**self._row(id_), "Items": lists}

    @staticmethod
    def _row(id_: str) -> dict[str, Any]:
        name, type_ = CONTAINERS[id_]
        return {"Id": id_, "Name": name, "Description": "", "Type": type_}

    @staticmethod
    def _listed(id_: str) -> dict[str, Any]:
        name = id_.rpartition("/")[2]
        writeable = int(name == "Setpoint")
        row = {"Id": id_, "Name": name, "Description": f"{name} of the pump", "Type": TYPES[name]}
        return row | {"Unit": UNITS.get(name, ""), "Writeable": writeable}

    @staticmethod
    def _log() -> dict[str, Any]:
        return {
            "Id": LOG,
            "Name": "Log",
            "Description": "",
            "Type": "Double",
            "Unit": "1/min",
            "ValueItemId": "Pump/Speed",
        }

    @staticmethod
    def _alarm() -> dict[str, Any]:
        return {"Id": ALARM, "Name": "Alarm", "Description": "", "State": 1, "ValueItemId": "Pump/On"}

    def GetItems(self, request: Any) -> dict[str, Any]:  # noqa: ANN401, N802
        ids, values = _needed(request, "GetItemsIds"), self.pump.values
        return {
            "Items": {
                "ValueItems": {
                    "ValueItem": [
                        self._listed(id_) | {"Value": values[id_], "State": 0} for id_ in ids if id_ in values
                    ]
                },
                "HistoryItems": {"HistoryItem": [self._log() for id_ in ids if id_ == LOG]},
                "AlarmItems": {"AlarmItem": [self._alarm() for id_ in ids if id_ == ALARM]},
            },
            "ErrorResults": _errors([id_ for id_ in ids if id_ not in {*values, LOG, ALARM}]),
        }

    def GetValues(self, request: Any) -> dict[str, Any]:  # noqa: ANN401, N802
        ids, values = _needed(request, "GetValuesIds"), self.pump.values
        found = [{"Id": id_, "State": 0, "Value": values[id_]} for id_ in ids if id_ in values]
        return {"Items": {"ValueItem": found}, "ErrorResults": _errors([id_ for id_ in ids if id_ not in values])}

    def SetValues(self, request: Any) -> dict[str, Any]:  # noqa: ANN401, N802
        rows = getattr(request.SetValuesItems, "ValueItem", None)
        if not rows:
            raise EwsError("Missing_Value_List")
        return {"Results": {"Result": [self._set(row.Id, row.Value) for row in rows]}}

    def _set(self, id_: str, value: str) -> dict[str, Any]:
        message = "" if id_ == "Pump/Setpoint" else "VALUE_NOT_WRITEABLE" if id_ in self.pump.values else "INVALID_ID"
        if not message and not value.replace(".", "", 1).isdigit():
            message = "INVALID_VALUE"
        if not message:
            self.pump.values[id_] = value
        return {"Id": id_, "Success": not message, "Message": message}

    def GetHistory(self, request: Any) -> dict[str, Any]:  # noqa: ANN401, N802
        parameter, window = request.GetHistoryParameter, request.GetHistoryFilter
        if getattr(parameter, "MoreDataRef", None):
            raise EwsError("Invalid_Reference")
        if getattr(parameter, "Id", None) != LOG:
            raise EwsError("Invalid_Id")
        low, high = (window.TimeFrom, window.TimeTo) if window else (BEGUN, datetime.now(UTC))
        if low > high:
            raise EwsError("Invalid_Time")
        found = [
            {"Value": value, "State": 0, "TimeStamp": time} for time, value in self.pump.records if low <= time < high
        ]
        bounds = [found[0]["TimeStamp"], found[-1]["TimeStamp"]] if found else [low, high]
        return {
            "ResponseStatus": {"MoreDataAvailable": False, "TimeFrom": bounds[0], "TimeTo": bounds[1]},
            "HistoryRecords": {
                "ValueItemId": "Pump/Speed",
                "Unit": "1/min",
                "Type": "Double",
                "List": {"HistoryRecord": found},
            },
        }

    def GetAlarmEvents(self, request: Any) -> dict[str, Any]:  # noqa: ANN401, N802
        if getattr(request.GetAlarmEventsParameter, "MoreDataRef", None):
            raise EwsError("Invalid_Reference")
        status = {"MoreDataAvailable": False, "LastUpdate": "7", "NeedsRefresh": False}
        events = [self._event()] if self._is_wanted(request.GetAlarmEventsFilter) else []
        return {"ResponseStatus": status, "AlarmEvents": {"AlarmEvent": events}}

    @staticmethod
    def _event() -> dict[str, Any]:
        times = {"TimeStampOccurrence": BEGUN, "TimeStampTransition": BEGUN + timedelta(minutes=5)}
        what = {"Priority": 300, "State": 1, "Type": TYPE, "Message": "It is stuck."}
        return {"ID": ALARM, "SourceID": "Pump/On", "SourceName": "On", "Acknowledgeable": 1} | times | what

    @staticmethod
    def _is_wanted(filter_: Any) -> bool:  # noqa: ANN401 - as above
        if filter_ is None:
            return True
        low, high = filter_.PriorityFrom or 0, 1000 if filter_.PriorityTo is None else filter_.PriorityTo
        if low > high:
            raise EwsError("Invalid_Priority")
        types = _wanted(filter_, "Types", "Type") or [TYPE]
        if types != [TYPE]:
            raise EwsError("Invalid_Type")
        return low <= 300 <= high

    def GetUpdatedAlarmEvents(self, request: Any) -> dict[str, Any]:  # noqa: ANN401, N802
        known = getattr(request.GetUpdatedAlarmEventsParameter, "LastUpdate", None) == "7"
        status = {"MoreDataAvailable": False, "LastUpdate": "7", "NeedsRefresh": not known}
        return {"ResponseStatus": status, "AlarmEvents": {"AlarmEvent": []}}

    def GetAlarmEventTypes(self, _: Any) -> dict[str, Any]:  # noqa: ANN401, N802
        return {"Types": {"Type": [TYPE]}}


def application(pump: Pump) -> WsgiApplication:
    """Make the application of spyne."""
    server = Server(pump)
    methods = {name: _method(server, name) for name in MESSAGES}
    service = type("DataExchange", (Service,), methods)
    made = Application([service], NAMESPACE, in_protocol=Soap12(), out_protocol=Soap12())
    return WsgiApplication(made)


def _method(server: Server, name: str) -> Any:  # noqa: ANN401 - spyne is untyped
    asked, answered = ({f"{name}{member}": type_ for member, type_ in part.items()} for part in MESSAGES[name])
    request = message(f"{name}Request", **asked)
    response = (unversioned if name == "SetValues" else message)(f"{name}Response", **answered)
    answer: Callable[[Any], dict[str, Any]] = getattr(server, name)

    def method(_: Any, request: Any) -> Any:  # noqa: ANN401 - as above
        data = {f"{name}{member}": value for member, value in answer(request).items()}
        version = {} if name == "SetValues" else {"version": request.version}
        return _filled(response, data | version)

    method.__name__ = name
    names = {"_in_message_name": f"{name}Request", "_out_message_name": f"{name}Response"}
    return rpc(request, _returns=response, _body_style="bare", **names)(method)


__all__ = ["EwsError", "Pump", "application"]
