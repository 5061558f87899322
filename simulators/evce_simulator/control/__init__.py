"""The control plane: everything that a test or a person does to the simulator, on its own port, behind a token.

`operation.py` says what an operation is; `of_simulator.py`, `of_objects.py` and `of_actions.py` declare those that
there are. The routes (`application.py`) and the OpenAPI document (`document.py`) both derive from these.
"""

from evce_simulator.control.application import make_control
from evce_simulator.control.operation import CONTROL_PATH

__all__ = ["CONTROL_PATH", "make_control"]
