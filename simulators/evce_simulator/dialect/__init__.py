"""The simulated site in another controller's dialect, as a profile describes it: PROFILES.md, turned round.

`load(NAME or FILE)` reads a profile; `Dialect` serves the contract's application through it.
"""

from evce_simulator.dialect.application import Dialect
from evce_simulator.dialect.loading import load

__all__ = ["Dialect", "load"]
