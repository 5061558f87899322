"""Set-up goes on in polls for what it had to leave out: an object enters the tree once its place can be read."""

from __future__ import annotations

from collections.abc import Collection

from evce_connector.evce.reader import SiteReader
from evce_connector.persistence.ledger import Change, Kind
from evce_connector.persistence.snapshots import KeptObject
from evce_connector.points.index import SiteNode
from evce_connector.processors.base import Context
from evce_connector.processors.unreadable import is_good, words
from evce_connector.site.catalogue import LISTS
from evce_connector.site.model import Site
from evce_connector.site.values import utc_text

PAUSE = 300.0
"""Least time in s between two changes of the tree: a field that comes and goes must not make clients browse anew."""


class Latecomers:
    """Lets enter what a set-up left out, from the polls' own lists; nothing is asked for, and nothing else changes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._entered_at = float("-inf")

    def enter(self, site: Site, reader: SiteReader) -> None:
        """Give a place to what this poll can place, unless others entered a short while ago."""
        now = self._context.clock.monotonic()
        if now - self._entered_at < PAUSE:
            return
        if entered := self._context.items.enter_left_out(site):
            self._entered_at = now
            self._keep(entered, reader)

    def _keep(self, entered: list[SiteNode], reader: SiteReader) -> None:
        """Keep what entered for the next start, and say so in the site's ledger and in the log."""
        context, raw, at = self._context, reader.raw_objects(), utc_text(self._context.clock.now())
        objects = {
            name: [KeptObject(node.folder.key, raw[name][node.key]) for node in entered if node.level is level]
            for name, level in LISTS.items()
        }
        for node in entered:
            context.log.info("EvceProcessor: %s can be read now and enters the tree", node.folder.key)
        lines = [Change(at, node.folder.key, Kind.ADDED, "", node.folder.name) for node in entered]
        context.storage.attempt("snapshots", lambda: context.snapshots.add_to_setup(objects, lines))

    def waiting(self, site: Site) -> dict[str, str]:
        """Return why something that this poll could read has no place in the tree all the same, by its path."""
        index = self._context.items.index
        if index is None:
            return {}
        waiting = {}
        for path, left in index.left_out.items():
            if path not in site.left_out and left.id is not None:
                parents, kind = (index.stations, "station") if left.list == "connectors" else (index.zones, "zone")
                orphan = left.parent is not None and left.parent not in parents
                why = (
                    f"its {kind} {left.parent} is not on the site" if orphan else "it enters the tree in a few minutes"
                )
                waiting[path] = why
        return waiting

    def tell(self, unread: Collection[str]) -> None:
        """Let SetupState name only what set-up could not read and polls cannot read either."""
        index, state = self._context.items.index, str(self._context.items.interface.get("SetupState"))
        if index is not None and index.unread and is_good(state):
            left_out = {path for path in unread if path.partition("/")[0] in index.left_out}  # without id: by position
            index.unread = index.unread.intersection(unread) | left_out
            self._context.items.interface.set(SetupState=words(index.unread))
