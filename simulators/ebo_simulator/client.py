"""EWS over zeep: one method per operation of the contract, plain data in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ebo_simulator import events, messages
from ebo_simulator.soap import SoapService, given, id_list, listed, results, type_list, value_list
from ebo_simulator.wire import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta


class EboClient(SoapService):
    """A client of one EWS server; for one thread, and closed after use (it is a context manager).

    `version` is what requests carry, 1.1 or 1.2; `timeout` is in seconds, per request. Every method sends one request.
    It returns the answer's data, or raises EwsFault or another EboError. An id list of None leaves the list out.
    Answers that the contract does not allow are errors unless `strict` is False; `ca` and `insecure` say whom TLS
    trusts.
    """

    # The ten operations of EWS 1.1

    def get_web_service_information(self) -> messages.ServiceInformation:
        """Ask who the server is, which version it speaks and which operations it offers."""
        return read(messages.ServiceInformation, self.call("GetWebServiceInformation"))

    def get_container_items(
        self, ids: Iterable[str] | None = None, *, more_data_ref: str | None = None, metadata: bool | None = None
    ) -> messages.ContainerItems:
        """List the children of containers; no ids means the root."""
        answer = self.call(
            "GetContainerItems",
            GetContainerItemsIds=id_list(ids),
            GetContainerItemsParameter=None if more_data_ref is None else {"MoreDataRef": more_data_ref},
            metadata=metadata,
        )
        return read(messages.ContainerItems, answer)

    def get_items(self, ids: Iterable[str] | None, *, metadata: bool | None = None) -> messages.Items:
        """Read everything about value, history and alarm items."""
        return read(messages.Items, self.call("GetItems", GetItemsIds=id_list(ids), metadata=metadata))

    def get_values(self, ids: Iterable[str] | None) -> messages.Values:
        """Read the present values and states of value items."""
        return read(messages.Values, self.call("GetValues", GetValuesIds=id_list(ids)))

    def set_values(self, values: Mapping[str, str] | None) -> tuple[messages.Result, ...]:
        """Write values by id; strings as on the wire (decimal point, True or False, times with Z)."""
        return results(self.call("SetValues", SetValuesItems=value_list(values)), "SetValuesResults")

    def get_history(
        self,
        history_id: str | None,
        *,
        time_from: datetime | None = None,
        time_to: datetime | None = None,
        more_data_ref: str | None = None,
    ) -> events.History:
        """Read one page of a history; the bounds are aware times, from inclusive, to exclusive."""
        answer = self.call(
            "GetHistory",
            GetHistoryParameter=given(Id=history_id, MoreDataRef=more_data_ref),
            GetHistoryFilter=given(TimeFrom=time_from, TimeTo=time_to),
        )
        return read(events.History, answer)

    def get_alarm_events(
        self,
        *,
        priority_from: int | None = None,
        priority_to: int | None = None,
        types: Iterable[str] | None = None,
        more_data_ref: str | None = None,
    ) -> events.AlarmEvents:
        """Read the alarms as they are now."""
        answer = self.call(
            "GetAlarmEvents",
            GetAlarmEventsParameter=given(MoreDataRef=more_data_ref),
            GetAlarmEventsFilter=given(PriorityFrom=priority_from, PriorityTo=priority_to, Types=type_list(types)),
        )
        return read(events.AlarmEvents, answer)

    def get_updated_alarm_events(
        self,
        last_update: str | None,
        *,
        priority_from: int | None = None,
        priority_to: int | None = None,
        types: Iterable[str] | None = None,
        more_data_ref: str | None = None,
    ) -> events.UpdatedAlarmEvents:
        """Read what happened to alarms since the `last_update` of an earlier answer."""
        answer = self.call(
            "GetUpdatedAlarmEvents",
            GetUpdatedAlarmEventsParameter=given(LastUpdate=last_update, MoreDataRef=more_data_ref),
            GetUpdatedAlarmEventsFilter=given(
                PriorityFrom=priority_from, PriorityTo=priority_to, Types=type_list(types)
            ),
        )
        return read(events.UpdatedAlarmEvents, answer)

    def acknowledge_alarm_events(self, ids: Iterable[str] | None) -> tuple[messages.Result, ...]:
        """Acknowledge alarms by the id of their events."""
        return results(
            self.call("AcknowledgeAlarmEvents", AcknowledgeAlarmEventsIds=id_list(ids)), "AcknowledgeAlarmEventsResults"
        )

    def get_alarm_event_types(self) -> tuple[str, ...]:
        """List the alarm types that a filter may name."""
        return listed(self.call("GetAlarmEventTypes"), "GetAlarmEventTypesTypes")

    # The twelve of EWS 1.2

    def get_alarm_history(
        self,
        alarm_id: str | None = None,
        *,
        time_from: datetime | None = None,
        time_to: datetime | None = None,
        priority_from: int | None = None,
        priority_to: int | None = None,
        types: Iterable[str] | None = None,
        more_data_ref: str | None = None,
    ) -> events.AlarmHistory:
        """Read past alarm events, of one alarm or of all."""
        bounds = {"TimeFrom": time_from, "TimeTo": time_to, "PriorityFrom": priority_from, "PriorityTo": priority_to}
        answer = self.call(
            "GetAlarmHistory",
            GetAlarmHistoryParameter=given(Id=alarm_id, MoreDataRef=more_data_ref),
            GetAlarmHistoryFilter=given(**bounds, Types=type_list(types)),
        )
        return read(events.AlarmHistory, answer)

    def subscribe(
        self,
        ids: Iterable[str] | None,
        *,
        event_type: int = 0,
        event_mode: int | None = 0,
        expires: timedelta | None = None,
        mode: int = 0,
        notify_to: str = "",
    ) -> events.Subscription:
        """Subscribe to values (0), alarms (1), system events (2) or the hierarchy (3) of ids or containers (mode 1)."""
        chosen = None if ids is None else {"Id": list(ids), **(given(eventMode=event_mode) or {})}
        answer = self.call(
            "Subscribe",
            Delivery={"NotifyTo": {"Address": notify_to}},
            Expires=expires,
            Filter=given(EventType=event_type, Ids=chosen),
            Mode=mode,
        )
        return read(events.Subscription, answer)

    def renew(self, subscription_id: str | None, expires: timedelta | None = None) -> events.Subscription:
        """Prolong a subscription."""
        return read(events.Subscription, self.call("Renew", SubscriptionId=subscription_id, Expires=expires))

    def unsubscribe(self, subscription_id: str | None) -> str:
        """End a subscription; the answer is its id."""
        return self.call("Unsubscribe", SubscriptionId=subscription_id).findtext("{*}SubscriptionId") or ""

    def get_notification(
        self, subscription_id: str | None, notification_id: str | None = None, *, more_data_ref: str | None = None
    ) -> events.Notification:
        """Fetch what changed: everything at first, later what came after the NotificationId received."""
        answer = self.call(
            "GetNotification",
            SubscriptionId=subscription_id,
            NotificationId=notification_id,
            MoreDataRef=more_data_ref,
        )
        return read(events.Notification, answer)

    def get_hierarchical_information(self, item_id: str | None) -> tuple[str, ...]:
        """List the containers above an item, the outermost first."""
        answer = self.call("GetHierarchicalInformation", GetHierarchicalInformationId=item_id)
        steps = read(messages.Hierarchy, answer).steps
        return tuple(step.id for step in sorted(steps, key=lambda step: step.order or 0))

    def get_enums(self, ids: Iterable[str] | None) -> messages.Enumerations:
        """Read the enumerations that value items name in EnumId."""
        return read(messages.Enumerations, self.call("GetEnums", GetEnumIds=id_list(ids)))

    def get_historical_data_aggregation(
        self,
        history_id: str | None,
        *,
        time_from: datetime | None = None,
        time_to: datetime | None = None,
        group: int | None = None,
        periods: Iterable[int] | None = None,
        aggregation: int | None = None,
        more_data_ref: str | None = None,
    ) -> events.Aggregation:
        """Read a history summed up by periods."""
        chosen = given(
            TimeFrom=time_from,
            TimeTo=time_to,
            AggregationGroup=group,
            AggregationPeriods=None if periods is None else {"Period": list(periods)},
            AggregationType=aggregation,
        )
        answer = self.call(
            "GetHistoricalDataAggregation",
            GetHistoricalDataAggregationParameter=given(Id=history_id, MoreDataRef=more_data_ref),
            GetHistoricalDataAggregationFilter=chosen,
        )
        return read(events.Aggregation, answer)

    def get_system_events(
        self,
        *,
        time_from: datetime | None = None,
        time_to: datetime | None = None,
        priority_from: int | None = None,
        priority_to: int | None = None,
        types: Iterable[str] | None = None,
        ids: Iterable[str] | None = None,
        more_data_ref: str | None = None,
    ) -> events.SystemEvents:
        """Read what the server reports about itself."""
        bounds = {"TimeFrom": time_from, "TimeTo": time_to, "PriorityFrom": priority_from, "PriorityTo": priority_to}
        answer = self.call(
            "GetSystemEvents",
            GetSystemEventsParameter=given(MoreDataRef=more_data_ref),
            GetSystemEventsFilter=given(**bounds, Types=type_list(types), Ids=id_list(ids)),
        )
        return read(events.SystemEvents, answer)

    def get_system_event_types(self) -> tuple[str, ...]:
        """List the types of system events that a filter may name."""
        return listed(self.call("GetSystemEventTypes"), "GetSystemEventTypesTypes")

    def force_values(self, values: Mapping[str, str] | None) -> tuple[messages.Result, ...]:
        """Force values by id: they stay until unforced, whatever the source says."""
        return results(self.call("ForceValues", ForceValuesItems=value_list(values)), "ForceValuesResults")

    def unforce_values(self, ids: Iterable[str] | None) -> tuple[messages.Result, ...]:
        """Let forced values follow their source again."""
        return results(self.call("UnforceValues", UnforceValuesIds=id_list(ids)), "UnforceValuesResults")
