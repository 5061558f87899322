"""Reads the whole site through a proposed profile, as the connector will: what then cannot be read is told."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

from evce_connector.evce import profile as profiles
from evce_connector.evce.apis import api_of
from evce_connector.evce.asking import Answer, Request
from evce_connector.evce.errors import EvceAnswerError, EvceError, EvceRefusalError
from evce_connector.evce.numbers import HeldNumbers
from evce_connector.evce.profile import Profile
from evce_connector.evce.profile_error import ProfileError
from evce_connector.evce.reader import SiteReader
from evce_connector.probe.asking import Answer as Got
from evce_connector.probe.asking import Asking
from evce_connector.site.model import RawSite, Site


class Exchange(NamedTuple):
    """A request below the base path, `path` without its query, and its answer."""

    path: str
    query: Mapping[str, str]
    answer: Got


NAME = "dialect.toml"
"""How a proposed profile is called in what is said of it."""


@dataclass
class Proof:
    """What came of reading through a profile: the site, or in `trouble` why there is none."""

    site: Site | None
    trouble: str = ""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    profile: Profile | None = None
    raw: RawSite | None = None
    """The site in the contract's terms, before anything was read into a model."""
    answers: list[Exchange] = field(default_factory=list, repr=False)
    """What the profile's requests were answered with, also where there is no site by it."""

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

    answers: list[Exchange] = []

    def ask(request: Request) -> Answer:
        path = request.path
        got = asking.send(Request(request.method, base + path, request.query))
        query = dict(parse_qsl(got.query, keep_blank_values=True))
        answers.append(Exchange(got.path.removeprefix(base), query, got))
        if got.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise EvceRefusalError(path, got.status, "refused")
        if not got.is_json:
            raise EvceAnswerError(path, "it is not JSON")
        return Answer(got.headers, b"", got.document)

    try:
        raw = api_of(profile, HeldNumbers(), asking.target.login).fetch(ask)
        site = SiteReader(profile).read(raw)
    except EvceError as error:
        return Proof(None, str(error), profile=profile, answers=answers)
    return Proof(site, "", dict(site.unreadable), profile, raw, answers)
