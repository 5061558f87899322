"""Errors of the simulator: sentences that say what is wrong, where, and what to do."""

from __future__ import annotations


class SimulatorError(Exception):
    """Root of all errors that a user of the simulator can cause."""


class ScenarioError(SimulatorError):
    """A scenario cannot be used; the text names the file, the object and the key."""

    def __init__(self, scenario: str, reason: str) -> None:
        super().__init__(f"Scenario {scenario}: {reason}")


class UnknownObjectError(SimulatorError):
    """There is no such zone, station or connector."""

    def __init__(self, kind: str, number: int) -> None:
        super().__init__(f"There is no {kind} with id {number}.")
        self.kind = kind
        self.number = number


class UnknownFieldError(SimulatorError):
    """An object of the contract has no such field."""

    def __init__(self, kind: str, field: str, known: list[str]) -> None:
        super().__init__(f"A {kind} has no field {field}; its fields are {', '.join(known)}.")


class ActionError(SimulatorError):
    """An action on the site makes no sense in its present state."""


class InvalidRequestError(SimulatorError):
    """A request to the API has bad input; it is answered with 422 and this reason."""


class NotConnectedError(SimulatorError):
    """A write concerns a station that is not connected; it is answered with 409."""


class PortInUseError(SimulatorError):
    """The server cannot listen where it was told to."""

    def __init__(self, host: str, port: int, cause: OSError) -> None:
        super().__init__(f"Cannot listen on {host}:{port}: {cause}. Choose another --port, or 0 for a free one.")


class ProfileError(SimulatorError):
    """A profile cannot be served; the text names the file, the line where it is known, the key, and what to do."""

    def __init__(self, profile: str, key: str, reason: str, line: int | None = None) -> None:
        where = "" if line is None else f", line {line}"
        super().__init__(f"Profile {profile}{where}: {key}: {reason}")
        self.key = key
        self.reason = reason
