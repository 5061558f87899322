"""The supply of a site: the voltage of its three phases, either 230 V or as a grid has it, drawn by the seed.

A varied voltage stands for five minutes. It follows anchors half an hour apart, straight from one to the next, with a
ripple from step to step; each phase has its own. It depends on seed and moment alone: nothing of it need be saved.
"""

from __future__ import annotations

from evce_simulator.draws import Draws
from evce_simulator.units import MINUTE, NOMINAL, PHASES

EVERY = 5 * MINUTE
"""Time (ms) for which a varied voltage stands."""
_ANCHOR_EVERY = 6  # steps
_ANCHORS = (2100, 2500)  # dV
_RIPPLE = 30  # dV up and down; with the anchors within 207 to 253 V, 230 V +-10 % (EN 50160)
_STREAM = 4


class Supply:
    """The voltage of each phase (dV) at the moment that was named last."""

    def __init__(self, seed: int, varied: bool) -> None:
        self.varied = varied
        self.volts: tuple[int, ...] = (NOMINAL,) * PHASES
        self._seed = seed
        self.go_to(0)

    def go_to(self, moment: int) -> None:
        """Take the voltages of a moment (ms of the site)."""
        if self.varied:
            self.volts = tuple(self._at(phase, moment // EVERY) for phase in range(PHASES))

    def _at(self, phase: int, step: int) -> int:
        anchor, past = divmod(step, _ANCHOR_EVERY)
        before, after = (Draws(self._seed, _STREAM, phase, at).between(*_ANCHORS) for at in (anchor, anchor + 1))
        ripple = Draws(self._seed, _STREAM, PHASES + phase, step).between(-_RIPPLE, _RIPPLE)
        return before + (after - before) * past // _ANCHOR_EVERY + ripple
