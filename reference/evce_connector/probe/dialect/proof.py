"""Reads the whole site through a proposed profile, as the connector will: what then cannot be read is told."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from evce_connector.evce import profile as profiles
from evce_connector.evce.apis import api_of
from evce_connector.evce.asking import Answer, Request
from evce_connector.evce.errors import EvceAnswerError, EvceError, EvceRefusalError
from evce_connector.evce.numbers import HeldNumbers
from evce_connector.evce.profile_error import ProfileError
from evce_connector.evce.reader import SiteReader
from evce_connector.probe.asking import Asking
from evce_connector.site.model import Site

NAME = "dialect.toml"
"""How a proposed profile is called in what is said of it."""


@dataclass
class Proof:
    """What came of reading through a profile: the site, or in `trouble` why there is none."""

    site: Site | None
    trouble: str = ""
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """What came of it, in words."""
        if self.site is None:
            return self.trouble
        counts = ", ".join(f"{len(getattr(self.site, kind))} {kind}" for kind in ("zones", "stations", "connectors"))
        return f"the whole site was read through it: {counts}; {len(self.unreadable) or 'no'} fields cannot be read"


def read(asking: Asking, base: str, text: str) -> Proof:
    """Load a profile and read the site through it, with the login that the probe has; ProbeError as any request."""
    try:
        with tempfile.TemporaryDirectory(prefix="evce-probe-") as folder:
            file = Path(folder) / NAME
            file.write_text(text, encoding="utf-8")
            profile = profiles.load(str(file))
    except ProfileError as error:
        return Proof(None, str(error).replace(f"{folder}{os.sep}", ""))

    def ask(request: Request) -> Answer:
        path = request.path
        got = asking.send(Request(request.method, base + path, request.query))
        if got.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise EvceRefusalError(path, got.status, "refused")
        if not got.is_json:
            raise EvceAnswerError(path, "it is not JSON")
        return Answer(got.headers, b"", got.document)

    try:
        site = SiteReader(profile).read(api_of(profile, HeldNumbers(), asking.target.login).fetch(ask))
    except EvceError as error:
        return Proof(None, str(error))
    return Proof(site, "", dict(site.unreadable))
