"""Load management as pure arithmetic: what a zone may draw, and how its connectors share it.

That a reduction takes its share away from the zone's maximum is assumed; so is either way to share: currents of all
connectors added as if they were on the same phase, which keeps every phase within the set point, or phase by phase.
"""

from __future__ import annotations

from collections.abc import Sequence

LEAST_CURRENT = 6  # A, IEC 61851-1: the lowest current that a charging station may offer


def set_point(maximum: int, reduction: float | None, other_load: int = 0) -> int:
    """Return the set point of a zone in A: its maximum less the reduction (%), less what else draws there."""
    taken = round((reduction or 0) * 100)
    return max(0, maximum * (10_000 - taken) // 10_000 - other_load)


def share(limit: int, wanted: Sequence[int], fixed: Sequence[bool]) -> list[int]:
    """Share a limit (A) among connectors in the order of their coming; `wanted` is what each could use (A).

    Who has a fixed set point gets it whole or nothing. The others get at least 6 A each, first come, first served, then
    equal parts of what is left, none more than it can use. 0 means that the connector has to wait.
    """
    given = [0] * len(wanted)
    left = limit
    for place, current in enumerate(wanted):
        if fixed[place] and LEAST_CURRENT <= current <= left:
            given[place] = current
            left -= current
    served = [place for place, current in enumerate(wanted) if not fixed[place] and current >= LEAST_CURRENT]
    served = served[: left // LEAST_CURRENT]
    for place in served:
        given[place] = LEAST_CURRENT
    _fill(given, wanted, served, left - LEAST_CURRENT * len(served))
    return given


def _fill(given: list[int], wanted: Sequence[int], served: list[int], left: int) -> None:
    """Deal out what is left in equal whole amperes until it is gone or nobody can use more."""
    hungry = [place for place in served if given[place] < wanted[place]]
    while left > 0 and hungry:
        part = max(1, left // len(hungry))
        for place in hungry[: left // part]:
            more = min(part, wanted[place] - given[place])
            given[place] += more
            left -= more
        hungry = [place for place in hungry if given[place] < wanted[place]]


def share_by_phase(
    limits: Sequence[int], wanted: Sequence[int], fixed: Sequence[bool], phases: Sequence[Sequence[int]]
) -> list[int]:
    """Share a limit (A) of each phase among connectors by the rules of `share`; `phases` are those that each uses.

    A connector is given the same current on all its phases, so that the fullest of them decides.
    """
    given = [0] * len(wanted)
    left = list(limits)

    def give(place: int, current: int) -> None:
        given[place] += current
        for phase in phases[place]:
            left[phase] -= current

    def room(place: int) -> int:
        return min(left[phase] for phase in phases[place])

    for place, current in enumerate(wanted):
        if fixed[place] and LEAST_CURRENT <= current <= room(place):
            give(place, current)
    served = [place for place, current in enumerate(wanted) if not fixed[place] and current >= LEAST_CURRENT]
    for place in served:
        if room(place) >= LEAST_CURRENT:
            give(place, LEAST_CURRENT)
    hungry = served
    while hungry := [place for place in hungry if 0 < given[place] < wanted[place] and room(place) > 0]:
        sharers = [sum(phase in phases[place] for place in hungry) for phase in range(len(left))]
        part = max(1, min(left[phase] // sharers[phase] for phase in range(len(left)) if sharers[phase]))
        for place in hungry:
            give(place, min(part, wanted[place] - given[place], max(0, room(place))))
    return given
