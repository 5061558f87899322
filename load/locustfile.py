"""The clients of a load test: Enterprise Server, AS-P, PME, operator, and another client of the controller's API.

Run by `python -m load`, which says in the environment where everything is. EWS clients learn by discovery what there is
to ask for. One event for each operation; a SOAP fault or an error of an item is a failure, whatever the HTTP status.
What clients check of values is an event of its own, and left out where it takes the simulated controller.
"""

from __future__ import annotations

from itertools import count
from typing import ClassVar

import requests
from locust import task

from load import clock, messages, oracle
from load.clients import GOAL, PROFILE, EwsUser, LoadUser, api_session
from load.discovery import batches
from load.limits import AGE, ANSWERED, ARRIVED, CYCLE, STALE, WRONG

POLL_DURATION = "Interface/PollDuration"
SUBSCRIBED = 2
"""Values that an Enterprise Server subscribes to."""
LOGS = 2
"""Logs that PME reads in a cycle."""


class Reader(EwsUser):
    """Reads all values that the server shows, over and over, and checks them."""

    abstract = True
    batch: ClassVar[int] = 1000

    def prepare(self) -> None:
        """Build the requests once, and ask the controller what does not change."""
        self.requests = [
            (len(some), messages.get_values(some, self.version)) for some in batches(self.shown.values, self.batch)
        ]
        self.cycle_time, self.last_oldest = GOAL.cycle, 0.0
        self.truth: dict[str, str] = {}
        if GOAL.is_ours:
            with api_session() as session:
                for kind in ("zones", "stations", "connectors"):
                    self.truth |= oracle.expected(kind, self.fetch(session, kind))

    def read_all(self) -> None:
        """Read everything once."""
        oldest, wrong = 0.0, []
        asked = answered = 0
        for ids, body in self.requests:
            sent = clock.shared()
            values = messages.values_of(self.call("GetValues", body))
            asked, answered = asked + ids, answered + len(values)
            if GOAL.is_ours:
                oldest = max([oldest, *oracle.ages(values, sent).values()])
                wrong += oracle.differing(values, self.truth)
        is_whole = answered == asked > 0
        self.report("check", ANSWERED, 0, trouble="" if is_whole else f"{answered} of {asked} values were answered")
        if GOAL.is_ours:
            self.report("EWS", AGE, oldest * 1000)
            self.report("check", WRONG, 0, trouble="; ".join(wrong[:3]))
            self.judge_age(oldest)

    def judge_age(self, oldest: float) -> None:
        """Judge the age that was found the last time: by now the poll that ended it has told how long it took."""
        values = messages.values_of(self.call("GetValues", messages.get_values([POLL_DURATION], self.version)))
        for value in values:
            self.report("EWS", CYCLE, float(value.text) * 1000)
            self.cycle_time = max(self.cycle_time, float(value.text))
        limit = PROFILE.age_limit(self.cycle_time)
        is_old = self.last_oldest > limit
        trouble = f"a value was {self.last_oldest:.1f} s old; interval + cycle time is {limit:.1f} s" if is_old else ""
        self.report("check", STALE, 0, trouble=trouble)
        self.last_oldest = oldest


class EnterpriseServer(Reader):
    """Building Operation's Enterprise Server: all values, alarms, a log, and a subscription to some values."""

    fixed_count = GOAL.users.get("EnterpriseServer", 0)
    weight = fixed_count

    def prepare(self) -> None:
        """Also subscribe, and begin with the alarms as they are."""
        super().prepare()
        self.last_update = messages.first_text(
            self.call_offered("GetAlarmEvents", messages.request("GetAlarmEvents")), "LastUpdate"
        )
        subscribed = messages.subscribe(self.shown.values[:SUBSCRIBED])
        self.subscription = messages.first_text(self.call_offered("Subscribe", subscribed), "SubscriptionId")
        self.notification = ""

    def on_stop(self) -> None:
        """End the subscription as well."""
        if self.subscription:
            self.call_offered("Unsubscribe", messages.by_subscription("Unsubscribe", self.subscription))
        super().on_stop()

    @task
    def cycle(self) -> None:
        """Read everything; ask for alarms since the last time, notifications, and a log."""
        self.read_all()
        answer = self.call_offered("GetUpdatedAlarmEvents", messages.get_updated_alarm_events(self.last_update))
        self.last_update = messages.first_text(answer, "LastUpdate") or self.last_update
        if self.subscription:
            body = messages.by_subscription("GetNotification", self.subscription, self.notification)
            answer = self.call_offered("GetNotification", body)
            self.notification = messages.first_text(answer, "NotificationId") or self.notification
            self.call_offered("Renew", messages.by_subscription("Renew", self.subscription))
        for log in self.shown.histories[:1]:
            self.call_offered("GetHistory", messages.get_history(log))


class AutomationServer(Reader):
    """An AS-P: EWS 1.1, batches of 100."""

    fixed_count = GOAL.users.get("AutomationServer", 0)
    weight = fixed_count
    version: ClassVar[str] = "1.1"
    batch: ClassVar[int] = 100

    @task
    def cycle(self) -> None:
        """Read everything."""
        self.read_all()


class Pme(EwsUser):
    """Power Monitoring Expert: alarms and logs."""

    fixed_count = GOAL.users.get("Pme", 0)
    weight = fixed_count

    @task
    def look(self) -> None:
        """Read the alarms, and two logs."""
        self.call_offered("GetAlarmEvents", messages.request("GetAlarmEvents"))
        self.call_offered("GetAlarmHistory", messages.request("GetAlarmHistory"))
        for log in self.shown.histories[:LOGS]:
            self.call_offered("GetHistory", messages.get_history(log))


class Operator(EwsUser):
    """Writes reductions of a zone of its own, and takes a connector of its own out of and into service."""

    fixed_count = GOAL.users.get("Operator", 0)
    weight = fixed_count
    numbers = count()

    def prepare(self) -> None:
        """Choose a zone and a station from the end; begin with no reduction, and with the connector in service."""
        worker = getattr(self.environment.runner, "worker_index", 0)  # the operators of two workers must not meet
        number = (next(self.numbers) + worker) % len(PROFILE.operated)
        self.zone = PROFILE.zones - number
        self.station = PROFILE.operated[number]
        self.available = True
        self.reduction = 0
        self.session = api_session()

    def on_stop(self) -> None:
        """Close both connections."""
        self.session.close()
        super().on_stop()

    @task
    def write(self) -> None:
        """Write both, and see at the controller that the reduction has arrived."""
        self.reduction = (self.reduction + 5) % 50
        self.available = not self.available
        zone = {f"Zones/{self.zone}/ZoneReduction": str(self.reduction)}
        if self.call("SetValues", messages.set_values(zone)):
            self.check_arrival()
        connector = f"Stations/{self.station}/Connectors/1/ConnectorAvailability"
        self.call("SetValues", messages.set_values({connector: str(self.available)}))

    def check_arrival(self) -> None:
        """Compare the controller's own reduction with the one just written."""
        try:
            found = oracle.reduction_of(self.session.get(f"{GOAL.api}/zones/{self.zone}", timeout=30).json())
            arrived = found == self.reduction
            trouble = "" if arrived else f"zone {self.zone} has a reduction of {found}, {self.reduction} was written"
        except (requests.RequestException, ValueError, KeyError) as error:
            trouble = str(error)
        self.report("check", ARRIVED, 0, trouble=trouble)


class CarefulOperator(EwsUser):
    """Writes an item of a connector that is not ours with the value that it has, so that nothing changes by it."""

    fixed_count = GOAL.users.get("CarefulOperator", 0)
    weight = fixed_count
    numbers = count()

    def prepare(self) -> None:
        """Choose one of the items that may be written."""
        worker = getattr(self.environment.runner, "worker_index", 0)
        self.item = GOAL.writes[(next(self.numbers) + worker) % len(GOAL.writes)]

    @task
    def write(self) -> None:
        """Read the value just before, so that what somebody else has written meanwhile is not taken back."""
        for value in messages.values_of(self.call("GetValues", messages.get_values([self.item]))):
            self.call("SetValues", messages.set_values({value.id: value.text}))


class ApiClient(LoadUser):
    """Another client of the controller's API, which reads as the connector polls."""

    fixed_count = GOAL.users.get("ApiClient", 0)
    weight = fixed_count

    def on_start(self) -> None:
        """Open a session."""
        self.session = api_session()

    def on_stop(self) -> None:
        """Close it."""
        self.session.close()

    @task
    def poll(self) -> None:
        """Fetch the three lists."""
        for kind in ("zones", "stations", "connectors"):
            self.fetch(self.session, kind)
