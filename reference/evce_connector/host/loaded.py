"""What a connector runs with: the settings saved in its database, over them its file, over that the environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr
from sqlalchemy import make_url

from evce_connector.clock import Clock
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.layers import Layers
from evce_connector.config.secret_keys import Document, Options, with_secrets
from evce_connector.config.start import Start
from evce_connector.host import registry
from evce_connector.host.startable import refuse_to_save
from evce_connector.persistence.place import file_of
from evce_connector.persistence.settings import Settings, SettingsError, Version
from evce_connector.persistence.settings_at_rest import Saved, saved_at
from evce_connector.portal.desk import Desk, Reads
from evce_connector.portal.tried import Tries

_PROGRAM = "the program that started it"
_ALONE = "File and environment hold alone."
NONE_REFUSED: Mapping[int, str] = {}
"""That a start was tried with no version of the settings."""


@dataclass(frozen=True)
class Loaded:
    """A configuration, and what it was made of: `number` is the version of the saved settings, 0 for none.

    `troubles` are sentences for the log; `look_again` says that the database could not be read, and may tell once it
    is open; `served_before` that a connector has served with these settings, so that no others are looked for when
    this one cannot be started with them.
    """

    configuration: Configuration
    start: Start
    number: int = 0
    troubles: tuple[str, ...] = ()
    look_again: bool = False
    served_before: bool = True

    @classmethod
    def given(cls, configuration: Configuration) -> Self:
        """Return a configuration that a program made itself: all that it says holds, whatever is saved."""
        document = with_secrets(configuration.model_dump(exclude_none=True), lambda _place, value: _plain(value))
        return cls(configuration, Start(document, _PROGRAM, {}))

    def layers(self, saved: Document, new: Document | None = None) -> Layers:
        """Lay file and environment over what is saved; ConfigurationError when a processor cannot be loaded.

        `new` is what may be saved next: secrets of processors that it names are known as such.
        """
        return _layers(self.start, self.configuration.storage.url, saved, new or {})

    def options(self, saved: Document) -> Options:
        """Return which keys the processors of other packages declare, if any is to run; ConfigurationError."""
        return registry.secret_options(self.start.file, saved)

    def desk(self, store: Settings, clock: Clock, reload: Callable[[], None], tries: Tries) -> Desk:
        """Return where the pages open, try and save settings; `reload` asks for a start with them."""
        with suppress(SettingsError):
            store.current()  # so that memory has it for a database that is begun anew while the connector runs
        unfinished = bool(self.configuration.lacking)
        return Desk(
            store, Reads(self.layers, self.options, refuse_to_save, tries, unfinished), clock, self.number, reload
        )


class Loading:
    """Reads what a connector is to run with, at its start and again; `path` is a file, or None for the platform's."""

    def __init__(self, path: Path | None, environment: Mapping[str, str]) -> None:
        self._path, self._environment = path, environment

    def at_start(self, refused: Mapping[int, str] = NONE_REFUSED) -> Loaded:
        """Read it while the database is closed: the newest settings, else those with which a connector last served.

        Settings that cannot be used are left out. `refused` says by number with which no connector could be started,
        and why. Where required keys are missing the pages are enough, which ask for them. ConfigurationError names
        every key that is wrong, or missing where no pages are served.
        """
        loaded = self.newest(refused)
        loaded.start.prepare()
        return loaded

    def newest(self, refused: Mapping[int, str] = NONE_REFUSED) -> Loaded:
        """Read the same for who only looks: nothing is made."""
        return self._first_right(refused, _newest_first)

    def for_a_command(self) -> Loaded:
        """Read what the running connector has, as far as that can be seen beside it, else what the next start would.

        Required keys may be missing. ConfigurationError names every key that is wrong.
        """
        found = self.as_it_ran()
        return self._first_right(NONE_REFUSED, _newest_first) if found.configuration.lacking else found

    def as_it_ran(self) -> Loaded:
        """Read what a connector served with last; addresses that nobody has confirmed yet do not count.

        ConfigurationError names every key that is wrong.
        """
        return self._first_right(NONE_REFUSED, _as_it_runs)

    def again(self, settings: Settings, *, unfinished: bool = False) -> Loaded:
        """Read it anew while the connector runs, whose database `settings` is open; what memory has of it is enough.

        ConfigurationError names every key that is wrong, or missing if the running one lacks none.
        """
        start, troubles = Start.of(self._path, self._environment), []
        try:
            version = settings.current()
        except SettingsError as error:
            version, troubles = settings.last_known, [str(error)]
        try:
            loaded = _loaded(start, start.storage().url, version, unfinished=unfinished)
        except SettingsError as error:
            raise ConfigurationError([str(error)]) from error
        return replace(loaded, troubles=(*troubles, *loaded.troubles))

    def _first_right(self, refused: Mapping[int, str], order: Callable[[Saved], Sequence[Version]]) -> Loaded:
        """Return the first of the saved versions that can be used, else file and environment alone."""
        start = Start.of(self._path, self._environment)
        storage = start.storage()
        try:
            saved = saved_at(storage.url, storage.site)
        except SettingsError as error:
            return replace(_alone(start, storage.url, [str(error)]), look_again=True)
        said: list[str] = []
        for version in order(saved):
            if version.number in refused:
                said.append(_left_out(version, refused[version.number]))
                continue
            try:
                loaded = _loaded(start, storage.url, version, unfinished=True)
            except (SettingsError, ConfigurationError) as error:
                said.append(_left_out(version, str(error)))
            else:
                served_before = saved.ran in (None, version.number)
                return replace(loaded, troubles=(*said, *loaded.troubles), served_before=served_before)
        return _alone(start, storage.url, said)


def _newest_first(saved: Saved) -> list[Version]:
    return [one for one in (saved.newest, saved.before) if one is not None]


def _as_it_runs(saved: Saved) -> list[Version]:
    """Return what the running connector may have, the likeliest first; nothing where it serves without any."""
    return [] if saved.ran == 0 else [one for one in (saved.before, saved.newest) if one is not None]


def _left_out(version: Version, why: str) -> str:
    return f"Version {version.number} of the saved settings is left out: {why}"


def _loaded(start: Start, url: str, version: Version | None, *, unfinished: bool) -> Loaded:
    """Put together what holds; SettingsError, or ConfigurationError that also names secrets which cannot be read."""
    layers = _layers(start, url, version.document if version else {})
    try:
        configuration = layers.configuration(unfinished=unfinished)
        if configuration.lacking and not configuration.portal.enabled:
            configuration = layers.configuration()  # says what is missing, for no page asks for it
    except ConfigurationError as error:
        raise ConfigurationError([*layers.troubles, *error.troubles, *start.hints()]) from error
    return Loaded(configuration, start, version.number if version else 0, tuple(layers.troubles))


def _alone(start: Start, url: str, said: list[str]) -> Loaded:
    """Return what file and environment give; ConfigurationError names first what was wrong with all else."""
    try:
        loaded = _loaded(start, url, None, unfinished=True)
    except ConfigurationError as error:
        raise ConfigurationError([*said, *error.troubles]) from error
    return replace(loaded, troubles=(*said, *([_ALONE] if said else []), *loaded.troubles))


def _plain(value: Any) -> Any:  # noqa: ANN401 - as TOML has it
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _layers(start: Start, url: str, saved: Document, new: Document | None = None) -> Layers:
    return start.layers(saved, file_of(make_url(url)), registry.secret_options(start.file, saved, new or {}))
