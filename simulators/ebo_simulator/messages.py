"""Answers about the server, its tree and its present values, as plain data.

Each field says where the contract (DataExchange.wsdl) keeps it. An absent or empty string on the wire is "" here, an
absent number None, an absent list an empty tuple. Numbers are the wire's: see docs/ews.md, "Numbers and words".
"""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class System:
    """Who the server says it is."""

    version: Annotated[str, "Version"] = ""
    id: Annotated[str, "Id"] = ""
    name: Annotated[str, "Name"] = ""


@dataclass(frozen=True, slots=True)
class ServiceInformation:
    """Answer of GetWebServiceInformation."""

    version: Annotated[str, "version"] = ""
    major: Annotated[int | None, "GetWebServiceInformationVersion.MajorVersion"] = None
    minor: Annotated[str, "GetWebServiceInformationVersion.MinorVersion"] = ""
    namespace: Annotated[str, "GetWebServiceInformationVersion.UsedNameSpace"] = ""
    operations: Annotated[tuple[str, ...], "GetWebServiceInformationSupportedOperations.Operation"] = ()
    profiles: Annotated[tuple[str, ...], "GetWebServiceInformationSupportedProfiles.Profile"] = ()
    system: Annotated[System | None, "GetWebServiceInformationSystem"] = None


@dataclass(frozen=True, slots=True)
class ContainerSummary:
    """A container as its parent lists it."""

    id: Annotated[str, "Id"] = ""
    name: Annotated[str, "Name"] = ""
    description: Annotated[str, "Description"] = ""
    type: Annotated[str, "Type"] = ""


@dataclass(frozen=True, slots=True)
class ValueItem:
    """A value item: without value and state in a container's list, with them from GetItems."""

    id: Annotated[str, "Id"] = ""
    name: Annotated[str, "Name"] = ""
    description: Annotated[str, "Description"] = ""
    type: Annotated[str, "Type"] = ""
    unit: Annotated[str, "Unit"] = ""
    writeable: Annotated[int | None, "Writeable"] = None
    forceable: Annotated[int | None, "Forceable"] = None
    enum_id: Annotated[str, "EnumId"] = ""
    value: Annotated[str, "Value"] = ""
    state: Annotated[int | None, "State"] = None


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """A history item and the value item whose record it is."""

    id: Annotated[str, "Id"] = ""
    name: Annotated[str, "Name"] = ""
    description: Annotated[str, "Description"] = ""
    type: Annotated[str, "Type"] = ""
    unit: Annotated[str, "Unit"] = ""
    value_item_id: Annotated[str, "ValueItemId"] = ""


@dataclass(frozen=True, slots=True)
class AlarmItem:
    """An alarm item, its state and the value item that it watches."""

    id: Annotated[str, "Id"] = ""
    name: Annotated[str, "Name"] = ""
    description: Annotated[str, "Description"] = ""
    state: Annotated[int | None, "State"] = None
    value_item_id: Annotated[str, "ValueItemId"] = ""


@dataclass(frozen=True, slots=True)
class Container:
    """A container with its children."""

    id: Annotated[str, "Id"] = ""
    name: Annotated[str, "Name"] = ""
    description: Annotated[str, "Description"] = ""
    type: Annotated[str, "Type"] = ""
    containers: Annotated[tuple[ContainerSummary, ...], "Items.ContainerItems.ContainerItem"] = ()
    values: Annotated[tuple[ValueItem, ...], "Items.ValueItems.ValueItem"] = ()
    histories: Annotated[tuple[HistoryItem, ...], "Items.HistoryItems.HistoryItem"] = ()
    alarms: Annotated[tuple[AlarmItem, ...], "Items.AlarmItems.AlarmItem"] = ()


@dataclass(frozen=True, slots=True)
class ErrorResult:
    """One id of a read that the server could not serve, and why (INVALID_ID)."""

    id: Annotated[str, "Id"] = ""
    message: Annotated[str, "Message"] = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item of a write, an acknowledge or a subscription."""

    id: Annotated[str, "Id"] = ""
    success: Annotated[bool, "Success"] = False
    message: Annotated[str, "Message"] = ""


@dataclass(frozen=True, slots=True)
class ContainerItems:
    """Answer of GetContainerItems."""

    version: Annotated[str, "version"] = ""
    containers: Annotated[tuple[Container, ...], "GetContainerItemsItems.ContainerItem"] = ()
    errors: Annotated[tuple[ErrorResult, ...], "GetContainerItemsErrorResults.ErrorResult"] = ()
    more_data_available: Annotated[bool, "GetContainerItemsStatus.MoreDataAvailable"] = False
    more_data_ref: Annotated[str, "GetContainerItemsStatus.MoreDataRef"] = ""


@dataclass(frozen=True, slots=True)
class Items:
    """Answer of GetItems."""

    version: Annotated[str, "version"] = ""
    values: Annotated[tuple[ValueItem, ...], "GetItemsItems.ValueItems.ValueItem"] = ()
    histories: Annotated[tuple[HistoryItem, ...], "GetItemsItems.HistoryItems.HistoryItem"] = ()
    alarms: Annotated[tuple[AlarmItem, ...], "GetItemsItems.AlarmItems.AlarmItem"] = ()
    errors: Annotated[tuple[ErrorResult, ...], "GetItemsErrorResults.ErrorResult"] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """The present value of an item and its state."""

    id: Annotated[str, "Id"] = ""
    state: Annotated[int | None, "State"] = None
    value: Annotated[str, "Value"] = ""


@dataclass(frozen=True, slots=True)
class Values:
    """Answer of GetValues."""

    version: Annotated[str, "version"] = ""
    values: Annotated[tuple[Value, ...], "GetValuesItems.ValueItem"] = ()
    errors: Annotated[tuple[ErrorResult, ...], "GetValuesErrorResults.ErrorResult"] = ()


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One value of an enumeration and the text that operators see."""

    value: Annotated[str, "Value"] = ""
    text: Annotated[str, "Text"] = ""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """An enumeration that value items refer to by EnumId."""

    id: Annotated[str, "Id"] = ""
    name: Annotated[str, "Name"] = ""
    values: Annotated[tuple[EnumValue, ...], "EnumValues.EnumValue"] = ()


@dataclass(frozen=True, slots=True)
class Enumerations:
    """Answer of GetEnums."""

    version: Annotated[str, "version"] = ""
    enums: Annotated[tuple[Enumeration, ...], "GetEnumsEnums.Enum"] = ()
    errors: Annotated[tuple[ErrorResult, ...], "GetEnumsErrorResults.ErrorResult"] = ()


@dataclass(frozen=True, slots=True)
class HierarchyStep:
    """A container above an item, and how far from the root."""

    order: Annotated[int | None, "order"] = None
    id: Annotated[str, ""] = ""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Answer of GetHierarchicalInformation."""

    version: Annotated[str, "version"] = ""
    steps: Annotated[tuple[HierarchyStep, ...], "GetHierarchicalInformationPath.ContainerItem"] = ()
