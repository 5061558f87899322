"""A process to be killed: an acceptance run that does nothing but leases, one after the other.

Run as a module with the site's file, the journal, how long each lease holds, s, and which is the first. It says
`leasing` after the first lease, and `held` in each that follows.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from ebo_simulator.clock import SystemClock
from evce_acceptance.site import settings
from evce_acceptance.site.approval import Approval
from evce_acceptance.site.wire import Pace, WireLog
from evce_acceptance.writes.lease import Lease
from evce_acceptance.writes.restoring import Parties

from tests.evce_acceptance.stage import CONNECTOR_1, ZONE_1, ZONE_2


def run(path: Path, journal: Path, hold: float, first: int) -> None:
    """Lease without end."""
    site, clock, approval = settings.load(path), SystemClock(), Approval("J. Doe", allow_writes=True)
    parties = Parties.of(site, approval, Pace(site.limits.requests_per_second, clock), WireLog(), clock)
    with Lease(site, path, approval, journal, parties) as lease:
        with lease.zone_reduction(2, 10, ZONE_2):  # which starts the watchdog
            pass
        say("leasing")
        kinds = (
            lambda: lease.zone_reduction(2, 10, ZONE_2),
            lambda: lease.zone_reduction(1, 20, ZONE_1),
            lambda: lease.connector_availability(1, CONNECTOR_1),
        )
        for number in itertools.count(first):
            with kinds[number % len(kinds)]():
                say("held")
                clock.wait(hold)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
