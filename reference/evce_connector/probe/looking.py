"""One look at a controller: judged by the contract, and where that does not fit, by the dialect that it speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from evce_connector.clock import Clock
from evce_connector.probe import contact
from evce_connector.probe.asking import Target, UnlikeContractError
from evce_connector.probe.contact import Contact
from evce_connector.probe.dialect import evidence, search
from evce_connector.probe.dialect.evidence import Evidence
from evce_connector.probe.dialect.report import PROFILE as DIALECT
from evce_connector.probe.dialect.search import Found
from evce_connector.probe.finding import INEXPRESSIBLE, PROPOSED
from evce_connector.probe.trail import Trail

PROFILE = "profile.toml"


@dataclass(frozen=True)
class Looked:
    """What was found: by the contract, None where nothing was; of a dialect, None where none was sought."""

    target: Target
    contact: Contact | None
    dialect: Found | None

    @property
    def origin(self) -> str:
        """Scheme, host and port of the controller."""
        return self.target.origin

    @property
    def profile(self) -> str:
        """Name of the file that is proposed as profile; empty where none is needed, or none could be loaded."""
        if self.dialect is not None and self.dialect.proof.profile is not None:
            return DIALECT
        findings = self.contact.findings if self.contact is not None else []
        return PROFILE if any(finding.advice == PROPOSED for finding in findings) else ""

    @property
    def settings(self) -> dict[str, str]:
        """What [evce] takes to reach the API where it was found: base_url and authentication; empty without an API."""
        if self.profile == DIALECT and self.dialect is not None:  # such a profile says itself how to log in
            return {"base_url": self.origin + self.dialect.base}
        if self.contact is None:
            return {}
        places = self.contact.places
        return {"base_url": self.origin + places.base, "authentication": places.authentication}

    def evidence(self, told: Mapping[str, Any], clock: Clock, *, keep_names: bool = False) -> Evidence:
        """Return the files that it leaves, and what was removed of them; `told` are the answers that it was given."""
        first = self.contact
        files = first.files if first is not None else {}
        removed = first.about.removed if first is not None else {}
        if self.dialect is None:
            return Evidence(files, removed)
        left = evidence.leave(self.dialect, told, self.target, clock.now(), keep_names=keep_names)
        return Evidence({**files, **left.files}, left.removed or removed)


def look(
    target: Target,
    trail: Trail,
    told: Mapping[str, Any],
    clock: Clock,
    say: Callable[[str], None],
    *,
    keep_names: bool,
    dialect: bool = False,
) -> Looked:
    """Look at a controller, read-only; `say` hears each request.

    Its dialect is sought with `dialect`, where `told` holds answers, or where it is nothing like the contract.
    ProbeError: no answer, login refused, busy, no API.
    """
    is_told = dialect or bool(told)
    found = None if is_told else _by_contract(target, trail, clock, say, keep_names=keep_names)
    is_sought = found is None or any(finding.advice == INEXPRESSIBLE for finding in found.findings)
    spoken = search.find(target, clock, say, told, trail.begin, trail.places) if is_sought else None
    return Looked(target, found, spoken)


def _by_contract(
    target: Target, trail: Trail, clock: Clock, say: Callable[[str], None], *, keep_names: bool
) -> Contact | None:
    """Judge a controller by the contract; None where it is nothing like it."""
    try:
        return contact.make(target, clock, say, keep_names=keep_names, begin=trail.begin)
    except UnlikeContractError as error:
        say(f"{error} A dialect is sought.")
        return None
