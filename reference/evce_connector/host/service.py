"""The running connector: database, tree, EWS server and one worker thread for each processor."""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import Self

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.alarms.rules import check
from evce_connector.clock import Clock, SystemClock
from evce_connector.config import Configuration
from evce_connector.config.required import not_set
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient
from evce_connector.evce.reader import SiteReader
from evce_connector.evce.watch import Watch
from evce_connector.ews.server import EwsServer
from evce_connector.figures import Figures
from evce_connector.host import collector, first_words, shown, tuning
from evce_connector.host.by_hand import ByHand
from evce_connector.host.clients import Clients
from evce_connector.host.found_at_start import noticed
from evce_connector.host.journal import forms_of, redacted, secrets_of
from evce_connector.host.last_words import write_or_tell
from evce_connector.host.liveness import Liveness
from evce_connector.host.loaded import Loaded
from evce_connector.host.options import evce_options, ews_settings
from evce_connector.host.processors import Processors
from evce_connector.host.refused_logins import RefusedLogins
from evce_connector.host.registry import jobs
from evce_connector.host.requests import Requests
from evce_connector.host.row_watch import RowWatch
from evce_connector.host.step import Step
from evce_connector.host.storage_watch import LOOK_EACH, StorageWatch, replace_damaged
from evce_connector.host.stores import Stores
from evce_connector.host.trying import Trying
from evce_connector.persistence.database import DatabaseError, free_bytes, open_database
from evce_connector.persistence.ownership import RENEW_EACH, Ownership
from evce_connector.persistence.patience import hurry
from evce_connector.persistence.place import damage_in, file_of
from evce_connector.persistence.whose import was_ours
from evce_connector.points.id_aliases import IdAlias
from evce_connector.points.site_items import SiteItems
from evce_connector.points.staleness import Ages
from evce_connector.points.tree import Tree
from evce_connector.portal.server import Portal
from evce_connector.portal.sessions import Sessions
from evce_connector.processors.base import Context, Prompt
from evce_connector.processors.interface_alarm import InterfaceAlarm, short
from evce_connector.processors.logs import EvceLogsProcessor
from evce_connector.processors.retention import LOOK_EACH as LOOK_FOR_OLD
from evce_connector.processors.retention import Retention
from evce_connector.processors.setup import EvceSetupProcessor
from evce_connector.processors.station_alarms import StationAlarms
from evce_connector.processors.status import EvceProcessor
from evce_connector.processors.storage import Storage
from evce_connector.writes.curtailment import Curtailments
from evce_connector.writes.settable import settable
from evce_connector.writes.settling import Settling
from evce_connector.writes.write_through import EvceWriter

LOGGER = logging.getLogger("evce_connector")
LONGEST_SHOWN = 60.0
"""Seconds after which the turn that shows the passing of time hangs: it waits for nobody."""
LAST_WAIT = 2.5
"""Seconds that the end waits for processors: looking up a name or making a connection, they cannot be cut off."""
LAST_STATEMENT = 0.3
"""Seconds that the database gets for a statement while the connector ends."""


class ConnectorService:
    """Everything that runs under one configuration; a context manager that leaves no thread and no socket behind.

    `network_clock` measures how long the controller takes and clients wait: real seconds, at whatever speed `clock`,
    that of the site, may run. `set_up_in` is how many s the first set-up waits.
    """

    def __init__(
        self,
        configuration: Configuration,
        clock: Clock | None = None,
        network_clock: Clock | None = None,
        sessions: Sessions | None = None,
        loaded: Loaded | None = None,
        refused: RefusedLogins | None = None,
        set_up_in: float = 0.0,
    ) -> None:
        self.configuration = configuration
        self.clock = clock or SystemClock()
        self._set_up_in = set_up_in
        self._network_clock = network_clock or SystemClock()
        self._sessions = sessions or Sessions(self._network_clock)
        self._refused = refused or RefusedLogins(self._network_clock)
        self.reload_asked, self._loaded = threading.Event(), loaded or Loaded.given(configuration)
        self.profile = profiles.load(configuration.evce.profile)
        options, self.figures = partial(evce_options, configuration.evce), Figures()
        watch = Watch(self.figures)
        self._clients = Clients(options, self.profile, self._network_clock, lambda: self.stores.numbers, watch)
        found = noticed(configuration.storage.url, self.clock)
        try:
            self._open(configuration)
        except (SQLAlchemyError, DatabaseError) as error:
            found = self._replaced(configuration.storage.url, error)
            self._open(configuration)
        if found:
            self._watch.tell_saved(found)
        self._rows.look()

    def _replaced(self, url: str, error: Exception) -> str:
        """Put a damaged SQLite file aside, and return what was saved from it; DatabaseError for all other troubles."""
        damage = damage_in(error)
        file = file_of(make_url(url)) if damage else None
        if file is None or not was_ours(file):
            if isinstance(error, DatabaseError):
                raise error  # not from itself: who follows its causes would never come to an end
            raise DatabaseError(url, short(error)) from error
        return replace_damaged(file, damage, url, self.clock)

    def _open(self, configuration: Configuration) -> None:
        """Open the database, take it, and put the connector together around it."""
        with ExitStack() as undo:
            engine = open_database(configuration.storage.url, site=configuration.storage.site)
            undo.callback(engine.dispose)
            # before anything is read: another connector may be writing until it is ours
            self.ownership = Ownership(engine, configuration.ews.address, self.clock)
            undo.callback(self.ownership.give_back)
            clean = partial(redacted, forms=forms_of(secrets_of(configuration)))
            self.stores = Stores.on(engine, self.clock, clean)
            self._assemble(configuration)
            undo.pop_all()

    def _assemble(self, configuration: Configuration) -> None:
        """Put the parts together around the open stores."""
        evce = configuration.evce
        status, timeout = configuration.status, evce.connect_timeout_seconds + evce.read_timeout_seconds
        ages = Ages.of(status.interval_seconds, timeout, 60 * status.plain_uncertain_minutes)
        self.items = SiteItems(Tree(configuration.ews.server_name), self.clock, ages, settable(configuration.writes))
        self.items.id_aliases = self._id_aliases
        self._settling = Settling(self.stores.commands, self.profile)
        self.context = Context(
            configuration,
            self.profile,
            self.make_client,
            self.items,
            self.stores.snapshots,
            self.stores.site_ledger,
            self.clock,
            LOGGER,
            self.stores.history,
            self.stores.alarms,
            self.stores.commands,
            *self._alarms(),
            around_poll=collector.at_rest,
            after_poll=self._settling.settle,
            figures=self.figures,
        )
        storage, alarm = self.context.storage, self.context.interface_alarm
        engine, token = self.stores.engine, self.ownership.token
        self._watch = StorageWatch(engine, token, self._take_up, storage, alarm, self.clock, LOGGER)
        self._rows = RowWatch(engine, self._watch.tell_saved)
        storage.look = self._look_at_storage
        self.setup_processor = EvceSetupProcessor(self.context)
        self.status_processor = EvceProcessor(self.context)
        self.logs_processor = EvceLogsProcessor(self.context)
        self.processors = self._processors()
        self._curtailments = Curtailments(
            self.items,
            self.stores.alarms,
            self.stores.commands,
            configuration.writes.follow_seconds,
            self.clock,
            self.context.storage,
        )
        self.items.changed = self._curtailments.follow
        with collector.at_rest():
            self._restore()
        self.retention = Retention(self.context)
        self.steps = self._steps()
        writer = EvceWriter(self.context, self.stores.commands, self._network_clock)
        settings, of_ews = ews_settings(configuration), self.stores.of_ews()
        self.ews = EwsServer(self.items.tree, settings, self.clock, writer=writer, stores=of_ews, figures=self.figures)
        self.liveness = Liveness(self.steps, lambda: (*self.processors.every_thread, self.ews.thread))
        trying = Trying(self._clients, self._refused, self._network_clock)
        people = self._sessions, self._network_clock
        self.by_hand = ByHand(self.processors, trying.looked_at)
        self.desk = self._loaded.desk(self.stores.settings, self._network_clock, self.reload_asked.set, trying)
        host = shown.ShownProcessors(self.processors, self.by_hand, self.clock, self.liveness)
        pages = shown.parts(self.context, self.ews, host, self.stores, writer, *people, self.desk)
        tls = shown.tls(configuration, self._network_clock)
        self.portal = Portal(configuration.portal.address, pages, tls) if configuration.portal.enabled else None

    def _processors(self) -> Processors:
        """Make what runs the processors, each under its configuration."""
        own = (self.setup_processor, self.status_processor, self.logs_processor)
        requests = Requests(self.context, self.reload_asked)
        return Processors(self.context, jobs(self.context, own), requests, self.stores.runs)

    def _steps(self) -> tuple[Step, ...]:
        """Make what happens because time passes."""
        return (
            Step(
                "Staleness", self._show_time, self.clock, LOGGER, self.items.staleness.until_due, longest=LONGEST_SHOWN
            ),
            Step("CurtailmentAlarms", self._curtailments.follow, self.clock, LOGGER),
            Step("Ownership", self._hold, self.clock, LOGGER, pause=RENEW_EACH),
            Step("Storage", self._look_at_storage, self.clock, LOGGER, pause=LOOK_EACH),
            Step("Retention", self.retention.turn, self.clock, LOGGER, self.retention.until_due, LOOK_FOR_OLD),
        )

    def _alarms(self) -> tuple[StationAlarms, InterfaceAlarm, Storage]:
        """Make what moves the alarms, by the configured table, and what tells of the database."""
        items, book, rules = self.items, self.stores.alarms, check(self.configuration.alarms.table())
        stations = StationAlarms(items, book, self.stores.commands, rules, self.clock)
        free = partial(free_bytes, self.stores.engine)
        interface = InterfaceAlarm(items.interface.alarm, book, rules, self.clock, free)
        return stations, interface, Storage(self.stores.parts(), items.interface, interface, LOGGER)

    def _hold(self) -> None:
        """Show that this connector lives, and tell when the database does not take that."""
        self.ownership.renew()
        self.context.storage.tell("owner", self.ownership.trouble)

    def _look_at_storage(self) -> None:
        """Look whether the database is there, and whether it fails clients, which no poll may ever see."""
        self._watch.look()
        self._rows.look()
        self.context.storage.tell("clients", self.ews.database_trouble())

    def _id_aliases(self) -> dict[str, IdAlias]:
        """Read which ids were taken over; a database that cannot be read changes none: what was read before stays."""
        self.context.storage.attempt("ids", self.stores.adopted.read)
        return self.stores.adopted.known

    def _take_up(self) -> None:
        """Write what memory holds into a database that was opened anew, if it may be ours."""
        self.ownership.claim()
        self.stores.take_up()
        self._settling.take_up()

    def make_client(self) -> EvceClient:
        """Make a client for the controller that the configuration names."""
        return self._clients.make()

    def _restore(self) -> None:
        """Serve what the database keeps of the time before this start (O-3)."""
        reader = SiteReader(self.profile)
        self.stores.adopted.read()
        setup, poll = self.stores.snapshots.setup(), self.stores.snapshots.poll()
        if setup.at is None:
            return
        site = reader.read(setup.raw())
        self.items.set_up(site, setup.gone(), age=max(0.0, (self.clock.now() - setup.at).total_seconds()))
        self.items.interface.set(EvceApiVersion=site.system.api_version, LastSetup=setup.at)
        if poll is not None:
            age = max(1.0, (self.clock.now() - poll.at).total_seconds())
            self.items.poll(reader.read(poll.raw), age)
            self.items.interface.set(LastGoodPoll=poll.at)
        collector.keep()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Open the EWS server, then let the processors run; the pages alone where required keys are not set."""
        tuning.tune()
        try:
            if lacking := self.configuration.lacking:
                self.ews.withhold(not_set(lacking))
            else:
                self.ews.start()
            if self.portal:
                self.portal.start()
        except BaseException:
            self.stop()
            raise
        first_words.tell_start(self.configuration, self.ews, self.portal, self.items.index)
        for step in self.steps:
            step.start()
        self.processors.begin(self._set_up_in)

    def stop(self) -> None:
        """Stop processors and server, and close the database; a controller that hangs holds it up for 1.5 s."""
        first_words.tell_end()
        hurry(self.stores.engine, LAST_STATEMENT)
        for step in self.steps:
            step.end()
        self.processors.end()
        network_clock = SystemClock()
        until = network_clock.monotonic() + LAST_WAIT
        with self._clients.cut_after():
            for step in self.steps:
                step.join()
            self.processors.join(until - network_clock.monotonic())
            if self.portal:
                self.portal.stop()
            self.ews.stop()
        write_or_tell(self.stores)
        self.ownership.give_back()
        self.stores.close()

    def set_up(self, *, prune: bool = False) -> list[Prompt]:
        """Run EvceSetupProcessor now, on the caller's thread."""
        return self.setup_processor.execute(threading.Event(), prune=prune)

    def poll(self) -> None:
        """Run one cycle of EvceProcessor now, on the caller's thread."""
        with self.make_client() as client:
            self.status_processor.cycle(client)

    def step(self) -> None:
        """Do now, on the caller's thread, what the steps of the clock do each second."""
        for step in self.steps:
            step.turn()

    def _show_time(self) -> None:
        """Show what the passing of time changes; from memory, so that no database holds it up."""
        self.items.apply_staleness()
        self._curtailments.show()
        self.ews.tell_refused()

    def log(self) -> None:
        """Run one cycle of EvceLogsProcessor now, on the caller's thread: the samples that are due, if any are."""
        self.logs_processor.cycle()
