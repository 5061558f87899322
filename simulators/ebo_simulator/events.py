"""Answers about the past and about changes (history, alarms, subscriptions), as plain data.

Read as in messages.py; times are aware, in UTC as sent, or None where the answer holds none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from ebo_simulator.messages import Result


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """One record of a history."""

    value: Annotated[str, "Value"] = ""
    state: Annotated[int | None, "State"] = None
    timestamp: Annotated[datetime | None, "TimeStamp"] = None


@dataclass(frozen=True, slots=True)
class History:
    """Answer of GetHistory: one page of records and the bounds of what was sent."""

    version: Annotated[str, "version"] = ""
    value_item_id: Annotated[str, "GetHistoryHistoryRecords.ValueItemId"] = ""
    unit: Annotated[str, "GetHistoryHistoryRecords.Unit"] = ""
    type: Annotated[str, "GetHistoryHistoryRecords.Type"] = ""
    records: Annotated[tuple[HistoryRecord, ...], "GetHistoryHistoryRecords.List.HistoryRecord"] = ()
    more_data_available: Annotated[bool, "GetHistoryResponseStatus.MoreDataAvailable"] = False
    more_data_ref: Annotated[str, "GetHistoryResponseStatus.MoreDataRef"] = ""
    time_from: Annotated[datetime | None, "GetHistoryResponseStatus.TimeFrom"] = None
    time_to: Annotated[datetime | None, "GetHistoryResponseStatus.TimeTo"] = None


@dataclass(frozen=True, slots=True)
class AggregationRecord:
    """One aggregated value over `period`."""

    value: Annotated[str, "Value"] = ""
    timestamp: Annotated[datetime | None, "TimeStamp"] = None
    period: Annotated[int | None, "Period"] = None


@dataclass(frozen=True, slots=True)
class Aggregation:
    """Answer of GetHistoricalDataAggregation."""

    version: Annotated[str, "version"] = ""
    value_item_id: Annotated[str, "GetHistoricalDataAggregationRecords.ValueItemId"] = ""
    unit: Annotated[str, "GetHistoricalDataAggregationRecords.Unit"] = ""
    type: Annotated[str, "GetHistoricalDataAggregationRecords.Type"] = ""
    records: Annotated[tuple[AggregationRecord, ...], "GetHistoricalDataAggregationRecords.List.AggregationRecord"] = ()
    more_data_available: Annotated[bool, "GetHistoricalDataAggregationResponseStatus.MoreDataAvailable"] = False
    more_data_ref: Annotated[str, "GetHistoricalDataAggregationResponseStatus.MoreDataRef"] = ""
    time_from: Annotated[datetime | None, "GetHistoricalDataAggregationResponseStatus.TimeFrom"] = None
    time_to: Annotated[datetime | None, "GetHistoricalDataAggregationResponseStatus.TimeTo"] = None


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One transition of an alarm: `occurrence` is when it last left Normal, `transition` when this change was."""

    id: Annotated[str, "ID"] = ""
    source_id: Annotated[str, "SourceID"] = ""
    source_name: Annotated[str, "SourceName"] = ""
    acknowledgeable: Annotated[int | None, "Acknowledgeable"] = None
    occurrence: Annotated[datetime | None, "TimeStampOccurrence"] = None
    transition: Annotated[datetime | None, "TimeStampTransition"] = None
    priority: Annotated[int | None, "Priority"] = None
    state: Annotated[int | None, "State"] = None
    type: Annotated[str, "Type"] = ""
    message: Annotated[str, "Message"] = ""


@dataclass(frozen=True, slots=True)
class AlarmEvents:
    """Answer of GetAlarmEvents."""

    version: Annotated[str, "version"] = ""
    events: Annotated[tuple[AlarmEvent, ...], "GetAlarmEventsAlarmEvents.AlarmEvent"] = ()
    more_data_available: Annotated[bool, "GetAlarmEventsResponseStatus.MoreDataAvailable"] = False
    more_data_ref: Annotated[str, "GetAlarmEventsResponseStatus.MoreDataRef"] = ""
    last_update: Annotated[str, "GetAlarmEventsResponseStatus.LastUpdate"] = ""
    needs_refresh: Annotated[bool, "GetAlarmEventsResponseStatus.NeedsRefresh"] = False


@dataclass(frozen=True, slots=True)
class UpdatedAlarmEvents:
    """Answer of GetUpdatedAlarmEvents: what changed since the LastUpdate given."""

    version: Annotated[str, "version"] = ""
    events: Annotated[tuple[AlarmEvent, ...], "GetUpdatedAlarmEventsAlarmEvents.AlarmEvent"] = ()
    more_data_available: Annotated[bool, "GetUpdatedAlarmEventsResponseStatus.MoreDataAvailable"] = False
    more_data_ref: Annotated[str, "GetUpdatedAlarmEventsResponseStatus.MoreDataRef"] = ""
    last_update: Annotated[str, "GetUpdatedAlarmEventsResponseStatus.LastUpdate"] = ""
    needs_refresh: Annotated[bool, "GetUpdatedAlarmEventsResponseStatus.NeedsRefresh"] = False


@dataclass(frozen=True, slots=True)
class AlarmHistory:
    """Answer of GetAlarmHistory."""

    version: Annotated[str, "version"] = ""
    events: Annotated[tuple[AlarmEvent, ...], "GetAlarmHistoryAlarmEvents.AlarmEvent"] = ()
    more_data_available: Annotated[bool, "GetAlarmHistoryResponseStatus.MoreDataAvailable"] = False
    more_data_ref: Annotated[str, "GetAlarmHistoryResponseStatus.MoreDataRef"] = ""


@dataclass(frozen=True, slots=True)
class SystemEvent:
    """Something that the server itself reports."""

    id: Annotated[str, "ID"] = ""
    type: Annotated[str, "Type"] = ""
    message: Annotated[str, "Message"] = ""
    timestamp: Annotated[datetime | None, "TimeStamp"] = None
    priority: Annotated[int | None, "Priority"] = None
    source_id: Annotated[str, "SourceID"] = ""
    source_name: Annotated[str, "SourceName"] = ""


@dataclass(frozen=True, slots=True)
class SystemEvents:
    """Answer of GetSystemEvents."""

    version: Annotated[str, "version"] = ""
    events: Annotated[tuple[SystemEvent, ...], "GetSystemEventsSystemEvents.SystemEvent"] = ()
    more_data_available: Annotated[bool, "GetSystemEventsResponseStatus.MoreDataAvailable"] = False
    more_data_ref: Annotated[str, "GetSystemEventsResponseStatus.MoreDataRef"] = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Answer of Subscribe and Renew: `expires` is what the server granted; only Subscribe has results per id."""

    version: Annotated[str, "version"] = ""
    id: Annotated[str, "SubscriptionId"] = ""
    expires: Annotated[timedelta | None, "Expires"] = None
    results: Annotated[tuple[Result, ...], "Results.Result"] = ()


@dataclass(frozen=True, slots=True)
class ValueChanged:
    """A value that changed, in a notification."""

    id: Annotated[str, "Id"] = ""
    timestamp: Annotated[datetime | None, "TimeStamp"] = None
    state: Annotated[int | None, "State"] = None
    value: Annotated[str, "Value"] = ""


@dataclass(frozen=True, slots=True)
class HierarchyChanged:
    """A place in the tree that changed, in a notification."""

    id: Annotated[str, "Id"] = ""
    timestamp: Annotated[datetime | None, "TimeStamp"] = None
    type: Annotated[int | None, "Type"] = None


@dataclass(frozen=True, slots=True)
class Notification:
    """Answer of GetNotification: everything at first, later what changed since the NotificationId given."""

    version: Annotated[str, "version"] = ""
    subscription_id: Annotated[str, "SubscriptionId"] = ""
    notification_id: Annotated[str, "NotificationId"] = ""
    more_data_available: Annotated[bool, "MoreDataAvailable"] = False
    more_data_ref: Annotated[str, "MoreDataRef"] = ""
    values: Annotated[tuple[ValueChanged, ...], "Events.ValueChangedEvents.Event"] = ()
    alarms: Annotated[tuple[AlarmEvent, ...], "Events.AlarmEvents.AlarmEvent"] = ()
    hierarchy: Annotated[tuple[HierarchyChanged, ...], "Events.HierarchyChangedEvents.Event"] = ()
    system: Annotated[tuple[SystemEvent, ...], "Events.SystemEvents.SystemEvent"] = ()
