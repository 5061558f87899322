"""What every table of the configuration is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, SecretStr
from pydantic.fields import FieldInfo


class Section(BaseModel):
    """A table of the file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def as_tables(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """Return tables of a list as they are saved: what is as by default is left out."""
    return [one.model_dump(exclude_defaults=True) for one in sections]


class Encrypted:
    """Marks a key that is no password and is kept encrypted all the same (C-8: the EVCE login)."""


def is_secret(field: FieldInfo) -> bool:
    """Tell whether a key's value is kept encrypted and never shown: a password, or one that is marked so."""
    is_password = field.annotation is SecretStr or SecretStr in get_args(field.annotation)
    return is_password or any(isinstance(mark, Encrypted) for mark in field.metadata)
