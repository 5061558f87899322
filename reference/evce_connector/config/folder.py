"""Files that a configuration file or the pages name count from the folder of that file, wherever a command is started.

They counted from the current folder once: where a file is only there, that is told instead of beginning another one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from evce_connector.config.errors import ConfigurationError
from evce_connector.config.merging import OTHER_WAY, at, put
from evce_connector.config.messages import Place
from evce_connector.config.model import Storage
from evce_connector.config.secret_keys import Document, key_name, with_chosen
from evce_connector.config.section import OfTheMachine, is_marked
from evce_connector.evce.profile import PROFILES

_URL: Place = ("storage", "url")
_CA_FILE: Place = ("evce", "verify_tls")
_PROFILE: Place = ("evce", "profile")
_SQLITE = "sqlite:///"


def counted_from(folder: Path, document: Document, environment: Document) -> Document:
    """Return what a file in a folder says, with its relative names of files made whole; the default database's too.

    ConfigurationError names what is only in the current folder, unless the `environment` sets it otherwise.
    """
    troubles: list[str] = []

    def whole(place: Place, value: Any) -> Any:  # noqa: ANN401 - as TOML has it
        if not isinstance(value, str) or not value or Path(value).is_absolute():
            return value
        if not _is_set(place, environment):
            troubles.extend(_left_behind(place, value, folder, "the folder of the configuration file"))
        return (folder / value).as_posix()

    changed = with_chosen(document, lambda _place, field, _value: is_marked(field, OfTheMachine), whole)
    for place, value in _named(changed, folder):
        changed = put(changed, place, whole(place, value))
    if isinstance(changed.get("storage", {}), dict):
        url = at(changed, _URL) or Storage().url
        if database := _relative_database(url):
            changed = put(changed, _URL, f"{_SQLITE}{whole(_URL, database)}{_options(url)}")
    if troubles:
        raise ConfigurationError(troubles)
    return changed


def saved_names(folder: Path, saved: Document, upper: Document) -> tuple[Document, list[str]]:
    """Return what is saved on the pages with its relative names of files made whole.

    With a sentence for each file that is only in the current folder; of what `upper` sets over it nothing is said. Keys
    that name files of the machine are not saved.
    """
    changed, troubles = saved, list[str]()
    for place, value in _named(saved, folder):
        changed = put(changed, place, (folder / value).as_posix())
        if not _is_set(place, upper):
            troubles.extend(_left_behind(place, value, folder, str(folder)))
    return changed, troubles


def _named(document: Document, folder: Path) -> list[tuple[Place, str]]:
    """Return CA file and profile where a document names them by relative names of files."""
    found = [(place, at(document, place)) for place in (_CA_FILE, _PROFILE)]
    return [
        (place, value)
        for place, value in found
        if isinstance(value, str)
        and value
        and not Path(value).is_absolute()
        and (place != _PROFILE or _is_file_of_a_profile(value, folder))
    ]


def _is_set(place: Place, environment: Document) -> bool:
    """Tell whether the environment gives a key, or gives in another way what it gives."""
    other = (*place[:-1], OTHER_WAY.get(str(place[-1]), place[-1]))
    return any(at(environment, one) is not None for one in (place, other))


def _left_behind(place: Place, value: str, folder: Path, called: str) -> Iterator[str]:
    """Say of a file that it is in the current folder and not in the one that it counts from, `called` so."""
    here, there = Path.cwd() / value, folder / value
    if os.path.lexists(there) or not os.path.lexists(here):
        return
    all_of_it = ", with all files whose names begin as its own" if place == _URL else ""
    yield (
        f"{key_name(place)}: {value} counts from {called}, where there is no {there}; the current folder has {here}. "
        f"Stop the connector and move that one there{all_of_it}, or write its whole path."
    )


def _relative_database(url: Any) -> str:  # noqa: ANN401 - as TOML has it
    """Return the relative name of a SQLite file; empty for all else, and for what is no URL."""
    try:
        parts = make_url(url)
    except ArgumentError:  # whoever checks the document names it
        return ""
    named = parts.drivername == "sqlite" and parts.database and parts.database != ":memory:"
    return (
        str(parts.database)
        if named and "uri" not in parts.query and not Path(str(parts.database)).is_absolute()
        else ""
    )


def _options(url: str) -> str:
    """Return what stands behind the file in a SQLite URL."""
    _, mark, options = url.partition("?")
    return mark + options


def _is_file_of_a_profile(name: str, folder: Path) -> bool:
    """Tell whether a profile is named by its file, and is none of those that are shipped."""
    if (PROFILES / f"{name}.toml").exists():
        return False
    return name.endswith(".toml") or len(Path(name).parts) > 1 or (folder / name).is_file() or Path(name).is_file()
