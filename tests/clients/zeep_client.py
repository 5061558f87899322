"""zeep with HTTPDigestAuth on the served contract; prints a line of JSON for each step.

Arguments: address, user, password, item to write, log, items to read ...
"""

from __future__ import annotations

import json
import sys
from datetime import datetime

import requests
import zeep
from requests.auth import HTTPDigestAuth

NAMESPACE = "{http://www.schneider-electric.com/common/dataexchange/2011/05}"


def tell(step: str, **shown: object) -> None:
    print(json.dumps({"step": step, **shown}))  # noqa: T201 - a program that prints


def utc(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


def main(address: str, user: str, password: str, reduction: str, log: str, *read: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.auth = HTTPDigestAuth(user, password)
        client = zeep.Client(f"{address}?wsdl", transport=zeep.Transport(session=session))  # type: ignore[no-untyped-call] # zeep has no types
        visit(client.create_service(f"{NAMESPACE}DataExchangeSoap12", address), reduction, log, list(read))  # type: ignore[no-untyped-call] # as above


def walk(service: zeep.proxy.ServiceProxy, container: str) -> list[str]:
    answer = service.GetContainerItems(GetContainerItemsIds={"Id": [container]})
    (found,) = answer.GetContainerItemsItems.ContainerItem
    inner = found.Items.ContainerItems.ContainerItem if found.Items.ContainerItems else []
    return [container, *(each for one in inner for each in walk(service, one.Id))]


def visit(service: zeep.proxy.ServiceProxy, reduction: str, log: str, read: list[str]) -> None:
    about = service.GetWebServiceInformation()
    version = about.GetWebServiceInformationVersion
    tell(
        "discover",
        version=f"{version.MajorVersion}.{version.MinorVersion}",
        operations=len(about.GetWebServiceInformationSupportedOperations.Operation),
        containers=walk(service, "Server"),
    )

    values = service.GetValues(GetValuesIds={"Id": read}).GetValuesItems.ValueItem
    items = service.GetItems(GetItemsIds={"Id": read}).GetItemsItems.ValueItems.ValueItem
    tell(
        "read",
        values=[[one.Id, one.State, one.Value] for one in values],
        items=[[one.Id, one.Name, one.Type, one.Unit or ""] for one in items],
    )

    (done,) = service.SetValues(SetValuesItems={"ValueItem": [{"Id": reduction, "Value": "12.5"}]})
    tell("write", succeeded=done.Success)

    records = service.GetHistory(GetHistoryParameter={"Id": log}).GetHistoryHistoryRecords
    rows = [[utc(one.TimeStamp), one.State, one.Value] for one in records.List.HistoryRecord]
    tell("history", unit=records.Unit, records=rows)

    alarms = service.GetAlarmEvents().GetAlarmEventsAlarmEvents.AlarmEvent
    done = service.AcknowledgeAlarmEvents(AcknowledgeAlarmEventsIds={"Id": [alarms[0].ID]})
    tell(
        "alarms",
        alarms=[[one.ID, one.Priority, one.Message] for one in alarms],
        acknowledged=done.AcknowledgeAlarmEventsResults.Result[0].Success,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
