"""EvceSetupProcessor: builds the tree and writes the set-up data points (P-1)."""

from __future__ import annotations

import threading
from typing import ClassVar

from evce_connector.evce.errors import EvceError, EvceVersionError
from evce_connector.evce.reader import SiteReader
from evce_connector.model import Site
from evce_connector.processors.base import Processor, Prompt, Severity


class EvceSetupProcessor(Processor):
    """Fetches the site once, makes the tree of it and keeps it for the next start."""

    name: ClassVar[str] = "EvceSetupProcessor"

    def execute(self, stop: threading.Event) -> list[Prompt]:
        """Run once; a prompt that may not continue says why there is no (new) tree."""
        if stop.is_set():
            return []
        context = self.context
        reader = SiteReader(context.profile)
        try:
            with context.make_client() as client:
                raw = client.fetch()
            site = reader.read(raw)
            prompts = self._check_version(site)
        except EvceError as error:
            return [Prompt(str(error), Severity.MAY_NOT_CONTINUE)]
        homeless = context.items.set_up(site)
        context.snapshots.keep_setup(raw.system, reader.raw_objects(), context.clock.now())
        context.items.tell(EvceApiVersion=site.system.api_version, NewObjects=0)
        for path, why in (site.unreadable | homeless).items():
            prompts.append(Prompt(f"{path} is left out of the tree: {why}."))
        return prompts

    def _check_version(self, site: Site) -> list[Prompt]:
        """Name an API version that is not supported (R-3); refuse it only when told to."""
        expected, found = self.context.profile.api_version, site.system.api_version
        if found == expected:
            return []
        if self.context.configuration.evce.refuse_other_versions:
            raise EvceVersionError(found, expected)
        return [Prompt(f"The charge controller speaks API version {found or 'unknown'}; only {expected} is supported.")]
