"""EvceProcessor: updates the statuses of zones, stations and connectors every 15-30 s, start to start (P-2)."""

from __future__ import annotations

import threading
from collections.abc import Collection, Container
from typing import ClassVar

from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceBusyError, EvceCutError, EvceError, EvceLoginError, EvceShrunkListError
from evce_connector.evce.reader import SiteReader
from evce_connector.evce.version import is_version
from evce_connector.points.index import SiteIndex
from evce_connector.processors.base import Context, Processor, Prompt
from evce_connector.processors.latecomers import Latecomers
from evce_connector.processors.poll_times import PollTimes
from evce_connector.processors.shrinkage import Shrinkage
from evce_connector.processors.unreadable import GOOD, TroubleLog, is_good, names, words
from evce_connector.site.formulas import phase_connection_is_known
from evce_connector.site.model import Connector, ConnectorKey, Site

LOGIN_PAUSES = (0.0, 60.0, 120.0, 240.0, 480.0, 600.0)
"""Least time in s to the next poll after the first, second... refused login since a good poll, and after all further.

One alone says nothing: it is tried again at the next interval. More of them could lock the account.
"""
SETUP_PAUSE = 1.0
"""Time in s between two looks whether set-up has made a tree."""
WAITING = "waiting for EvceSetupProcessor to succeed once"


class EvceProcessor(Processor):
    """Long running: polls the controller and fills the tree that set-up made."""

    name: ClassVar[str] = "EvceProcessor"
    long_running: ClassVar[bool] = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._reader: SiteReader | None = None
        self._troubles = TroubleLog(context.log, self.name)
        self._latecomers = Latecomers(context)
        self._times = PollTimes(context.figures, context.log)
        self._words = GOOD
        self._looked_at: SiteIndex | None = None
        self._odd: set[ConnectorKey] = set()
        self._failed = 0
        self._hidden = False
        self._refused_logins = 0
        self._shrinkage = Shrinkage()
        self._said = ""

    @property
    def interval(self) -> float:
        """Seconds from the start of a poll to the start of the next."""
        return self.context.configuration.status.interval_seconds

    def waits_for(self) -> str:
        """Say that there is no tree yet."""
        return WAITING if self.context.items.index is None else ""

    def execute(self, stop: threading.Event) -> list[Prompt]:
        """Poll until stopped; a refused login is tried again by a new client, which reads the password file anew."""
        clock = self.context.clock
        while not stop.is_set():
            with self.context.make_client() as client:
                refused = False
                while not (refused or stop.is_set()):
                    started = clock.monotonic()
                    waits = self.cycle(client)
                    clock.wait(stop, started + waits - clock.monotonic())
                    refused = self._refused_logins > 0
        return []

    def cycle(self, client: EvceClient) -> float:
        """Poll once, if set-up has made a tree, and tell how it went; returns s from this start to the next."""
        context = self.context
        if context.items.index is None:
            self._say(WAITING)
            return SETUP_PAUSE
        started, pause, failure = context.clock.monotonic(), 0.0, None
        try:
            with context.around_poll():
                self.poll(client)
        except EvceCutError:  # no failure of the controller
            raise
        except EvceError as error:
            failure = error
            if not isinstance(error, EvceShrunkListError):
                self._shrinkage.forget()
            self._failed += 1
            pause = self._pause_after(error)
            context.items.interface.set(FailedPolls=self._failed)
            self._say(str(error))
            context.interface_alarm.report_controller(error)
            self._hidden = self._hidden or context.interface_alarm.hides_site
        else:
            self._refused_logins = 0
            duration = context.clock.monotonic() - started
            context.items.interface.set(
                FailedPolls=self._failed, PollDuration=duration, LastGoodPoll=context.clock.now()
            )
            self._say(self._words)
        self._times.take(context.clock.monotonic() - started, self.interval, failure)
        context.storage.flush()  # the last of all: it must neither hold up nor hide what the controller says
        context.interface_alarm.report_database(context.storage.trouble)  # and how much room there is
        return max(self.interval, pause)

    def poll(self, client: EvceClient) -> Site:
        """Fetch, read and show the site once, and have it kept by what comes after; an EvceError when that failed."""
        context = self.context
        started = context.clock.monotonic()
        raw = client.fetch()
        reader = self._reader = self._reader or self._primed_reader()
        site = reader.read(raw)
        if context.items.index is not None:
            self._shrinkage.judge(context.items.index, site)
        self._latecomers.enter(site, reader)
        context.items.poll(site, started=started)
        odd_phases = self._odd_phases(site)  # by what this very poll has changed, whatever the database says next
        self._move_alarms(site)
        now = context.clock.now()
        skew = (site.system.time - now).total_seconds() if site.system.time else 0.0
        context.items.interface.set(
            EvceApiVersion=site.system.api_version, ClockSkew=skew, NewObjects=self._new_objects(site)
        )
        self._name_troubles(site, odd_phases)
        context.after_poll(site)
        context.snapshots.take_poll(raw, reader.replaced(), now)
        return site

    def _move_alarms(self, site: Site) -> None:
        """Let alarms follow a good poll; what was seen of stations before an outage counts no longer."""
        context, found, expected = self.context, site.system.api_version, self.context.profile.api_version
        other = f"the charge controller speaks API version {found or 'unknown'}, not {expected}"
        context.interface_alarm.report_controller(other_version="" if is_version(found, expected) else other)
        if self._hidden:
            context.station_alarms.restart()
        context.station_alarms.follow(site)
        self._hidden = False

    def _primed_reader(self) -> SiteReader:
        """Make a reader that knows what set-up and the last poll read: what is bad in the first poll keeps that.

        Without the database it knows less, and the poll goes on.
        """
        reader = SiteReader(self.context.profile)
        self.context.storage.attempt("snapshots", lambda: self._prime(reader))
        return reader

    def _prime(self, reader: SiteReader) -> None:
        snapshots = self.context.snapshots
        reader.read(snapshots.setup().raw())
        if (poll := snapshots.poll()) is not None:
            reader.read(poll.raw)

    def _name_troubles(self, site: Site, odd_phases: dict[str, str]) -> None:
        """Name, once as long as it lasts, what cannot be read and what the guide does not cover."""
        unread = site.unreadable | self._latecomers.waiting(site)
        self._words = words(unread)
        self.context.items.interface.set(UnreadableFields=names(unread))
        self._latecomers.tell(unread)
        sentences = {path: f"{path} cannot be read: {why}" for path, why in unread.items()}
        self._troubles.follow(sentences | odd_phases)

    def _odd_phases(self, site: Site) -> dict[str, str]:
        """Say of connectors whose average does not go by the phase connection that the controller reports.

        Where neither tree nor connector has changed, what was said before stands.
        """
        index = self.context.items.index
        found: dict[str, str] = {}
        if index is None:
            return found
        anew, before, odd = index is not self._looked_at, self._odd, set[ConnectorKey]()
        for key, node in index.connectors.items():
            if not (anew or node.changed or key in before):
                continue
            connector, shown = site.connectors.get(key), node.model
            if connector is None:
                continue
            path = f"connectors/{connector.id} phaseConnection"
            if (connector.dc, connector.phase_connection) != (shown.dc, shown.phase_connection):
                odd.add(key)
                found[path] = (
                    f"connectors/{connector.id} has the phaseConnection {_kind(connector)} now, and set-up found "
                    f"{_kind(shown)}: its average current goes by that until set-up runs again"
                )
            elif not phase_connection_is_known(shown):
                odd.add(key)
                found[path] = (
                    f"connectors/{connector.id} has the phaseConnection {_kind(shown)}, neither mono nor tri: "
                    "its average current is that of phase 1, Uncertain"
                )
        self._looked_at, self._odd = index, odd
        return found

    def _new_objects(self, site: Site) -> int:
        """Count what is on the controller and not in the tree: it enters with the next set-up."""
        index = self.context.items.index
        if index is None:
            return 0
        pairs: list[tuple[Collection[object], Container[object]]] = [
            (site.zones, index.zones),
            (site.stations, index.stations),
            (site.connectors, index.connectors),
        ]
        return sum(key not in known for found, known in pairs for key in found)  # sets of keys would hold up readers

    def _pause_after(self, error: EvceError) -> float:
        """Return the least time in s from the start of this poll to the next."""
        if isinstance(error, EvceLoginError):
            self._refused_logins += 1
            return LOGIN_PAUSES[min(self._refused_logins, len(LOGIN_PAUSES)) - 1]
        if isinstance(error, EvceBusyError):  # nobody may ask for so much time that a site stays Offline by it
            return min(error.retry_after, self.context.items.staleness.offline_after)
        return 0.0

    def _say(self, state: str) -> None:
        """Show the state in the tree, and log it once when it changes."""
        if state != self._said and not (is_good(state) and is_good(self._said)):  # fields are logged one by one
            self.context.log.log(20 if is_good(state) else 30, "EvceProcessor: %s", state)
        self._said = state
        self.context.items.interface.set(EvceState=state)


def _kind(connector: Connector) -> str:
    """Say what a connector's average depends on."""
    return repr(connector.phase_connection) + (" (dc)" if connector.dc else "")
