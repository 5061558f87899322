"""A whole site read from a capture: by the client's API, the reader, set-up and a poll, as the connector does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from evce_connector.clock import ManualClock
from evce_connector.errors import ConnectorError
from evce_connector.evce.apis import Api, api_of
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.api import DialectApi
from evce_connector.evce.dialect.paths import Parents
from evce_connector.evce.numbers import HeldNumbers
from evce_connector.evce.profile import Profile
from evce_connector.evce.reader import SiteReader
from evce_connector.points.index import SiteIndex, SiteNode
from evce_connector.points.site_items import SiteItems
from evce_connector.points.staleness import Ages
from evce_connector.points.tree import Tree, ValueItem
from evce_connector.profile_tools.capture import Exchange
from evce_connector.profile_tools.offline import OfflineAnswers
from evce_connector.site.datapoint import Level
from evce_connector.site.model import RawSite, Site

LISTS = {Level.ZONE: "zones", Level.STATION: "stations", Level.CONNECTOR: "connectors"}
"""The list in which the objects of a level stand."""
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_POLL = 15.0


class UnreadableCaptureError(ConnectorError):
    """What was recorded is so far from the profile that there is no site to show."""


@dataclass(frozen=True)
class Seen:
    """An object as the controller sent it, those around it, and what it is in the contract's terms."""

    value: Json
    parents: Parents
    contract: Mapping[str, Json]


@dataclass(frozen=True)
class OfflineSite:
    """A site of a capture: its tree, where each object came from, and what is amiss.

    `seen` has the objects by list and by the contract's id, `unplaced` why an object stands nowhere in the tree.
    """

    profile: Profile
    answers: OfflineAnswers
    site: Site
    index: SiteIndex
    seen: Mapping[str, Mapping[int, Seen]]
    unplaced: Mapping[str, str]

    @property
    def is_whole(self) -> bool:
        """Whether nothing lacks, nothing is unreadable, and every object has its place."""
        return not (self.answers.lacking or self.site.unreadable or self.unplaced or self.site.left_out)

    @cached_property
    def troubles(self) -> Mapping[str, list[tuple[str, str]]]:
        """Why fields cannot be read, by their paths and by those that these begin with: a site may have thousands."""
        found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for path, why in self.site.unreadable.items():
            parts = path.split("/")
            for length in range(2, len(parts) + 1):
                found["/".join(parts[:length])].append((path, why))
        return found

    def origin(self, node: SiteNode) -> Seen | None:
        """Return where the object of a node came from, None for the site itself."""
        return self.seen[LISTS[node.level]].get(node.model.id) if node.level in LISTS else None

    def items(self) -> dict[str, tuple[SiteNode, ValueItem]]:
        """Return every data point of the tree and the object that it belongs to, by the item's id."""
        return {item.key: (node, item) for node in self.index.nodes() for item in node.items}


def read_site(exchanges: Iterable[Exchange], profile: Profile) -> OfflineSite:
    """Read a capture by a profile.

    UnreadableCaptureError when a list is not what the profile says. Texts get numbers as in an empty database: they may
    be others than those of a connector that has run there.
    """
    answers = OfflineAnswers(exchanges, profile)
    api = api_of(profile, HeldNumbers())
    try:
        raw = api.fetch(answers.ask)
    except ConnectorError as error:
        lacking = f" The capture has no answer to {', '.join(answers.lacking)}." if answers.lacking else ""
        raise UnreadableCaptureError(f"{error}{lacking}") from error
    site = SiteReader(profile).read(raw)
    items = SiteItems(Tree("EVCE"), ManualClock(_NOW), Ages.of(_POLL, _POLL))
    unplaced = items.set_up(site)
    items.poll(site)
    if items.index is None:
        raise UnreadableCaptureError("The capture shows no site.")
    return OfflineSite(profile, answers, site, items.index, _seen(api, profile, raw), unplaced)


def _seen(api: Api, profile: Profile, raw: RawSite) -> dict[str, dict[int, Seen]]:
    """Return the objects of each list by their ids."""
    if isinstance(api, DialectApi):
        return {
            kind: {
                id_: Seen(kept.found.value, kept.found.parents, kept.translated)
                for id_, kept in api.last(kind).items()
                if isinstance(kept.translated, dict)
            }
            for kind in LISTS.values()
        }
    lists = {"zones": raw.zones, "stations": raw.stations, "connectors": raw.connectors}
    spelled = {kind: profile.fields[kind.removesuffix("s")]["id"] for kind in lists}
    return {
        kind: {
            one[spelled[kind]]: Seen(one, (), one)
            for one in of.objects
            if isinstance(one, dict) and isinstance(one.get(spelled[kind]), int)
        }
        for kind, of in lists.items()
    }
