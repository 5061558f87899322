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
    """Share of a core that a process of the generator may use, so that it is not what is measured."""
    growth: float | None = 0.1
    """Share by which the connector's memory, threads and open files may grow after the warm-up; None: not judged."""


@dataclass(frozen=True)
class Profile:
    """One load test: `users` says how many of each class, `pause` the real s from one cycle of a client to its next.

    With speed 10 a pause of 1.7 s is 17 s of the site. It is never the interval of the polls, or clients would come at
    the same moment between two polls each time, and the age of what they read would say nothing of the others.
    """

    name: str
    connectors: int
    seconds: float
    users: dict[str, int]
    interval: float = 15.0
    pause: float = 17.0
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

    @property
    def operated(self) -> list[int]:
        """Stations that operators switch, one each: the last ones."""
        return [self.stations - number for number in range(self.users.get("Operator", 0))]

    def age_limit(self, cycle: float) -> float:
        """Return the real s that a value may be old: interval + cycle time, and a beat of the site that came late."""
        return (self.interval + cycle) / self.speed + 2 * BEAT


BEAT = 0.25
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
            limits=Limits(growth=None),  # 20 s are all warm-up
        ),
        Profile(
            "site",
            connectors=1_000,
            seconds=180,  # 30 minutes of the site
            users={"EnterpriseServer": 1, "AutomationServer": 1, "Pme": 1, "Operator": 1},
            pause=1.7,
            speed=10,
        ),
        Profile(
            "large",
            connectors=10_000,
            seconds=600,
            users={"EnterpriseServer": 2, "AutomationServer": 2, "Pme": 1, "Operator": 2, "ApiClient": 1},
            interval=30,
            pause=27,
            workers=2,
            limits=Limits(p95=500),
        ),
        Profile(
            "soak",
            connectors=1_000,
            seconds=3600,  # ten hours of the site
            users={"EnterpriseServer": 1, "AutomationServer": 1, "Pme": 1, "Operator": 1},
            pause=1.7,
            speed=10,
        ),
    )
}


def table() -> str:
    """Return the profiles as rows of Markdown, as load/README.md shows them."""
    rows = [
        "| Profile | Connectors | Clients | Poll, each s | Lasts, s | Speed | Time of the site, min |",
        f"|{7 * '---|'}",
    ]
    for one in PROFILES.values():
        clients = ", ".join(f"{count} {name}" for name, count in one.users.items())
        minutes = one.seconds * one.speed / 60
        figures = (one.interval, one.seconds, one.speed)
        rows.append(
            f"| `{one.name}` | {one.connectors:,} | {clients} | {' | '.join(f'{figure:g}' for figure in figures)} "
            f"| {minutes:.0f} |"
        )
    return "\n".join(rows)
