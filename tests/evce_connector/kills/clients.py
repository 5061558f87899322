"""Clients of a connector that is killed: they write, acknowledge and subscribe without end, and tell what came back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count

from ebo_simulator import EboClient
from ebo_simulator.errors import EboError, EwsFault
from evce_connector.site.values import utc_text

from tests.evce_connector.kills.told import TROUBLE, Told
from tests.support.joined import EWS_PASSWORD, USER

SHORT, LONG = timedelta(hours=2), timedelta(hours=20)
"""Lives of a subscription, when it is made and once it is renewed, by the victims' clock: a step of it is a minute.

The short one outlasts all victims of a database: a request may wait for another's transaction while steps go on.
"""
WATCHED = ("Zones/1/ZoneReduction", "Zones/2/ZoneReduction", "Stations/1/StationStatus", "Interface/LastGoodPoll")
ALARMS = ("Stations/1/Alarm", "Stations/2/Alarm")
NOT_SENT = "nothing was sent, because the command ledger cannot be written: database is locked"
"""How a write ends where a transaction beside it takes longer than a client can wait, as one does on a busy disk."""
ENDED_KEPT = 5
"""How many of the subscriptions that were ended are asked for again."""
SECOND_CONNECTOR = "Stations/2/Connectors/1/ConnectorAvailability"


def client_of(address: str) -> EboClient:
    """Make a client that may write."""
    return EboClient(address, USER, EWS_PASSWORD)


class Writer:
    """Writes a reduction of its own value to a zone, and one in two times an availability beside it."""

    def __init__(self, told: Told, zone: int, numbers: Iterator[int], *, availability: bool) -> None:
        self._told, self._zone, self._numbers, self._availability = told, zone, numbers, availability

    def turn(self, client: EboClient) -> None:
        """Write once."""
        number = next(self._numbers)
        value = f"{number / 100}"
        self._write(client, f"Zones/{self._zone}/ZoneReduction", value, "wrote")
        if self._availability:
            self._write(client, SECOND_CONNECTOR, "True" if number % 2 else "False", "switched")

    def _write(self, client: EboClient, item: str, value: str, word: str) -> None:
        (result,) = client.set_values({item: value})
        if result.success:
            self._told.say(word, value)
        elif NOT_SENT in result.message:
            self._told.say("refused", value)
        else:
            self._told.say(TROUBLE, f"{item} = {value}: {result.message}")


class Watcher:
    """Subscribes to values and alarms, asks what changed, acknowledges; it goes on with the next victim."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._living: dict[int, tuple[str, str]] = {}
        """By event type the subscription and its last notification."""
        self._ended: list[str] = []

    def look_again(self, client: EboClient) -> None:
        """After a start: ask for what is subscribed, which must go on, and for what was ended, which must not."""
        for event_type, (subscription, _) in self._living.items():
            try:
                told = self._notified(client, event_type)
            except EwsFault as fault:  # and nothing else: who is killed meanwhile has refused nothing
                self._told.say("subscription lost", f"{subscription}: {fault}")
            else:
                self._told.say("subscription goes on", subscription)
                if event_type == 0:
                    self._told.say("values again", *told)
        for subscription in self._ended[-ENDED_KEPT:]:
            try:
                client.get_notification(subscription)
            except EwsFault as fault:
                self._told.say("ended subscription refused", subscription, fault.name)
            else:
                self._told.say("ended subscription answered", subscription)

    def turn(self, client: EboClient) -> None:
        """Do one of everything."""
        for event_type, ids in ((0, WATCHED), (1, ALARMS)):
            if event_type not in self._living:
                made = client.subscribe(ids, event_type=event_type, expires=SHORT)
                self._living[event_type] = made.id, ""
                self._told.say("subscribed", made.id)
            client.renew(self._living[event_type][0], LONG)
            self._told.say("renewed", self._living[event_type][0])
            self._notified(client, event_type)
        self._acknowledge(client)
        short = client.subscribe(WATCHED[:1], expires=SHORT).id
        self._told.say("subscribed shortly", short)
        client.unsubscribe(short)
        self._ended.append(short)
        self._told.say("ended", short)

    def _notified(self, client: EboClient, event_type: int) -> list[str]:
        """Ask what changed since the last answer; returns the ids of values."""
        subscription, last = self._living[event_type]
        answer = client.get_notification(subscription, last or None)
        self._living[event_type] = subscription, answer.notification_id
        for event in answer.alarms:
            self._told.say("notified", event.id, str(event.state), _text(event.transition), event.message)
        return [value.id for value in answer.values]

    def _acknowledge(self, client: EboClient) -> None:
        seen = {e.id: e for e in client.get_alarm_events().events if e.acknowledgeable and e.id in ALARMS}
        if not seen:
            return
        for result in client.acknowledge_alarm_events(seen):
            if result.success:
                self._told.say("acknowledged", result.id, _text(seen[result.id].transition))


def _text(instant: datetime | None) -> str:
    assert instant
    return utc_text(instant)


class Clients:
    """All of them, each on a thread of its own while a victim lives."""

    def __init__(self, told: Told) -> None:
        self._told = told
        numbers = count(1)
        self.watcher = Watcher(told)
        self._writers = (
            Writer(told, 1, numbers, availability=False),
            Writer(told, 2, numbers, availability=True),
        )
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()

    def start(self, address: str) -> None:
        """Begin with a victim."""
        turns: list[Callable[[EboClient], None]] = [self.watcher.turn, *(writer.turn for writer in self._writers)]
        self._threads = [threading.Thread(target=self._go_on, args=(address, turn)) for turn in turns]
        for thread in self._threads:
            thread.start()

    def expect(self) -> None:
        """Believe nothing that fails, from the start of the next victim on."""
        self._over.clear()

    def victim_dies(self) -> None:
        """Believe from now on what fails."""
        self._over.set()

    def join(self) -> None:
        """Wait until all have noticed that the victim is dead."""
        for thread in self._threads:
            thread.join()

    def _go_on(self, address: str, turn: Callable[[EboClient], None]) -> None:
        with client_of(address) as client:
            while not self._over.is_set():
                try:
                    turn(client)
                except EboError as error:
                    if not self._over.is_set() and not _may_come_again(error):
                        self._told.say(TROUBLE, str(error))
                        return


def _may_come_again(error: EboError) -> bool:
    """Tell whether the connector asks to try again, as it does while a transaction takes long."""
    return isinstance(error, EwsFault) and error.name == "TimeOut"
