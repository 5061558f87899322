"""The items of the served site: set-up makes them, polls fill them, their states follow the age of the last poll."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from evce_connector.clock import Clock
from evce_connector.points.fading import faded
from evce_connector.points.id_aliases import IdAlias, apply_id_aliases
from evce_connector.points.index import SiteIndex, SiteNode
from evce_connector.points.interface import InterfacePoints
from evce_connector.points.layout import ZONES_FOLDER
from evce_connector.points.left_out import enter_left_out, follow_left_out, mark_left_out
from evce_connector.points.observation import aged
from evce_connector.points.polling import show_poll
from evce_connector.points.set_up import (
    carry_over,
    carry_over_writes,
    curtailment_folders,
    fill_entered,
    finish,
    make_index,
)
from evce_connector.points.settable import BY_DEFAULT, served_with
from evce_connector.points.staleness import Ages, Staleness
from evce_connector.points.tree import FRESH, Folder, Tree, ValueItem
from evce_connector.points.write_confirmation import confirm_write
from evce_connector.site.model import Connector, Site, Zone
from evce_connector.site.values import State


class SiteItems:
    """The tree and what fills it. One lock keeps set-up, polls and writes from mixing; readers need none.

    Under the lock only memory is touched, and `changed` is called after it is released: who waits for the database or
    the controller holds up neither polls nor the step of the clock.
    """

    def __init__(self, tree: Tree, clock: Clock, ages: Ages, settable: Collection[str] = BY_DEFAULT) -> None:
        self.tree = tree
        self.index: SiteIndex | None = None
        self.lock = threading.RLock()
        self.staleness = Staleness(clock, ages)
        tree.age_state = self.staleness.beyond_shown
        self.interface = InterfacePoints(tree, self.staleness)
        self.curtailments: dict[int, Folder] = {}
        self.id_aliases: Callable[[], Mapping[str, IdAlias]] = dict
        """Called by each set-up: what was taken over from another connector, by our own ids."""
        self.id_conflicts: list[str] = []
        """Of the present tree: which items lost their own id to one that was taken over, in sentences."""
        self.changed: Callable[[], None] = _nothing
        """Called after each set-up, poll and confirmed write; the curtailments listen."""
        self._clock = clock
        self._served_as = served_with(settable)
        self._root_name = tree.root.name
        self._configure(self.interface.items)
        self._serve(Folder("Site", ZONES_FOLDER), {})

    def _serve(self, zones: Folder, id_aliases: Mapping[str, IdAlias]) -> None:
        """Put a new root into the tree: the site's folder, and our own beside it, under the ids that clients know."""
        root = Folder(self.tree.root.key, self._root_name, self.tree.root.type)
        root.add(zones)
        root.add(self.interface.folder(self.curtailments.values()))
        self.id_conflicts = apply_id_aliases(root, id_aliases)
        self.tree.replace(root)

    def _configure(self, items: Iterable[ValueItem]) -> None:
        """Serve as writeable what may be set, and nothing else."""
        for item in items:
            item.point = self._served_as.get(item.name, item.point)

    def set_up(
        self, site: Site, gone: Collection[str] = (), started: float = float("inf"), age: float = 0.0
    ) -> dict[str, str]:
        """Serve the tree of a site read `age` s ago; live items that stand in the present one are as before (no reset).

        `gone` are the folder ids of objects that stay in the tree although the controller no longer reports them.
        What a write confirmed after `started` (monotonic s) is newer than what set-up fetched, and stays.
        Returns, by path, why an object of the site has no place in the tree.
        """
        id_aliases = self.id_aliases()
        with self.lock:
            index, unplaced = make_index(site, gone)
            for node in index.nodes():
                self._configure(node.items)
            if self.index is not None:
                carry_over(index, self.tree)
                carry_over_writes(index, self.index, started, self.staleness.shown)
            self.curtailments = curtailment_folders(index, self.curtailments)
            self.index = index
            self._serve(index.folder, id_aliases)
            self.staleness.note_set_up(age)
            self._show_plain(self.staleness.plain_state())
        self.changed()
        return unplaced

    def enter_left_out(self, site: Site) -> list[SiteNode]:
        """Give a place to what set-up had to leave out and a poll can place now; return the nodes that entered."""
        if self.index is None or not self.index.left_out:
            return []
        id_aliases = self.id_aliases()
        with self.lock:
            index = self.index
            follow_left_out(index, site)
            if not (entered := enter_left_out(index, site)):
                return []
            changes = fill_entered(index, entered)
            for node in entered:
                self._configure(node.items)
            self.curtailments = curtailment_folders(index, self.curtailments)
            self.index = replace(index)  # another one: who goes by the index looks at all of it again
            self._serve(index.folder, id_aliases)
            self.tree.apply(changes)
        return entered

    def poll(self, site: Site, age: float = 0.0, started: float = float("inf")) -> int:
        """Show what a poll read, `age` s ago; returns how many items changed.

        What a write confirmed after `started` (monotonic s) is newer than the poll, and stays.
        """
        with self.lock:
            if self.index is None:
                return 0
            self.staleness.note_poll(age)
            follow_left_out(self.index, site)
            self.tree.apply([*mark_left_out(self.index, site), *finish(self.index, site)])
            state, plain = self.staleness.state(), self.staleness.plain_state()
            shown = (self.staleness.shown, self.staleness.plain_shown)
            all_anew = any((*shown, state, plain))  # one of them is not Good
            count = show_poll(self.tree, self.index, site, state, started=started, all_anew=all_anew)
            self.staleness.shown = state
            self._show_plain(plain)
            self.interface.show_poll_age()
        self.changed()
        return count

    def confirm(self, node: SiteNode, model: Zone | Connector, uncertain: Collection[str] = ()) -> None:
        """Show what the controller confirmed after a write to the object of a node, if it is still in the tree.

        `uncertain` names what the controller will still change. Who writes calls `changed` once the write is kept.
        """
        with self.lock:
            if (
                self.index is None or (now := self.index.now(node)) is None
            ):  # set-up may have made a new index meanwhile
                return
            at, age_state = self._clock.monotonic(), self.staleness.shown
            self.tree.apply(confirm_write(self.index, now, model, uncertain, at=at, age_state=age_state))
            self._show_plain(self.staleness.plain_shown)

    def age(self) -> float | None:
        """Return the age of the last good poll in s, or None before the first ever."""
        return self.staleness.age()

    def apply_staleness(self) -> None:
        """Give items the state of the present age, and PollAge the age: for subscribers, who are told of changes.

        Readers see both by themselves, before this and without it. Only memory is touched.
        """
        self.interface.show_poll_age()
        if self.staleness.beyond_shown() is FRESH:
            return
        with self.lock:
            state, plain = self.staleness.state(), self.staleness.plain_state()
            if self.index is None:
                return
            if state is not self.staleness.shown:
                self.tree.apply(aged(self.index, self.curtailments.values(), state))
                self.staleness.shown = state  # readers add it themselves until every item shows it
            if plain is not self.staleness.plain_shown:
                self._show_plain(plain)

    def _show_plain(self, state: State) -> None:
        """Give plain items that change by themselves the state of an age, where that is not as they were read."""
        if self.index is not None and state is not State.GOOD:
            self.tree.apply(faded(self.index, state))
        self.staleness.plain_shown = state


def _nothing() -> None:
    """Do nothing, as long as nobody listens."""
