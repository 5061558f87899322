"""Where users of the pages read and save the settings; the connector then starts anew with them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from evce_connector.clock import Clock
from evce_connector.config import Configuration
from evce_connector.config.layers import Layers
from evce_connector.config.secret_keys import Document, Options
from evce_connector.config.transfer import differences, imported
from evce_connector.persistence.settings import Settings, SettingsChangedError, SettingsError, Version


@dataclass(frozen=True)
class Reads:
    """How settings are read: laid under file and environment, with the keys of other packages' processors.

    `layers` takes what is saved, and what may be saved next, whose secrets are to be known as such. `check` raises
    ConfigurationError for what holds if no connector could be started with it.
    """

    layers: Callable[[Document, Document], Layers]
    options: Callable[[Document], Options]
    check: Callable[[Configuration], None]


@dataclass(frozen=True)
class Opened:
    """The settings as somebody has opened them: the newest version's number, 0 for none, and what holds with it."""

    number: int
    layers: Layers
    options: Options


class Desk:
    """Opens and saves settings; `used` is the number of the version that the connector runs with."""

    def __init__(self, store: Settings, reads: Reads, clock: Clock, used: int, reload: Callable[[], None]) -> None:
        self.store, self._reads, self._clock = store, reads, clock
        self.used, self._reload = used, reload
        self.refused = ""
        """Why the connector does not run with the newest version; empty when it does, or is about to."""

    def open(self) -> Opened:
        """Read the newest version; SettingsError when the database does not tell it, ConfigurationError."""
        version = self.store.current()
        saved = version.document if version else {}
        return Opened(version.number if version else 0, self._reads.layers(saved, {}), self._reads.options(saved))

    def change(self, opened: Opened, changes: Mapping[str, Any], by: str, base: int) -> Version | None:
        """Save some keys changed, and let the connector start anew; None when nothing is new.

        `base` is the number of the version in which somebody has changed them.

        ConfigurationError names every key that is wrong, SettingsError says why nothing could be saved, and
        SettingsChangedError that somebody else has saved since these were opened.
        """
        return self.keep(opened, opened.layers.changed(changes), by, base)

    def keep(self, opened: Opened, document: Document, by: str, base: int) -> Version | None:
        """Save a whole document, secrets encrypted, on the same terms."""
        words = differences(opened.layers.saved, document, self._reads.options(document))
        if not words:
            return None
        self._check(document)
        version = self.store.save(document, by, "; ".join(words), self._clock.now(), base=base)
        self.take()
        return version

    def take_over(self, text: str, by: str, base: int) -> Version | None:
        """Save the text of a TOML file in place of all that is saved, on the same terms."""
        saved = _document(self.store.current())
        try:
            new = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            new = {}  # `imported` names it
        layers, options = self._reads.layers(saved, new), self._reads.options(new)
        return self.keep(Opened(base, layers, options), imported(text, layers, options), by, base)

    def step_back(self, by: str, base: int) -> Version:
        """Go back to the version before, and let the connector start anew.

        SettingsError when there is none, SettingsChangedError when `base` is not the newest any more, and
        ConfigurationError when what it goes back to is wrong now.
        """
        newest = self.store.versions(2)
        if newest and newest[0].number != base:
            raise SettingsChangedError("Other settings were saved meanwhile. Look at them before you go a step back.")
        for before in newest[1:]:
            self._check(before.document)
        version = self.store.step_back(by, self._clock.now())
        self.take()
        return version

    def _check(self, document: Document) -> None:
        """Raise ConfigurationError for a document that no connector can be started with."""
        self._reads.check(self._reads.layers(document, {}).configuration())

    def take(self) -> None:
        """Let the connector start anew with what is saved."""
        self.refused = ""
        self._reload()

    def unused(self) -> str:
        """Say that the newest version is not the one that the connector runs with, and why; empty when it is."""
        newest = self.store.last_known
        if newest is None or newest.number == self.used:
            return ""
        why = f": {self.refused}" if self.refused else "; it starts anew."
        return f"Version {newest.number} of the settings is saved, and the connector does not run with it yet{why}"


def _document(version: Version | None) -> Document:
    """Return what is saved; nothing where it cannot be read any more, for a file is to take its place."""
    try:
        return version.document if version else {}
    except SettingsError:
        return {}
