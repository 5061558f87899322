"""Which keys have no default and are still missing: what First steps ask for, and what stands in for them till then."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

from evce_connector.config.errors import ConfigurationError
from evce_connector.config.merging import OTHER_WAY, put
from evce_connector.config.model import Configuration
from evce_connector.config.neighbours import PasswordSection
from evce_connector.config.secret_keys import Document


def missing(document: Document) -> list[str]:
    """Return the required keys that a document lacks, in the order of the model.

    >>> missing({"evce": {"base_url": "https://10.0.0.1/api/v2", "login": "bms", "password_file": "p"}})
    ['ews.username', 'ews.password']
    """
    lacking: list[str] = []
    for name, field in Configuration.model_fields.items():
        model, table = field.annotation, document.get(name, {})
        if field.is_required() and isinstance(model, type) and issubclass(model, BaseModel) and isinstance(table, dict):
            lacking += [
                f"{name}.{key}" for key, one in model.model_fields.items() if one.is_required() and key not in table
            ]
            if issubclass(model, PasswordSection) and not OTHER_WAY.keys() & table.keys():
                lacking.append(f"{name}.password")
    return lacking


_STAND_INS = {
    "evce.base_url": "https://not-set.invalid/api/v2",
    "evce.login": "no value for evce.login",
    "evce.password": "no value for evce.password",
    "ews.username": "no value for ews.username",
    "ews.password": "no value for ews.password",
}
"""Values that only have to be of the right form: where one stands in, nothing is sent or served with it."""


def stood_in(document: Document, lacking: list[str]) -> Document:
    """Return a document with something in the place of each required key that it lacks."""
    for key in lacking:
        document = put(document, tuple(key.split(".")), _STAND_INS[key])
    return document


def not_set(lacking: Iterable[str]) -> str:
    """Say what has to be set before anything but the pages is served.

    >>> not_set(["evce.login", "ews.password"])
    'evce.login, ews.password are not set yet: only the pages are served, whose First Steps ask for them.'
    """
    keys = list(lacking)
    are, them = ("is", "it") if len(keys) == 1 else ("are", "them")
    return f"{', '.join(keys)} {are} not set yet: only the pages are served, whose First Steps ask for {them}."


def refuse_unfinished(configuration: Configuration) -> None:
    """Raise ConfigurationError for a configuration that lacks required keys; it names them."""
    if configuration.lacking:
        raise ConfigurationError([f"{key} is missing." for key in configuration.lacking])
