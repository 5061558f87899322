"""Which keys of a document hold secrets, as the model declares them, and documents without these.

A document is a decoded file: tables of tables, lists and plain values. None of these functions changes the one it gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from evce_connector import storage_url
from evce_connector.config.messages import Place
from evce_connector.config.model import Configuration
from evce_connector.config.section import is_secret

Document = dict[str, Any]
Options = Mapping[str, type[BaseModel]]
"""Which keys the processors of other packages declare, by their names."""
Change = Callable[[Place, Any], Any]
"""Takes the place and the value of a secret, and gives what stands there instead; None: nothing."""

MASK = "~ Encrypted ~"
"""What is shown in place of a secret (C-8)."""
TOKEN = "encrypted"  # noqa: S105 - the key of the table that holds it
"""The one key of the table that stands in place of an encrypted value."""


def key_name(place: Place) -> str:
    """Name a key as it is written in sentences.

    >>> key_name(("ews", "users", 0, "password"))
    'ews.users.0.password'
    """
    return ".".join(str(part) for part in place)


def with_secrets(document: Document, change: Change, options: Options | None = None) -> Document:
    """Return a document with every secret changed."""
    models = dict(options or {})
    changed = _changed(document, Configuration, (), change)
    processors = changed.get("processors")
    if isinstance(processors, dict):
        changed["processors"] = {
            name: _changed(table, models[name], ("processors", name), change)
            if name in models and isinstance(table, dict)
            else table
            for name, table in processors.items()
        }
    return changed


def secrets_of(document: Document, options: Options | None = None) -> dict[Place, Any]:
    """Return every secret of a document by its place, as it stands there."""
    found: dict[Place, Any] = {}
    with_secrets(document, found.setdefault, options)
    return found


def masked(document: Document, options: Options | None = None) -> Document:
    """Return a document as it may be shown: `~ Encrypted ~` in place of each secret.

    >>> masked({"evce": {"login": "bms", "profile": "v6"}})
    {'evce': {'login': '~ Encrypted ~', 'profile': 'v6'}}
    """
    return with_secrets(document, lambda _place, _value: MASK, options)


def without_secrets(document: Document, options: Options | None = None) -> Document:
    """Return a document without its secrets."""
    return with_secrets(document, lambda _place, _value: None, options)


def unmasked(document: Document, before: Document, options: Options | None = None) -> Document:
    """Return a document whose masked secrets are again what stood there before; nothing where nothing did."""
    known = secrets_of(before, options)
    return with_secrets(document, lambda place, value: known.get(place) if value == MASK else value, options)


def _changed(table: Document, model: type[BaseModel], place: Place, change: Change) -> Document:
    changed: Document = {}
    for key, value in table.items():
        field, here = model.model_fields.get(key), (*place, key)
        if field is not None and (is_secret(field) or _is_url_with_password(here, value)):
            if (instead := change(here, value)) is not None:
                changed[key] = instead
        else:
            changed[key] = _within(value, _table_model(field.annotation) if field else None, here, change)
    return changed


def _within(value: Any, model: type[BaseModel] | None, place: Place, change: Change) -> Any:  # noqa: ANN401 - as TOML has it
    if model is not None and isinstance(value, dict):
        return _changed(value, model, place, change)
    if model is not None and isinstance(value, list):
        return [_within(one, model, (*place, number), change) for number, one in enumerate(value)]
    return value


def _table_model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - an annotation is any object
    """Return the model of a table, or of the tables in a list; None for what is neither."""
    kinds = [annotation, *get_args(annotation)]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _is_url_with_password(place: Place, value: Any) -> bool:  # noqa: ANN401 - as TOML has it
    return place == ("storage", "url") and isinstance(value, str) and bool(storage_url.passwords(value))
