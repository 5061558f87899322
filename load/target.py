"""What the clients of a load test must know, handed to their processes in the environment."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

TARGET = "EVCE_LOAD_TARGET"


@dataclass(frozen=True)
class Target:
    """Profile, addresses and logins, the seconds (of the site) that a poll takes, and where reports go."""

    profile: str
    ews: str
    user: str
    password: str = field(repr=False)
    api: str
    login: str
    secret: str = field(repr=False)
    cycle: float
    prefix: str
    """Where reports go, with the beginning of their names."""

    def environment(self) -> dict[str, str]:
        """Return the variable that carries it."""
        return {TARGET: json.dumps(asdict(self))}
