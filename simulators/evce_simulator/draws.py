"""Random draws by our own integer arithmetic: the same on every platform and Python, and saved as one number.

The generator is splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), chosen over the
library's because its state is one integer, so that each connector has a stream of its own.
"""

from __future__ import annotations

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def _mixed(state: int) -> int:
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
    return state ^ (state >> 31)


class Draws:
    """A stream of draws; streams of different keys are independent."""

    __slots__ = ("state",)

    def __init__(self, seed: int, *keys: int) -> None:
        self.state = seed & _MASK
        for key in keys:
            self.state = _mixed((self.state ^ _mixed((key + 1) * _GOLDEN & _MASK)) & _MASK)

    def below(self, limit: int) -> int:
        """Return an integer from 0 up to, not including, the limit."""
        self.state = (self.state + _GOLDEN) & _MASK
        return (_mixed(self.state) >> 11) * limit >> 53

    def between(self, low: int, high: int) -> int:
        """Return an integer from low to high, both included."""
        return low + self.below(high - low + 1)

    def happens(self, per_cent: int) -> bool:
        """Return true in that many of a hundred draws."""
        return self.below(100) < per_cent
