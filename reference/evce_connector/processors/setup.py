"""EvceSetupProcessor: builds the tree and writes the set-up data points (P-1)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from evce_connector.evce.errors import EvceCutError, EvceError, EvceVersionError
from evce_connector.evce.reader import SiteReader
from evce_connector.evce.version import is_version
from evce_connector.persistence.ledger import Change, Kind, compare
from evce_connector.persistence.snapshots import KeptObject, KeptSetup, folder_id
from evce_connector.processors.base import Processor, Prompt, Severity, refuse_shrunk
from evce_connector.processors.unreadable import NAMED, names, words
from evce_connector.site.catalogue import LISTS
from evce_connector.site.model import Site
from evce_connector.site.sizes import counted, size_of
from evce_connector.site.values import utc_text


class EvceSetupProcessor(Processor):
    """Fetches the site once, makes the tree of it and keeps it for the next start.

    What is gone from the controller stays in the tree, Offline, until the grace time is over or `prune` is given; a
    list that is empty or much shorter than before is not believed, unless polls believe it or `prune` is given.
    """

    name: ClassVar[str] = "EvceSetupProcessor"

    def repeats_after(self) -> float:
        """Return the configured interval in s."""
        return 60.0 * self.context.configuration.setup.interval_minutes

    def execute(self, stop: threading.Event, *, prune: bool = False) -> list[Prompt]:
        """Run once; a prompt that may not continue says why there is no (new) tree."""
        if stop.is_set():
            return []
        context, now = self.context, self.context.clock.now()
        kept = context.snapshots.setup()
        started = context.clock.monotonic()
        reader = SiteReader(context.profile)
        before = reader.read(kept.raw())
        context.storage.attempt("snapshots", lambda: self._read_last_poll(reader, kept))
        try:
            with context.make_client() as client:
                raw = client.fetch()
            site = reader.read(raw)
            prompts = self._check_version(site)
            found = _found(reader)
            if not prune:
                refuse_shrunk({name: (self._expected(kept, name), found[name]) for name in LISTS})
        except EvceCutError:  # no failure of the controller
            raise
        except EvceError as error:
            context.items.interface.set(SetupState=str(error))
            context.interface_alarm.report_controller(error)
            return [Prompt(str(error), Severity.MAY_NOT_CONTINUE)]
        grace = timedelta(0) if prune else timedelta(days=context.configuration.setup.removal_grace_days)
        setup = KeptSetup(raw.system, {name: _with_gone(found[name], kept, name, now, grace) for name in LISTS}, now)
        served = _with_models_of_gone(site, before, setup.gone())
        unplaced = context.items.set_up(served, setup.gone(), started)
        troubles = site.unreadable | unplaced
        if (index := context.items.index) is not None:
            index.unread = set(troubles)
        changes = [*compare(before, served, now), *_gone_and_back(kept, setup, now)]
        context.interface_alarm.report_controller(other_version=" ".join(prompt.message for prompt in prompts))
        context.interface_alarm.report_replaced(
            f"{change.old} by {change.new}" for change in changes if change.kind is Kind.REPLACED
        )
        context.items.interface.set(
            EvceApiVersion=site.system.api_version,
            NewObjects=0,
            SetupState=words(troubles),
            UnreadableFields=names(troubles),
            LastSetup=now,
        )
        context.storage.attempt("snapshots", lambda: context.snapshots.keep_setup(setup, changes))
        self._tell(served, len(setup.gone()), len(changes))
        return prompts + _prompts(troubles) + [Prompt(sentence) for sentence in context.items.id_conflicts]

    def _tell(self, site: Site, gone: int, changes: int) -> None:
        """Log what the tree has now."""
        context = self.context
        context.log.info(
            "EvceSetupProcessor: the tree has %s, %s; gone from the controller: %d; changes since the last set-up: %d",
            size_of(site),
            counted(len(context.items.tree.nodes), "item"),
            gone,
            changes,
        )

    def _read_last_poll(self, reader: SiteReader, kept: KeptSetup) -> None:
        """Let what cannot be read now keep the values that were seen last."""
        if (poll := self.context.snapshots.poll()) is not None and kept.at is not None and poll.at >= kept.at:
            reader.read(poll.raw)

    def _expected(self, kept: KeptSetup, name: str) -> list[str]:
        """Return the folders of what should be in a list: what the last set-up found, and polls still expect."""
        index = self.context.items.index
        believed_gone = {node.folder.key for node in index.nodes() if not node.expected} if index else set()
        return [folder for folder in kept.expected(name) if folder not in believed_gone]

    def _check_version(self, site: Site) -> list[Prompt]:
        """Name an API version that is not supported (R-3); refuse it only when told to."""
        expected, found = self.context.profile.api_version, site.system.api_version
        if is_version(found, expected):
            return []
        if self.context.configuration.evce.refuse_other_versions:
            raise EvceVersionError(found, expected)
        return [Prompt(f"The charge controller speaks API version {found or 'unknown'}; only {expected} is supported.")]


def _prompts(troubles: dict[str, str]) -> list[Prompt]:
    """Say what cannot be read, each with its reason as long as they are few."""
    sentences = [f"{path} cannot be read or placed in the tree: {why}." for path, why in troubles.items()]
    if len(sentences) > NAMED:
        sentences[NAMED:] = [f"{len(sentences) - NAMED} more cannot be read or placed in the tree."]
    return [Prompt(sentence) for sentence in sentences]


def _with_models_of_gone(site: Site, before: Site, gone: set[str]) -> Site:
    """Return the site as it will be served: what was read, and what is gone as set-up last read it."""

    def of(name: str) -> dict[Any, Any]:
        kept = {key: model for key, model in getattr(before, name).items() if folder_id(name, key) in gone}
        return {**getattr(site, name), **kept}

    return replace(site, zones=of("zones"), stations=of("stations"), connectors=of("connectors"))


def _found(reader: SiteReader) -> dict[str, dict[str, KeptObject]]:
    """Return what was read, list by list, by the folder that each object gets."""
    return {
        name: {folder_id(name, key): KeptObject(folder_id(name, key), raw) for key, raw in objects.items()}
        for name, objects in reader.raw_objects().items()
    }


def _with_gone(
    found: dict[str, KeptObject], kept: KeptSetup, name: str, now: datetime, grace: timedelta
) -> list[KeptObject]:
    """Add to what was found what is gone, as long as its grace time lasts."""
    gone = (
        KeptObject(item.folder, item.raw, item.gone_since or now)
        for item in kept.objects[name]
        if item.folder not in found
    )
    return [*found.values(), *(item for item in gone if item.gone_since and now - item.gone_since < grace)]


def _gone_and_back(kept: KeptSetup, setup: KeptSetup, now: datetime) -> Iterator[Change]:
    """Say of objects that stay in the tree which went and which came back."""
    was_gone, is_gone = kept.gone(), setup.gone()
    for folder in sorted(is_gone - was_gone):
        yield Change(utc_text(now), folder, Kind.GONE, "", "")
    for folder in sorted((was_gone - is_gone) & setup.folders()):
        yield Change(utc_text(now), folder, Kind.RETURNED, "", "")
