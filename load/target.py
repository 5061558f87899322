"""What the clients of a load test must know, handed to their processes in the environment."""

from __future__ import annotations

import json
import ssl
from dataclasses import asdict, dataclass, field

from load.driver import EwsDriver

TARGET = "EVCE_LOAD_TARGET"


@dataclass(frozen=True)
class Target:
    """Profile, how many clients of each class, addresses and logins, and where reports go."""

    profile: str
    users: dict[str, int]
    ews: str
    user: str
    password: str = field(repr=False)
    prefix: str
    """Where reports go, with the beginning of their names."""
    ca: str = ""
    """File with the issuer of the EWS server's certificate; empty: those that this machine trusts."""
    writes: list[str] = field(default_factory=list)
    """Ids of the items that operators write with the values that they have, on a connector that is not ours."""
    api: str = ""
    """The simulated controller's; empty beside a connector that is not ours: then only what EWS says is checked."""
    login: str = ""
    secret: str = field(default="", repr=False)
    cycle: float = 0.0
    """Seconds (of the site) that a poll takes."""

    @property
    def is_ours(self) -> bool:
        """Whether connector and controller were started for this run, so that what the controller says is known."""
        return bool(self.api)

    def driver(self) -> EwsDriver:
        """Open a client of the EWS server; OSError for a CA file that is none."""
        context = ssl.create_default_context(cafile=self.ca or None) if self.ews.startswith("https:") else None
        return EwsDriver(self.ews, self.user, self.password, context=context)

    def environment(self) -> dict[str, str]:
        """Return the variable that carries it."""
        return {TARGET: json.dumps(asdict(self))}
