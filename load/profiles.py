"""The profiles of the load test: how large the site is, who is there, for how long, and what must hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What must hold, else the exit status is 1: failures as a share, times in ms, ages in s of the site."""

    failures: float = 0.0
    p95: float = 250.0
    """95 % of all GetValues, in ms."""
    stale: int = 0
    """Values older than interval + cycle time."""
    generator_cpu: float = 0.9
    """Share of a core that the generator may use, so that it is not what is measured."""


@dataclass(frozen=True)
class Profile:
    """One load test. `users` says how many of each class; `pause` is the s between two cycles of a client."""

    name: str
    connectors: int
    seconds: float
    users: dict[str, int]
    interval: float = 15.0
    pause: float = 15.0
    speed: float = 1.0
    workers: int = 0
    limits: Limits = Limits()

    @property
    def stations(self) -> int:
        """Two connectors stand on a station, where there are so many."""
        return max(1, self.connectors // 2)

    @property
    def zones(self) -> int:
        """A hundred connectors stand in a zone."""
        return max(1, self.connectors // 100)

    def age_limit(self, cycle: float) -> float:
        """Return the real s that a value may be old: interval + cycle time, and the site's own beat."""
        return (self.interval + cycle) / self.speed + BEAT


BEAT = 0.5
"""Real s between two changes of the site."""

PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "smoke",
            connectors=80,  # 40 stations
            seconds=20,
            users={"EnterpriseServer": 1, "AutomationServer": 1, "Pme": 1, "Operator": 1, "ApiClient": 1},
            pause=2,
            speed=5,
        ),
        Profile(
            "site",
            connectors=1_000,
            seconds=180,  # 30 minutes of the site
            users={"EnterpriseServer": 1, "AutomationServer": 1, "Pme": 1, "Operator": 1},
            pause=1.5,
            speed=10,
        ),
        Profile(
            "large",
            connectors=10_000,
            seconds=180,
            users={"EnterpriseServer": 2, "AutomationServer": 2, "Pme": 1, "Operator": 2, "ApiClient": 1},
            interval=30,
            pause=30,
            workers=2,
            limits=Limits(p95=500),
        ),
        Profile(
            "soak",
            connectors=1_000,
            seconds=4 * 3600,  # 40 hours of the site
            users={"EnterpriseServer": 1, "AutomationServer": 1, "Pme": 1, "Operator": 1},
            pause=1.5,
            speed=10,
        ),
    )
}
