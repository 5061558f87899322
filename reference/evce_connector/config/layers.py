"""The settings that hold: those saved on the pages, over them a file given to `run`, over that the environment.

What file or environment set is read-only on the pages, and says where it is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evce_connector.config.checks import listens_anywhere
from evce_connector.config.errors import ConfigurationError, SecretsError
from evce_connector.config.folder import saved_names
from evce_connector.config.loading import ENVIRONMENT, from_environment, parse
from evce_connector.config.machine_files import left_out, machine_files, not_saved, without_machine_files
from evce_connector.config.merging import OTHER_WAY, at, leaves, over, put
from evce_connector.config.messages import Place, sentences
from evce_connector.config.model import Configuration
from evce_connector.config.required import missing
from evce_connector.config.secret_keys import MASK, Document, key_name
from evce_connector.config.secrets import Secrets

_SERVED = (("ews", "address"), ("portal", "address"))
"""Where clients and people find the connector: a port that the system chooses is for programs that ask for it."""
NOT_SAVED = "storage"
"""The table that cannot be saved: it says where what is saved is."""


class Source(StrEnum):
    """Who may set a key."""

    DEFAULT = "default"
    PAGES = "pages"
    FILE = "file"
    ENVIRONMENT = "environment"


@dataclass(frozen=True)
class Origin:
    """Who set a key: `name` is the file's or the variable's."""

    source: Source
    name: str = ""

    @property
    def read_only(self) -> bool:
        """Whether it cannot be changed on the pages."""
        return self.source in (Source.FILE, Source.ENVIRONMENT)

    @property
    def words(self) -> str:
        """Say it for a person."""
        told = {Source.DEFAULT: "the default", Source.PAGES: "saved on the pages", Source.FILE: f"set by {self.name}"}
        return told.get(self.source, f"set by {self.name} in the environment")


class Layers:
    """What is saved (its secrets encrypted), what the file says (`file_name` names it), and the environment.

    Names of files that are saved count from `folder`, without one from the current folder; they stay saved as they are.

    `troubles` has a sentence for each saved secret that cannot be decrypted: it counts as missing, and stays saved. For
    each saved key that names a file of the machine: it is left out. For each file that is only in the current folder.
    """

    def __init__(
        self,
        saved: Document,
        secrets: Secrets,
        file: Document | None = None,
        file_name: str = "",
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.saved, self._secrets = without_machine_files(saved, secrets.options), secrets
        self._file, self._file_name = file or {}, file_name
        self._environment = from_environment(environment or {})
        self._upper = over(self._file, self._environment)
        self._folder = folder
        readable, self._unreadable = secrets.readable(self.saved)
        whole, left_behind = self._whole(readable)
        self.troubles = [*map(left_out, machine_files(saved, secrets.options)), *self._unreadable, *left_behind]
        self.document = over(whole, self._upper)
        """What holds, secrets included; of what has a default only what somebody set."""

    def configuration(self, *, unfinished: bool = False) -> Configuration:
        """Return what holds; ConfigurationError names every key that is wrong, or missing if it is to be finished."""
        return parse(self.document, {}, unfinished=unfinished)

    @property
    def known(self) -> Document:
        """What holds, and of what is saved also those secrets that cannot be decrypted now, encrypted as they are."""
        return over(self.saved, self.document)

    def need_secrets(self) -> None:
        """Look whether every saved secret can be decrypted; SecretsError names those that cannot."""
        if self._unreadable:
            raise SecretsError(self._unreadable)

    def missing(self) -> list[str]:
        """Return the required keys that nobody has set."""
        return missing(self.document)

    def origin(self, key: str) -> Origin:
        """Return who set a key, such as `evce.base_url`, `schedules` or `processors.Weather`."""
        return self._origin(tuple(key.split(".")))

    def changed(self, changes: Mapping[str, Any]) -> Document:
        """Return what is saved with some keys changed, secrets encrypted; a value that is None takes its key away.

        A value that is `~ Encrypted ~` changes nothing. ConfigurationError names every key that is wrong, or that is
        set elsewhere to another value; required ones may still be missing. SecretsError when one cannot be encrypted.
        """
        wanted: dict[Place, Any] = {tuple(key.split(".")): value for key, value in changes.items() if value != MASK}
        saved = self.saved
        for place, value in self._free(wanted).items():
            saved = put(saved, place, value)
        return self._checked(saved)

    def replaced(self, document: Document) -> Document:
        """Return a whole document to be saved in place of what is, on the same terms as changes."""
        saved: Document = {}
        for place, value in self._free(dict(leaves(document))).items():
            saved = put(saved, place, value)
        return self._checked(saved)

    def _origin(self, place: Place) -> Origin:
        variable = f"{ENVIRONMENT}{'_'.join(map(str, place))}".upper()
        layers = (
            (self._environment, Source.ENVIRONMENT, variable),
            (self._file, Source.FILE, self._file_name),
            (self.saved, Source.PAGES, ""),
        )
        other = (*place[:-1], OTHER_WAY.get(str(place[-1]), place[-1]))
        for document, source, name in layers:
            if at(document, place) is not None:
                return Origin(source, name)
            if at(document, other) is not None:
                there = f"{ENVIRONMENT}{'_'.join(map(str, other))}".upper()
                return Origin(source, there if source is Source.ENVIRONMENT else name)
        return Origin(Source.DEFAULT)

    def _free(self, wanted: Mapping[Place, Any]) -> dict[Place, Any]:
        """Return what may be saved, without what file or environment say already; refuse what they say otherwise."""
        free, troubles = {}, []
        for place, value in wanted.items():
            origin = self._origin(place)
            if place[0] == NOT_SAVED:
                troubles.append(
                    f"{key_name(place)} says where settings are saved: give it in a file or the environment."
                )
            elif not origin.read_only:
                free[place] = value
                troubles += map(not_saved, self._machine_files(place, value))
            elif value != at(self.document, place):
                troubles.append(f"{key_name(place)} is {origin.words}: change it there.")
        if troubles:
            raise ConfigurationError(troubles)
        return free

    def _whole(self, readable: Document) -> tuple[Document, list[str]]:
        """Return what is saved with names of files made whole, and what is to be said of them."""
        return saved_names(self._folder, readable, self._upper) if self._folder else (readable, [])

    def _machine_files(self, place: Place, value: Any) -> list[Place]:  # noqa: ANN401 - as TOML has it
        """Return the keys at and below a place that name files of the machine."""
        return [] if value is None else list(machine_files(put({}, place, value), self._secrets.options))

    def _checked(self, saved: Document) -> Document:
        saved = {key: value for key, value in saved.items() if value not in ({}, [])}
        readable, _ = self._secrets.readable(saved)
        troubles = [f"{key_name(place)}: {said}." for place in _SERVED if (said := listens_anywhere(at(saved, place)))]
        try:
            Configuration.model_validate(over(readable, self._upper))
        except ValidationError as error:
            troubles += sentences(error, Configuration, partial=True)
        if troubles:
            raise ConfigurationError(troubles)
        return self._secrets.encrypted(saved)
