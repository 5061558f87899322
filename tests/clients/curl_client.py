"""curl --digest, called once for each request; prints a line of JSON for each step.

Arguments: address, user, password, item to write, log, items to read ...
"""

from __future__ import annotations

import json
import subprocess
import sys
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.schneider-electric.com/common/dataexchange/2011/05"
CURL = ("curl", "--silent", "--show-error", "--fail", "--max-time", "20", "--noproxy", "*", "--digest")


class Curl:
    """An EWS service that is called by curl."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self._command = (*CURL, "--user", f"{user}:{password}", "--data-binary", "@-", address)

    def call(self, operation: str, content: str = "") -> ET.Element:
        command = (*self._command, "--header", "Content-Type: application/soap+xml; charset=utf-8")
        done = subprocess.run(command, input=envelope(operation, content).encode(), stdout=subprocess.PIPE, check=True)  # noqa: S603 - curl
        return ET.fromstring(done.stdout)  # noqa: S314 - our own server's answer

    def walk(self, container: str) -> list[str]:
        answer = self.call("GetContainerItems", ids("GetContainerItemsIds", container))
        inner = rows(next(answer.iter(f"{{{NAMESPACE}}}ContainerItems")), "ContainerItem", "Id")
        return [container, *(one for (found,) in inner for one in self.walk(found))]


def envelope(operation: str, content: str = "") -> str:
    tag = f"{operation}Request"
    request = f'<{tag} xmlns="{NAMESPACE}" version="1.2">{content}</{tag}>'
    return f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{request}</s:Body></s:Envelope>'


def ids(tag: str, *names: str) -> str:
    return f"<{tag}>{''.join(f'<Id>{name}</Id>' for name in names)}</{tag}>"


def one(element: ET.Element, tag: str) -> str:
    return next(element.iter(f"{{{NAMESPACE}}}{tag}")).text or ""


def rows(element: ET.Element, tag: str, *names: str) -> list[list[str]]:
    return [[one(row, name) for name in names] for row in element.iter(f"{{{NAMESPACE}}}{tag}")]


def tell(step: str, **shown: object) -> None:
    print(json.dumps({"step": step, **shown}))  # noqa: T201 - a program that prints


def main(address: str, user: str, password: str, reduction: str, log: str, *read: str) -> None:
    curl = Curl(address, user, password)
    about = curl.call("GetWebServiceInformation")
    tell(
        "discover",
        version=f"{one(about, 'MajorVersion')}.{one(about, 'MinorVersion')}",
        operations=len(rows(about, "Operation")),
        containers=curl.walk("Server"),
    )

    values = curl.call("GetValues", ids("GetValuesIds", *read))
    items = curl.call("GetItems", ids("GetItemsIds", *read))
    tell(
        "read",
        values=rows(values, "ValueItem", "Id", "State", "Value"),
        items=rows(items, "ValueItem", "Id", "Name", "Type", "Unit"),
    )

    wanted = f"<ValueItem><Id>{reduction}</Id><Value>12.5</Value></ValueItem>"
    done = curl.call("SetValues", f"<SetValuesItems>{wanted}</SetValuesItems>")
    tell("write", succeeded=one(done, "Success") == "true")

    history = curl.call("GetHistory", ids("GetHistoryParameter", log))
    records = rows(history, "HistoryRecord", "TimeStamp", "State", "Value")
    tell("history", unit=one(history, "Unit"), records=records)

    alarms = rows(curl.call("GetAlarmEvents"), "AlarmEvent", "ID", "Priority", "Message")
    told = curl.call("AcknowledgeAlarmEvents", ids("AcknowledgeAlarmEventsIds", alarms[0][0]))
    tell("alarms", alarms=alarms, acknowledged=one(told, "Success") == "true")


if __name__ == "__main__":
    main(*sys.argv[1:])
