"""Which of their names is which of ours, where another connector spells the guide's names a little otherwise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field

CUT = 28
"""Letters from which on a name may have been cut off: the guide's screens cut theirs at 31."""
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


def plain(name: str) -> str:
    """Return a name in small letters and digits only: `Zone Set_Point-Power (kW)` is `zonesetpointpowerkw`."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _unitless(name: str) -> str:
    return plain(_BRACKETS.sub("", name))


def _phaseless(name: str) -> str:
    """Return a name without the word phase: the guide itself writes ActivePower1 beside ActivePowerPhase1."""
    return _unitless(name).replace("phase", "")


SPELLINGS: tuple[Callable[[str], str], ...] = (str, plain, _unitless, _phaseless)
"""From the guide's own spelling to the loosest; a looser one is only asked of what a stricter one left over."""


@dataclass
class Paired:
    """Numbers of their names paired with numbers of ours, and for those left in doubt which of ours each might be."""

    pairs: dict[int, int] = field(default_factory=dict)
    doubts: dict[int, list[int]] = field(default_factory=dict)

    def settle(self, their_numbers: Sequence[int], our_numbers: Sequence[int]) -> None:
        """Pair names that mean the same, or leave them in doubt when there are several on either side."""
        if len(their_numbers) == len(our_numbers) == 1:
            self.pairs[their_numbers[0]] = our_numbers[0]
            self.doubts.pop(their_numbers[0], None)
        elif our_numbers:
            for number in their_numbers:
                self.doubts.setdefault(number, list(our_numbers))


def pair(theirs: Sequence[str], ours: Sequence[str]) -> Paired:
    """Pair names one to one; what fits several is left in doubt rather than guessed.

    >>> pair(["ZoneSetPointPower", "Zone Type", "Label"], ["ZoneType", "ZoneSetPointPower(kW)"]).pairs
    {1: 0, 0: 1}
    """
    found = Paired()
    for spelling in SPELLINGS:
        of_ours, of_theirs = _groups(spelling, ours, found.pairs.values()), _groups(spelling, theirs, found.pairs)
        for word, numbers in of_theirs.items():
            found.settle(numbers, of_ours.get(word, []))
    _pair_cut(found, theirs, ours)
    return found


def _pair_cut(found: Paired, theirs: Sequence[str], ours: Sequence[str]) -> None:
    """Pair names that were cut off with the only one that begins like them."""
    rests = _groups(plain, theirs, found.pairs)
    for word, numbers in rests.items():
        if len(word) >= CUT:
            free = [number for number in range(len(ours)) if number not in found.pairs.values()]
            found.settle(numbers, [number for number in free if plain(ours[number]).startswith(word)])


def _groups(spelling: Callable[[str], str], names: Sequence[str], done: Container[int]) -> dict[str, list[int]]:
    """Put together the numbers of names that are one in this spelling, of those not yet paired."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        if number not in done:
            groups[spelling(name)].append(number)
    return groups
