"""What a start is given before its database is open: a file, the environment, or nothing but the platform's places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs
from pydantic import ValidationError

from evce_connector.config.errors import ConfigurationError
from evce_connector.config.folder import counted_from
from evce_connector.config.key import Key, beside
from evce_connector.config.layers import Layers
from evce_connector.config.loading import from_environment, read
from evce_connector.config.merging import over
from evce_connector.config.messages import sentences
from evce_connector.config.model import Storage
from evce_connector.config.secret_keys import Document, Options
from evce_connector.config.secrets import Secrets

_NAME = "evce-connector"
_FILE, _DATABASE = f"{_NAME}.toml", f"{_NAME}.db"
_OWNERS_ALONE = 0o700
_DEFAULT_PLACE = "the default place of this platform"


def default_files() -> tuple[Path, Path]:
    """Return where a configuration file is looked for that nobody named: the user's place, then the machine's."""
    places = platformdirs.PlatformDirs(_NAME, appauthor=False)
    return places.user_config_path / _FILE, places.site_config_path / _FILE


def default_file() -> Path | None:
    """Return the first of these that is there; None when none is."""
    return next((file for file in default_files() if file.is_file()), None)


def default_database() -> Path:
    """Return where the database is of a start that was given nothing."""
    return platformdirs.PlatformDirs(_NAME, appauthor=False).user_data_path / _DATABASE


def _url(database: Path) -> str:
    return f"sqlite:///{database.as_posix()}"


@dataclass(frozen=True)
class Start:
    """What holds before settings are read from the database, and where that is.

    `folder` is that of the file, from which names of files count; None when there is no file.
    """

    file: Document
    file_name: str
    environment: Mapping[str, str]
    folder: Path | None = None

    @classmethod
    def of(cls, path: Path | None, environment: Mapping[str, str]) -> Self:
        """Read the file that is given, else the platform's; without any the database is in the platform's place.

        Names of files count from the folder of the file. ConfigurationError when a file cannot be read, or one that it
        names is only in the current folder.
        """
        found = path or default_file()
        if found is not None:
            folder = found.absolute().parent
            file = counted_from(folder, read(found), from_environment(environment))
            return cls(file, str(found), environment, folder)
        return cls({"storage": {"url": _url(default_database())}}, _DEFAULT_PLACE, environment)

    @property
    def names_no_file(self) -> bool:
        """Whether there is no configuration file at all."""
        return self.file_name == _DEFAULT_PLACE

    def hints(self) -> list[str]:
        """Say where a configuration is looked for when there is none."""
        if not self.names_no_file:
            return []
        places = " nor ".join(map(str, default_files()))
        return [f"There is neither {places}. `evce-connector init` writes one for --config to name."]

    def refuse_nowhere(self) -> None:
        """Raise ConfigurationError for a command that was given no file where no connector has ever run without one."""
        database = default_database()
        if self.names_no_file and self.storage().url == _url(database) and not database.exists():
            raise ConfigurationError([*self.hints(), f"No connector has run without a file, which makes {database}."])

    def storage(self) -> Storage:
        """Return where the database is; ConfigurationError names what is wrong with that."""
        table = over(self.file, from_environment(self.environment)).get("storage", {})
        try:
            return Storage.model_validate(table)
        except ValidationError as error:
            raise ConfigurationError(sentences(error, Storage, ("storage",))) from error

    def sets(self, section: str, key: str) -> bool:
        """Tell whether file or environment say what a key is, so that what is saved for it does not hold."""
        return key in over(self.file, from_environment(self.environment)).get(section, {})

    def prepare(self) -> None:
        """Make the folder of the default database, its owner's alone; ConfigurationError when it cannot be."""
        folder = default_database().parent
        if not self.names_no_file:
            return
        try:
            folder.mkdir(mode=_OWNERS_ALONE, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError([f"The folder {folder} cannot be made: {error.strerror}."]) from error

    def layers(self, saved: Document, database: Path | None, options: Options | None = None) -> Layers:
        """Lay file and environment over what is saved; the key is beside `database`, its file, if it is one.

        Names of files that are saved count from the folder of the file; without one from that of the database.
        """
        secrets = Secrets(Key(beside(database), self.environment), options)
        folder = self.folder
        if self.names_no_file and database is not None:
            folder = database.absolute().parent
        return Layers(saved, secrets, self.file, self.file_name, self.environment, folder)
