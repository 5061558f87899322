"""GetWebServiceInformation, GetContainerItems, GetHierarchicalInformation and GetEnums."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version as installed_version
from typing import Any

from evce_connector.ews.operations.call import Answer, Call, Handler, members, needed_ids
from evce_connector.ews.operations.values import AlarmState
from evce_connector.ews.wire.contract import NAMESPACE
from evce_connector.ews.wire.enums import Enumeration
from evce_connector.ews.wire.faults import EwsFault
from evce_connector.ews.wire.render import ContainerWriter, element, error_results, text_element
from evce_connector.points.tree import Folder, Tree

SYSTEM_ID = "evce-connector"
PROFILES = ("Minimum", "Values", "Alarms", "History")
"""Words of our own: the profiles' names are not public."""


class Browse:
    """Answers what the tree looks like."""

    def __init__(
        self,
        tree: Tree,
        alarm_state: AlarmState,
        offered: Callable[[str], list[str]],
        enums: Sequence[Enumeration],
    ) -> None:
        self._tree = tree
        self._alarm_state = alarm_state
        self._write_container = ContainerWriter()
        self._offered = offered
        self._enums = {enum.id: enum for enum in enums}
        self.handlers: dict[str, Handler] = {
            "GetWebServiceInformation": self._information,
            "GetContainerItems": self._containers,
            "GetHierarchicalInformation": self._hierarchy,
            "GetEnums": self._get_enums,
        }

    def _information(self, call: Call, _: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        major, _dot, minor = call.version.partition(".")
        answer: dict[str, Any] = {
            "GetWebServiceInformationVersion": {
                "MajorVersion": int(major),
                "MinorVersion": minor,
                "UsedNameSpace": NAMESPACE,
            },
            "GetWebServiceInformationSupportedOperations": {"Operation": self._offered(call.version)},
            "GetWebServiceInformationSystem": {
                "Version": installed_version("evce-connector"),
                "Id": SYSTEM_ID,
                "Name": self._tree.root.name,
            },
        }
        if call.version != "1.1":
            answer["GetWebServiceInformationSupportedProfiles"] = {"Profile": list(PROFILES)}
        return answer

    def _containers(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        root = self._tree.root
        ids = members(request.GetContainerItemsIds) or [root.id]
        call.items = len(ids)
        found = [(id_, self._tree.get(id_ or root.id)) for id_ in ids]
        folders = [node for _, node in found if isinstance(node, Folder)]
        wrong = [id_ for id_, node in found if not isinstance(node, Folder)]
        return itertools.chain(
            (b"<GetContainerItemsItems>",),
            self._written(folders, call.version),
            (
                b"</GetContainerItemsItems>",
                element("GetContainerItemsErrorResults", error_results(wrong)),
                element("GetContainerItemsStatus", b"<MoreDataAvailable>false</MoreDataAvailable>"),
            ),
        )

    def _written(self, folders: Sequence[Folder], version: str) -> Iterator[bytes]:
        """Write containers as they are taken, each of them once: one that is asked for again is the same text."""
        known: dict[str, bytes] = {}
        for folder in folders:
            if (written := known.get(folder.id)) is None:
                written = known[folder.id] = self._write_container(folder, version, self._alarm_state)
            yield written

    def _hierarchy(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        """Name the containers from the root (order 0) down to the one that holds the item, or is it."""
        call.items = 1
        folder = self._tree.holder(request.GetHierarchicalInformationId or self._tree.root.id)
        if folder is None:
            raise EwsFault("Invalid_Id", "No item has the id of the request.")
        path = [{"text": part.id, "order": order} for order, part in enumerate(folder.path())]
        return {"GetHierarchicalInformationPath": {"ContainerItem": path}}

    def _get_enums(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        ids = needed_ids(request.GetEnumIds)
        call.items = len(ids)
        known = {id_: _enum(self._enums[id_]) for id_ in self._enums.keys() & set(ids)}
        return (
            b"<GetEnumsEnums>",
            *(known[id_] for id_ in ids if id_ in known),
            b"</GetEnumsEnums>",
            element("GetEnumsErrorResults", error_results(id_ for id_ in ids if id_ not in known)),
        )


def _enum(enum: Enumeration) -> bytes:
    values = (
        element("EnumValue", text_element("Value", value), text_element("Text", text)) for value, text in enum.values
    )
    return element("Enum", text_element("Id", enum.id), text_element("Name", enum.name), element("EnumValues", *values))
