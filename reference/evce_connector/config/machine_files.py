"""Keys that name files which the connector reads as secrets, or writes: whoever rules the machine sets them, no page.

On a page such a name would be a way to read any file that the connector may read, and to send its first line away.
"""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from evce_connector.config.merging import OTHER_WAY
from evce_connector.config.messages import Place
from evce_connector.config.secret_keys import Document, Options, chosen_of, key_name, with_chosen
from evce_connector.config.section import OfTheMachine, is_marked

WHERE_ALONE = "a configuration file or the environment alone sets it"


def machine_files(document: Document, options: Options | None = None) -> dict[Place, Any]:
    """Return the keys of a document that name such files.

    >>> machine_files({"ews": {"users": [{"username": "a", "password_file": "/etc/shadow"}]}})
    {('ews', 'users', 0, 'password_file'): '/etc/shadow'}
    """
    return chosen_of(document, _is_one, options)


def without_machine_files(document: Document, options: Options | None = None) -> Document:
    """Return a document without the keys that name such files."""
    return with_chosen(document, _is_one, lambda _place, _value: None, options)


def not_saved(place: Place) -> str:
    """Say why such a key is not saved."""
    instead = f" Give {key_name((*place[:-1], OTHER_WAY[str(place[-1])]))} here." if place[-1] in OTHER_WAY else ""
    return f"{key_name(place)} names a file of the machine: {WHERE_ALONE}.{instead}"


def left_out(place: Place) -> str:
    """Say that such a key, which was saved once, does not hold."""
    return f"{key_name(place)} is saved and is left out: it names a file of the machine, so that {WHERE_ALONE}."


def _is_one(_place: Place, field: FieldInfo, _value: Any) -> bool:  # noqa: ANN401 - as TOML has it
    return is_marked(field, OfTheMachine)
