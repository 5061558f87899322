"""Faults that change the account or the site while they last, and what is done when they end."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress

from evce_simulator.accounts import Accounts
from evce_simulator.errors import UnknownObjectError
from evce_simulator.faults import ActiveFault
from evce_simulator.model import Model

End = Callable[[], None]


class LastingFaults:
    """What such faults do, by their kind in the catalogue, when they begin; each returns what ends it."""

    def __init__(self, model: Model, accounts: Accounts) -> None:
        self._model = model
        self._accounts = accounts
        self.starts: dict[str, Callable[[ActiveFault], End]] = {
            "rotated-password": self._rotate_password,
            "locked-out": self._lock_out,
            "refused-token": self._refuse_tokens,
            "meter-reset": self._reset_meters,
            "meter-jump": self._lose_station,
        }

    def _rotate_password(self, fault: ActiveFault) -> End:
        before = self._accounts.password
        self._accounts.password = fault.options.get("password") or secrets.token_urlsafe(9)
        self._accounts.expire_tokens()

        def restore() -> None:
            self._accounts.password = before

        return restore

    def _lock_out(self, _fault: ActiveFault) -> End:
        self._accounts.locks = True

        def unlock() -> None:
            self._accounts.locks = False
            self._accounts.unlock()

        return unlock

    def _refuse_tokens(self, fault: ActiveFault) -> End:
        self._accounts.refuse_tokens(every=bool(fault.options["every"]))
        return self._accounts.accept_tokens

    def _reset_meters(self, fault: ActiveFault) -> End:
        chosen = fault.options.get("id")
        for number in [one["id"] for one in self._model.connectors()] if chosen is None else [int(chosen)]:
            self._model.reset_meter(number)
        return _nothing

    def _lose_station(self, fault: ActiveFault) -> End:
        chosen = fault.options.get("id")
        number = self._model.stations()[0]["id"] if chosen is None else int(chosen)
        self._model.disconnect(number)

        def find() -> None:
            with suppress(UnknownObjectError):  # it was taken away meanwhile
                self._model.connect(number, float(fault.options["energy"]))

        return find


def _nothing() -> None:
    """Leave all as it is: a meter that was reset stays so."""
