"""One of the two endpoints: everything that is asked of it, read-only and paced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from ebo_simulator import Folder, Workstation
from ebo_simulator.clock import Clock
from ebo_simulator.discovery import batches
from ebo_simulator.events import HistoryRecord
from ebo_simulator.paging import pages
from evce_acceptance.shadow.differences import NOT_THERE
from evce_acceptance.site.endpoint import ews_client, product
from evce_acceptance.site.settings import Connector
from evce_acceptance.site.wire import Pace, WireLog


class Standing(NamedTuple):
    """An alarm that stands: its state and priority in words, and its message."""

    alarm: str
    message: str


Shows = dict[str, tuple[str, str]]
"""Value and state by id."""


class Side:
    """An endpoint under comparison; answers that break the contract are read as far as they go."""

    def __init__(self, login: Connector, clock: Clock, pace: Pace, log: WireLog) -> None:
        self.login = login
        self._client = ews_client(login, pace, log, clock)
        self._workstation = Workstation(self._client, like=product(login))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self) -> None:
        """Ask who the server is; EboError when it does not answer."""
        self._client.get_web_service_information()

    def browse(self) -> Folder:
        """Read the whole tree."""
        return self._workstation.discover().root

    def values(self, ids: Iterable[str]) -> Shows:
        """Read values and states; of an item that is answered twice, both."""
        found: Shows = {}
        for some in batches(list(ids), self.login.ids_per_request):
            answer = self._client.get_values(some)
            found |= {error.id: (error.message, NOT_THERE) for error in answer.errors}
            for one in answer.values:
                shows = one.value, "" if one.state is None else str(one.state)
                before = found.get(one.id)
                found[one.id] = shows if before is None else (f"{before[0]} and {shows[0]}", shows[1])
        return found

    def alarm_states(self, ids: Iterable[str]) -> dict[str, str]:
        """Read the states of alarm items."""
        answers = [self._client.get_items(some) for some in batches(list(ids), self.login.ids_per_request)]
        return {alarm.id: str(alarm.state) for answer in answers for alarm in answer.alarms}

    def events(self) -> dict[str, Standing]:
        """Read the alarms that stand, by the ids of the alarm and of its source."""
        shown = [
            (event, Standing(f"state {event.state}, priority {event.priority}", event.message))
            for event in self._workstation.alarm_events()
        ]
        return {id_: standing for event, standing in shown for id_ in (event.source_id, event.id)}

    def history(self, id_: str, start: datetime, end: datetime) -> list[HistoryRecord]:
        """Read a history to its last page."""
        ask = partial(self._client.get_history, id_, time_from=start, time_to=end)
        return [record for answer in pages(ask) for record in answer.records]
