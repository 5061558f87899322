"""What holds for each test of a folder: it speaks with this machine alone, and leaves nothing behind.

Nothing is what is open (threads, sockets, databases), and who is told of a signal.

A plugin of pytest; tests/conftest.py registers it.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.support.left_behind import Holder, Ledger
from tests.support.network import Loopback

SCOPES = ("session", "package", "module", "class")
"""Scopes of fixtures that outlive a test, the longest first."""
SIGNALS = [number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
"""What ends or reloads a command. Whoever handles one for longer than a test hides it from the next test."""


class HouseRules:
    """Fails a test at its end for what it, or a wider fixture that ended with it, left behind.

    A test that uses a wider fixture which holds threads or sockets may have opened some for it (a kept connection):
    those become the fixture's, and are looked at when it ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ledger, self._loopback = Ledger(), Loopback()
        self._wider: dict[pytest.FixtureDef[object], Holder] = {}
        self._ended: list[Holder] = []
        self._handlers: dict[int, object] = {}

    def watch(self) -> None:
        """Begin to look."""
        self._ledger.watch()
        self._loopback.watch()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        """Begin with a test; whoever stands in another folder has rules of his own."""
        self._ledger.test = Holder(item.nodeid)
        self._loopback.refuses = item.path.is_relative_to(self._folder)
        self._ledger.present(self._ledger.test if self._loopback.refuses else None)
        self._handlers = {number: signal.getsignal(number) for number in SIGNALS}
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        """Let what a wider fixture opens be its own."""
        if fixturedef.scope not in SCOPES or not self._loopback.refuses:
            return (yield)
        holder = self._wider.setdefault(fixturedef, Holder(f"the {fixturedef.scope}'s fixture {fixturedef.argname}"))
        before = self._ledger.present(holder)
        try:
            return (yield)
        finally:
            self._ledger.present(before)

    def pytest_fixture_post_finalizer(self, fixturedef: pytest.FixtureDef[object]) -> None:
        """Note which wider fixtures have ended."""
        if (holder := self._wider.pop(fixturedef, None)) is not None:
            self._ended.append(holder)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Generator[None, None, None]:
        """Fail a test that reached for another machine, whatever it made of the refusal."""
        try:
            return (yield)
        finally:
            fail(self._loopback.take_refused())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """Fail a test that left something behind once its fixtures are gone."""
        try:
            return (yield)
        finally:
            self._ledger.present(None)
            fail([*self._loopback.take_refused(), *self._left(item), *self._handled(item)])

    def _handled(self, item: pytest.Item) -> Iterator[str]:
        """Tell of signals that a test left handled in another way, and handle them as before."""
        for number, before in self._handlers.items():
            if (handler := signal.getsignal(number)) != before:
                signal.signal(number, before)  # type: ignore[arg-type]  # as it was given
                yield f"{item.nodeid} left behind a handler of {signal.Signals(number).name}: {handler}"

    def _left(self, item: pytest.Item) -> Iterator[str]:
        test = self._ledger.test
        keeper = self._keeper(item)
        if keeper is not None:
            self._ledger.hand_over(test, keeper)
        ended, self._ended = self._ended, []
        for holder in (test, *ended):
            for left in self._ledger.left_of(holder):
                yield f"{holder.name} left behind {left}"

    def _keeper(self, item: pytest.Item) -> Holder | None:
        """Return the longest-lived wider fixture of a test that lives on and holds something."""
        used = getattr(item, "fixturenames", ())
        living = [one for one in self._wider if one.argname in used and self._ledger.open_of(self._wider[one])]
        return self._wider[min(living, key=lambda one: SCOPES.index(one.scope))] if living else None


def fail(sentences: list[str]) -> None:
    """Fail with sentences, if there are any."""
    if sentences:
        pytest.fail("\n".join(sentences), pytrace=False)
