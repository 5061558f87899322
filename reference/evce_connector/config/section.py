"""What every table of the configuration is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, SecretStr
from pydantic.fields import FieldInfo

ADDRESS, PATH, TEXT, PASSWORD = 2000, 1000, 100, 1000
"""Characters that an address, a file's name, other text and a password have at most."""


class Section(BaseModel):
    """A table of the file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def as_tables(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """Return tables of a list as they are saved: what is as by default is left out."""
    return [one.model_dump(exclude_defaults=True) for one in sections]


class Mark:
    """What a key is declared with, beside its type: `Annotated[str, Encrypted()]`."""


class Encrypted(Mark):
    """Marks a key that is no password and is kept encrypted all the same (C-8: the EVCE login)."""


class SendsSecret(Mark):
    """Marks a key that says where, or how, secrets of its table are sent: changing it takes the own password."""


class OfTheMachine(Mark):
    """Marks a key that names a file which is read as a secret, or written: it is of file and environment alone."""


class Names(Mark):
    """Marks the key that tells a table in a list from the others: its secrets stay with that name."""


def is_secret(field: FieldInfo) -> bool:
    """Tell whether a key's value is kept encrypted and never shown: a password, or one that is marked so."""
    is_password = field.annotation is SecretStr or SecretStr in get_args(field.annotation)
    return is_password or is_marked(field, Encrypted)


def is_marked(field: FieldInfo, mark: type[Mark]) -> bool:
    """Tell whether a key is declared with a mark."""
    return any(isinstance(one, mark) for one in field.metadata)
