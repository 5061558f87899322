"""What came of a try of both neighbours, before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from evce_connector.config import Configuration
from evce_connector.evce.certificate import Certificate


class Finding(Protocol):
    """What was found when something was tried."""

    @property
    def kind(self) -> str:
        """`good`, `warning` or `error`."""
        ...

    @property
    def text(self) -> str:
        """What was found, as a sentence."""
        ...


class Reached(IntEnum):
    """How far a try came at the charge controller."""

    NOTHING = 0
    ANSWERS = 1
    LOGGED_IN = 2
    FITS = 3


@dataclass(frozen=True)
class Proposal:
    """How the controller's API is, where that is not as the settings say.

    `profile` is the text of a profile for it, empty where that of the settings fits; the others are for `evce.base_url`
    and `evce.authentication`.
    """

    profile: str
    base_url: str
    authentication: str


class Tries(Protocol):
    """Asks the neighbours for people who wait for it; the end of the connector cuts what it asks."""

    def tried(self, configuration: Configuration, serving: str) -> Tried:
        """Try both neighbours, given where the EWS server serves already, empty if nowhere."""
        ...

    def certificate(self, url: str) -> Certificate:
        """Fetch the certificate that a controller shows; EvceUnreachableError."""
        ...


@dataclass(frozen=True)
class Tried:
    """What was found, one sentence after the other, how far it came, and what would bring it further."""

    found: Sequence[Finding] = ()
    reached: Reached = Reached.NOTHING
    proposal: Proposal | None = None
