"""Where users of the pages read and save the settings; the connector then starts anew with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evce_connector.clock import Clock
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.decoding import decoded
from evce_connector.config.destinations import redirected
from evce_connector.config.layers import Layers
from evce_connector.config.messages import is_about
from evce_connector.config.secret_keys import Document, Options, key_name
from evce_connector.config.transfer import differences, imported
from evce_connector.evce.certificate import Certificate
from evce_connector.persistence.settings import Settings, SettingsChangedError, SettingsError, Version
from evce_connector.portal.new_addresses import NewAddresses
from evce_connector.portal.tried import Tried, Tries


class UnconfirmedError(SettingsError):
    """Where a saved secret goes would change, and the own password was not typed; `status` is that of HTTP."""

    def __init__(self, keys: Sequence[str], sentence: str = "", status: int = 422) -> None:
        """Name the keys; `sentence` says what was wrong with the password that was typed."""
        self.keys, self.status = keys, status
        self.sentence = sentence or "Type your own password here: it is asked for where a secret would go elsewhere."
        super().__init__(f"{', '.join(keys)}: {SAYS_WHERE} {self.sentence}")


SAYS_WHERE = "it says where saved passwords go, so that changing it takes your own password as well."
Confirm = Callable[[Sequence[str]], None]
"""Sees that somebody who changes keys that say where secrets go knows the own password; UnconfirmedError."""


def unconfirmed(keys: Sequence[str]) -> None:
    """Refuse, where a form asks for no password: UnconfirmedError."""
    raise UnconfirmedError(keys)


@dataclass(frozen=True)
class Reads:
    """How settings are read: laid under file and environment, with the keys of other packages' processors.

    `layers` takes what is saved, and what may be saved next, whose secrets are to be known as such. `check` raises
    ConfigurationError for what holds if no connector could be started with it. `tries` asks both neighbours. What is
    `unfinished` may lack required keys.
    """

    layers: Callable[[Document, Document], Layers]
    options: Callable[[Document], Options]
    check: Callable[[Configuration], None]
    tries: Tries
    unfinished: bool = False


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
        self._seen: Opened | None = None
        self.new_addresses: NewAddresses | None = None
        """Addresses that it runs with, and goes back from unless they are confirmed."""

    def open(self) -> Opened:
        """Read the newest version; SettingsError when the database does not tell it, ConfigurationError."""
        version = self.store.current()
        saved = version.document if version else {}
        return Opened(version.number if version else 0, self._reads.layers(saved, {}), self._reads.options(saved))

    def seen(self) -> Opened:
        """Return the same for who asks each 2 s: as it was opened last, until another version is saved."""
        newest, seen = self.store.last_known, self._seen
        if seen is None or seen.number != (newest.number if newest else 0):
            seen = self._seen = self.open()
        return seen

    def as_of(self, number: int) -> Opened | None:
        """Return the settings as somebody opened them at a version; None when it is not kept, or not read, any more."""
        try:
            found = [one.document for one in self.store.versions() if one.number == number]
            saved = found[0] if found else {}
            known = bool(found) or number == 0
            return Opened(number, self._reads.layers(saved, {}), self._reads.options(saved)) if known else None
        except (ConfigurationError, SettingsError):
            return None

    def change(
        self, opened: Opened, changes: Mapping[str, Any], by: str, base: int, confirm: Confirm = unconfirmed
    ) -> Version | None:
        """Save some keys changed, and let the connector start anew; None when nothing is new.

        `base` is the number of the version in which somebody has changed them; `confirm` is asked where a secret would
        go elsewhere.

        ConfigurationError names every key that is wrong, SettingsError says why nothing could be saved,
        SettingsChangedError that somebody else has saved since these were opened, and UnconfirmedError which keys take
        the own password.
        """
        return self.keep(opened, opened.layers.changed(changes), by, base, confirm)

    def troubles(self, opened: Opened, changes: Mapping[str, Any]) -> list[str]:
        """Say all that is wrong with changes, a sentence each that names its key; nothing is saved.

        What is wrong by itself is taken out, and looked at again: so what is wrong with the rest shows as well.
        """
        said: list[str] = []
        taken: set[str] = set()
        left = dict(changes)
        while left:
            try:
                self._check(opened.layers.changed(left))
            except ConfigurationError as error:
                new = [one for one in error.troubles if not any(is_about(one, key) for key in taken)]
                said += [one for one in new if one not in said]
                left, out = _without_wrong(left, error.troubles)
                if out:
                    taken |= out
                    continue
            break
        return said

    def keep(
        self, opened: Opened, document: Document, by: str, base: int, confirm: Confirm = unconfirmed
    ) -> Version | None:
        """Save a whole document, secrets encrypted, on the same terms."""
        words = differences(opened.layers.saved, document, self._reads.options(document))
        if not words:
            return None
        self._check(document)
        self._confirm(opened.layers, document, confirm)
        version = self.store.save(document, by, "; ".join(words), self._clock.now(), base=base)
        self.take()
        return version

    @property
    def unfinished(self) -> bool:
        """Whether the connector lacks required keys, and serves its pages alone."""
        return self._reads.unfinished

    def tried(self, opened: Opened, changes: Mapping[str, Any], serving: str, confirm: Confirm = unconfirmed) -> Tried:
        """Try with some keys changed whether both neighbours can be reached, and save nothing.

        `serving` is where the EWS server serves already, empty if nowhere. ConfigurationError and UnconfirmedError as
        of `change`.
        """
        document = opened.layers.changed(changes)
        self._confirm(opened.layers, document, confirm)
        return self._reads.tries.tried(self._reads.layers(document, {}).configuration(unfinished=True), serving)

    def certificate(self, url: str) -> Certificate:
        """Fetch the certificate that a controller shows; EvceUnreachableError."""
        return self._reads.tries.certificate(url)

    def take_over(self, text: str, by: str, base: int, confirm: Confirm = unconfirmed) -> Version | None:
        """Save the text of a TOML file in place of all that is saved, on the same terms."""
        saved = _document(self.store.current())
        new = decoded(text)
        layers, options = self._reads.layers(saved, new), self._reads.options(new)
        return self.keep(Opened(base, layers, options), imported(text, layers, options), by, base, confirm)

    def step_back(self, by: str, base: int, confirm: Confirm = unconfirmed) -> Version:
        """Go back to the version before, and let the connector start anew.

        SettingsError when there is none, SettingsChangedError when `base` is not the newest any more,
        ConfigurationError when what it goes back to is wrong now, and UnconfirmedError as of `change`.
        """
        newest = self.store.versions(2)
        if newest and newest[0].number != base:
            raise SettingsChangedError("Other settings were saved meanwhile. Look at them before you go a step back.")
        for before in newest[1:]:
            self._check(before.document)
            self._confirm(self._reads.layers(_document(newest[0]), before.document), before.document, confirm)
        version = self.store.step_back(by, self._clock.now(), base=base)
        self.take()
        return version

    def _check(self, document: Document) -> None:
        """Raise ConfigurationError for a document that no connector can be started with."""
        layers = self._reads.layers(document, {})
        try:
            configuration = layers.configuration(unfinished=self._reads.unfinished)
        except ConfigurationError as error:
            raise ConfigurationError([*layers.troubles, *error.troubles]) from error
        self._reads.check(configuration)

    def _confirm(self, present: Layers, document: Document, confirm: Confirm) -> None:
        """Ask for the own password where a secret that holds now would go elsewhere with a document."""
        next_ = self._reads.layers(document, present.saved)
        options = {**self._reads.options(present.saved), **self._reads.options(document)}
        if keys := redirected(present.known, next_.known, options):
            confirm([key_name(place) for place in keys])

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


def _without_wrong(changes: Mapping[str, Any], troubles: Sequence[str]) -> tuple[dict[str, Any], set[str]]:
    """Return changes without what is wrong, of tables in a list the single keys, and what was taken out."""
    left, taken = {}, set()
    for key, value in changes.items():
        if not any(is_about(one, key) for one in troubles):
            left[key] = value
            continue
        wrong = {
            (number, name)
            for number, row in enumerate(value if isinstance(value, list) else [])
            for name in row
            if any(is_about(one, f"{key}.{number}.{name}") for one in troubles)
        }
        taken |= {f"{key}.{number}.{name}" for number, name in wrong} or {key}
        if wrong:
            left[key] = [
                {name: one for name, one in row.items() if (number, name) not in wrong}
                for number, row in enumerate(value)
            ]
    return left, taken


def _document(version: Version | None) -> Document:
    """Return what is saved; nothing where it cannot be read any more, for a file is to take its place."""
    try:
        return version.document if version else {}
    except SettingsError:
        return {}
