"""`evce-connector adopt`: reads another connector's tree over EWS and keeps what ours is to answer to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ebo_simulator.client import EboClient
from ebo_simulator.discovery import discover
from ebo_simulator.errors import EboError
from ebo_simulator.tree import Tree as TheirTree
from rich.console import Console

from evce_connector.clock import SystemClock
from evce_connector.config import Configuration
from evce_connector.config.neighbours import PasswordSection
from evce_connector.errors import ConnectorError
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient
from evce_connector.evce.reader import SiteReader
from evce_connector.evce.tls_causes import Asked, tls_cause
from evce_connector.host.options import evce_options
from evce_connector.host.requests import REQUEST, REQUEST_LOOK, RUN
from evce_connector.host.stores import Stores
from evce_connector.points.id_aliases import IdAlias
from evce_connector.points.layout import lay_out
from evce_connector.points.site_items import SiteItems
from evce_connector.points.staleness import Ages
from evce_connector.points.tree import ROOT_ID, Folder, Tree
from evce_connector.site.model import Site
from evce_connector.takeover import lines
from evce_connector.takeover.matching import match
from evce_connector.takeover.report import adopted_of, id_conflicts, lines_of
from evce_connector.writes.settable import settable

EWS_VERSION, IDS, PATIENCE = "1.1", 100, 60.0
"""What any EWS server understands, how many ids are asked for at a time, and how long an answer may take (s)."""
DRY = "Nothing was changed (--dry-run)."
PIPE_WIDTH = 200


class NothingMatchedError(ConnectorError):
    """The other server shows none of our objects."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"Nothing that {url} serves is an object of this site: no ZoneId, StationId or StationOCPPIdentifier there "
            "is the controller's. Check that it is the old connector, of the same controller. Nothing was taken over."
        )


class OtherUnreachableError(ConnectorError):
    """The other server does not answer, for its TLS."""

    def __init__(self, url: str, cause: str) -> None:
        super().__init__(f"The other connector at {url} does not answer: {cause}.")


@dataclass(frozen=True)
class Other:
    """The EWS server to take over from; `ca` is a PEM file with the issuer of its certificate."""

    url: str
    user: str
    password_file: Path
    ca: Path | None = None
    insecure: bool = False

    def tree(self) -> TheirTree:
        """Read its tree with all values; EboError, ConnectorError or OtherUnreachableError says why that fails."""
        password = PasswordSection(password_file=str(self.password_file)).secret()
        client = EboClient(
            self.url, self.user, password, EWS_VERSION, PATIENCE, ca=self.ca, insecure=self.insecure, strict=False
        )
        with client:
            try:
                return discover(client, IDS)
            except EboError as error:
                if cause := self._tls_cause(error):
                    raise OtherUnreachableError(self.url, cause) from error
                raise

    def _tls_cause(self, error: EboError) -> str:
        """Say what of TLS kept its answer away, in the words of the controller's; empty when it was something else."""
        if not isinstance(error.__cause__, Exception):
            return ""
        verify = str(self.ca) if self.ca else not self.insecure
        asked = Asked(self.url, verify, PATIENCE, address="--ews", trust="--ca", who="the other connector")
        return tls_cause(error.__cause__, asked)


@dataclass(frozen=True)
class TakeOver:
    """What would be taken over, the line of every item, and the ids that the other server lists and refuses to read."""

    adopted: dict[str, IdAlias]
    lines: Sequence[lines.Line]
    refused: Sequence[str]

    def write(self, file: Path) -> None:
        """Write the line of every item into a file."""
        lines.write(self.lines, file)

    def as_data(self) -> dict[str, Any]:
        """Give the line of every item, how many of each outcome there are, and what could not be read, for programs."""
        return {
            "outcomes": lines.counted(self.lines),
            "refused": list(self.refused),
            "lines": lines.as_data(self.lines),
        }

    def show(self) -> None:
        """Print what was not simply matched, and how many of each outcome there are."""
        width = None if sys.stdout.isatty() else PIPE_WIDTH
        console = Console(highlight=False, markup=False, emoji=False, width=width)  # names may hold [brackets]
        console.print(lines.table(self.lines), lines.summary(self.lines))
        if self.refused:
            console.print(f"The other server lists {len(self.refused)} ids and refuses to read them: {self.refused[0]}")


def plan(configuration: Configuration, stores: Stores, other: Other) -> TakeOver:
    """Match the other server's tree with our site; changes nothing. NothingMatchedError when they share no object."""
    site = _our_site(configuration, stores)
    index, _ = lay_out(site)
    root = Folder(ROOT_ID, configuration.ews.server_name, "Server")
    root.add(index.folder)
    theirs = other.tree()
    found = match(theirs, root, index)
    if all(one.ours is root for one in found.pairs):
        raise NothingMatchedError(other.url)
    adopted = adopted_of(found)
    items = SiteItems(
        Tree(configuration.ews.server_name), SystemClock(), Ages.of(0.0, 0.0), settable(configuration.writes)
    )
    items.id_aliases = lambda: adopted
    items.set_up(site)
    every = [*lines_of(found, theirs.root, root, index.folder), *id_conflicts(items.tree.root, adopted)]
    return TakeOver(adopted, every, [error.id for error in theirs.errors])


def _our_site(configuration: Configuration, stores: Stores) -> Site:
    """Return the site of the last set-up, or as the controller reports it when there has been none."""
    profile = profiles.load(configuration.evce.profile)
    kept = stores.snapshots.setup()
    if kept.at is not None:
        return SiteReader(profile).read(kept.raw())
    with EvceClient(evce_options(configuration.evce), profile, numbers=stores.numbers) as client:
        return SiteReader(profile).read(client.fetch())


def carry_out(stores: Stores, found: TakeOver) -> str:
    """Keep what is taken over, ask a running connector for the set-up that puts it on the tree, and say so."""
    stores.adopted.keep(found.adopted)
    return f"{len(found.adopted)} items were taken over. {_ask_for_set_up(stores)}"


def release(stores: Stores) -> str:
    """Forget what was taken over, ask a running connector for a set-up, and say so."""
    return f"{stores.adopted.forget()} items answer to our own ids again. {_ask_for_set_up(stores)}"


def _ask_for_set_up(stores: Stores) -> str:
    if stores.snapshots.fact(REQUEST) is None:  # one that prunes stays one
        stores.snapshots.keep_fact(REQUEST, RUN)
    return f"A running connector shows it within {REQUEST_LOOK:.0f} s and the time of a set-up, else at its next start."
