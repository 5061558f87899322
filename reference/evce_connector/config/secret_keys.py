"""Which keys of a document hold secrets, as the model declares them, and documents without these.

A document is a decoded file: tables of tables, lists and plain values. None of these functions changes the one it gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from evce_connector import storage_url
from evce_connector.config.messages import Place
from evce_connector.config.model import Configuration
from evce_connector.config.section import is_secret

Document = dict[str, Any]
Options = Mapping[str, type[BaseModel]]
"""Which keys the processors of other packages declare, by their names."""
Change = Callable[[Place, Any], Any]
"""Takes the place and the value of a key, and gives what stands there instead; None: nothing."""
Choice = Callable[[Place, FieldInfo, Any], bool]
"""Takes the place, the declaration and the value of a key, and tells whether it is meant."""

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


def with_chosen(document: Document, chosen: Choice, change: Change, options: Options | None = None) -> Document:
    """Return a document with every declared key changed that is chosen."""
    models = dict(options or {})
    changed = _changed(document, Configuration, (), chosen, change)
    processors = changed.get("processors")
    if isinstance(processors, dict):
        changed["processors"] = {
            name: _changed(table, models[name], ("processors", name), chosen, change)
            if name in models and isinstance(table, dict)
            else table
            for name, table in processors.items()
        }
    return changed


def with_secrets(document: Document, change: Change, options: Options | None = None) -> Document:
    """Return a document with every secret changed."""
    return with_chosen(document, holds_secret, change, options)


def chosen_of(document: Document, chosen: Choice, options: Options | None = None) -> dict[Place, Any]:
    """Return what stands at every declared key that is chosen, by its place."""
    found: dict[Place, Any] = {}
    with_chosen(document, chosen, found.setdefault, options)
    return found


def secrets_of(document: Document, options: Options | None = None) -> dict[Place, Any]:
    """Return every secret of a document by its place, as it stands there."""
    return chosen_of(document, holds_secret, options)


def holds_secret(place: Place, field: FieldInfo, value: Any) -> bool:  # noqa: ANN401 - as TOML has it
    """Tell whether a secret stands at a key."""
    if place == ("storage", "url"):
        return isinstance(value, str) and bool(storage_url.passwords(value))
    return is_secret(field)


def masked(document: Document, options: Options | None = None) -> Document:
    """Return a document as it may be shown: `~ Encrypted ~` in place of each secret.

    >>> masked({"evce": {"login": "bms", "profile": "v6"}})
    {'evce': {'login': '~ Encrypted ~', 'profile': 'v6'}}
    """
    return with_secrets(document, lambda _place, _value: MASK, options)


def without_secrets(document: Document, options: Options | None = None) -> Document:
    """Return a document without its secrets."""
    return with_secrets(document, lambda _place, _value: None, options)


def _changed(table: Document, model: type[BaseModel], place: Place, chosen: Choice, change: Change) -> Document:
    changed: Document = {}
    for key, value in table.items():
        field, here = model.model_fields.get(key), (*place, key)
        if field is not None and chosen(here, field, value):
            if (instead := change(here, value)) is not None:
                changed[key] = instead
        else:
            changed[key] = _within(value, _table_model(field.annotation) if field else None, here, chosen, change)
    return changed


def _within(value: Any, model: type[BaseModel] | None, place: Place, chosen: Choice, change: Change) -> Any:  # noqa: ANN401 - as TOML has it
    if model is not None and isinstance(value, dict):
        return _changed(value, model, place, chosen, change)
    if model is not None and isinstance(value, list):
        return [_within(one, model, (*place, number), chosen, change) for number, one in enumerate(value)]
    return value


def _table_model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - an annotation is any object
    """Return the model of a table, or of the tables in a list; None for what is neither."""
    kinds = [annotation, *get_args(annotation)]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
