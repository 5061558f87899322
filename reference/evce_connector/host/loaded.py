"""What a connector runs with: the settings saved in its database, over them its file, over that the environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr
from sqlalchemy import make_url

from evce_connector.clock import Clock
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.layers import Layers
from evce_connector.config.secret_keys import Document, Options, with_secrets
from evce_connector.config.start import Start, default_files
from evce_connector.evce import profile as profiles
from evce_connector.evce.profile import ProfileError
from evce_connector.host import registry
from evce_connector.host.options import evce_options, ews_settings
from evce_connector.persistence.place import file_of
from evce_connector.persistence.settings import Settings, SettingsError, Version
from evce_connector.persistence.settings_at_rest import saved_at
from evce_connector.portal.desk import Desk, Reads

_PROGRAM = "the program that started it"


@dataclass(frozen=True)
class Loaded:
    """A configuration, and what it was made of: `number` is the version of the saved settings, 0 for none.

    `troubles` are sentences for the log; `look_again` says that the database could not be read, and may tell once it
    is open.
    """

    configuration: Configuration
    start: Start
    number: int = 0
    troubles: tuple[str, ...] = ()
    look_again: bool = False

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

    def desk(self, store: Settings, clock: Clock, reload: Callable[[], None]) -> Desk:
        """Return where the pages open and save settings; `reload` asks for a start with them."""
        with suppress(SettingsError):
            store.current()  # so that memory has it for a database that is begun anew while the connector runs
        return Desk(store, Reads(self.layers, self.options, refuse), clock, self.number, reload)


def refuse(configuration: Configuration) -> None:
    """Raise ConfigurationError for a configuration that no connector can be started with, as far as can be seen."""
    try:
        registry.classes(configuration)
        profiles.load(configuration.evce.profile)
        evce_options(configuration.evce)
        ews_settings(configuration)
    except ProfileError as error:
        raise ConfigurationError([f"evce.profile: {error}"]) from error


class Loading:
    """Reads what a connector is to run with, at its start and again; `path` is a file, or None for the platform's."""

    def __init__(self, path: Path | None, environment: Mapping[str, str]) -> None:
        self._path, self._environment = path, environment

    def at_start(self) -> Loaded:
        """Read it while the database is closed; saved settings that cannot be used are left out, where that is enough.

        ConfigurationError names every key that is wrong or missing, and why saved settings are not used.
        """
        start = Start.of(self._path, self._environment)
        storage = start.storage()
        try:
            version = saved_at(storage.url, storage.site)
            loaded = _loaded(start, storage.url, version)
        except (SettingsError, ConfigurationError) as error:
            loaded = _without_saved(start, storage.url, error)
        start.prepare()
        return loaded

    def again(self, settings: Settings) -> Loaded:
        """Read it anew while the connector runs, whose database `settings` is open; what memory has of it is enough.

        ConfigurationError names every key that is wrong or missing.
        """
        start, troubles = Start.of(self._path, self._environment), []
        try:
            version = settings.current()
        except SettingsError as error:
            version, troubles = settings.last_known, [str(error)]
        try:
            return _loaded(start, start.storage().url, version, troubles)
        except SettingsError as error:
            raise ConfigurationError([str(error)]) from error


def _loaded(start: Start, url: str, version: Version | None, troubles: list[str] | None = None) -> Loaded:
    """Put together what holds; SettingsError, or ConfigurationError that also names secrets which cannot be read."""
    layers = _layers(start, url, version.document if version else {})
    if version is None and start.names_no_file and layers.missing():
        places = " nor ".join(map(str, default_files()))
        raise ConfigurationError([f"There is neither {places}. Write one of them, or name a file by --config."])
    try:
        configuration = layers.configuration()
    except ConfigurationError as error:
        raise ConfigurationError([*layers.troubles, *error.troubles]) from error
    return Loaded(configuration, start, version.number if version else 0, (*(troubles or []), *layers.troubles))


def _without_saved(start: Start, url: str, error: SettingsError | ConfigurationError) -> Loaded:
    """Leave out saved settings that cannot be used; the error again when file and environment are not enough."""
    said = error.troubles if isinstance(error, ConfigurationError) else [str(error)]
    try:
        loaded = _loaded(start, url, None)
    except ConfigurationError as alone:
        more = [sentence for sentence in alone.troubles if sentence not in said]
        raise ConfigurationError(said if isinstance(error, ConfigurationError) else [*said, *more]) from error
    sentence = f"The saved settings are left out, and file and environment hold alone: {' '.join(said)}"
    return Loaded(loaded.configuration, start, 0, (sentence,), look_again=isinstance(error, SettingsError))


def _plain(value: Any) -> Any:  # noqa: ANN401 - as TOML has it
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _layers(start: Start, url: str, saved: Document, new: Document | None = None) -> Layers:
    return start.layers(saved, file_of(make_url(url)), registry.secret_options(start.file, saved, new or {}))
