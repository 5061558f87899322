"""Lists that are much shorter than the tree: refused, and believed once several polls in a row miss the same objects.

A controller that starts up shows empty or short lists for a while, and then more from poll to poll; one from which
stations were taken away goes on saying the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from evce_connector.evce.errors import EvceShrunkListError
from evce_connector.points.index import SiteIndex, SiteNode
from evce_connector.processors.base import refuse_shrunk
from evce_connector.site.model import Site

BELIEVED_AFTER = 4
"""Polls in a row that must miss the same objects."""


Lists = Mapping[str, tuple[Mapping[Any, SiteNode], Collection[Any]]]
"""By the name of a list: what stands in the tree, and what a poll found, both by the controller's ids."""


class Shrinkage:
    """What polls in a row have missed; nothing of it is kept for the next start."""

    def __init__(self) -> None:
        self._missing: frozenset[tuple[str, object]] = frozenset()
        self._polls = 0
        self._whole: SiteIndex | None = None
        """The tree of which the last poll missed nothing, so that each of its objects is expected."""

    def judge(self, index: SiteIndex, site: Site) -> None:
        """Refuse a poll's lists by EvceShrunkListError, until that is the fourth poll in a row that misses the same.

        What is believed to be gone is expected no longer, neither by later polls nor by set-up, until it is back.
        """
        lists: Lists = {
            "zones": (index.zones, site.zones),
            "stations": (index.stations, site.stations),
            "connectors": (index.connectors, site.connectors),
        }
        whole = all(key in found for nodes, found in lists.values() for key in nodes)
        if whole and index is self._whole:  # as nearly always: nothing was missing of this tree, and nothing is
            self.forget()
            return
        expected = {
            name: ([key for key, node in nodes.items() if node.expected], found)
            for name, (nodes, found) in lists.items()
        }
        believed = False
        try:
            refuse_shrunk(expected)
        except EvceShrunkListError:
            if not (believed := self._believes(lists)):
                raise
        self.forget()
        for nodes, found in lists.values():
            for key, node in nodes.items():
                node.expected = key in found or (node.expected and not believed)
        self._whole = index if whole else None

    def forget(self) -> None:
        """Begin anew: the next poll that misses objects is the first in its row."""
        self._missing, self._polls = frozenset(), 0

    def _believes(self, lists: Lists) -> bool:
        """Count a poll in its row; a controller that has no zone is none that knows its site."""
        missing = frozenset((name, key) for name, (nodes, found) in lists.items() for key in nodes if key not in found)
        self._polls = self._polls + 1 if missing == self._missing else 1
        self._missing = missing
        return self._polls >= BELIEVED_AFTER and len(lists["zones"][1]) > 0
