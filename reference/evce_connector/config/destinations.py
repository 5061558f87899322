"""Which keys say where secrets go: who changes one has a secret sent elsewhere that somebody else may have entered."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from evce_connector.config.merging import at, leaves
from evce_connector.config.messages import Place
from evce_connector.config.model import Configuration
from evce_connector.config.secret_keys import Document, Options, chosen_of, holds_secret, without_secrets
from evce_connector.config.section import OfTheMachine, SendsSecret, is_marked, is_secret

_OTHERS = "processors"
"""The table of the tables that other packages declare."""


def sends(model: type[BaseModel], key: str, *, of_others: bool = False) -> bool:
    """Tell whether a key of a table says where a secret goes.

    Of a table `of_others`, another package's with a secret in it, each other key may say so.
    """
    fields = model.model_fields
    if of_others:
        return not is_secret(fields[key]) and any(is_secret(field) for field in fields.values())
    return is_marked(fields[key], SendsSecret)


def redirected(before: Document, after: Document, options: Options | None = None) -> list[Place]:
    """Return the keys that change where a secret goes which is in `before` and stays in `after`.

    Both are what holds, secrets in clear. What stands in a file counts as a secret too.

    >>> old = {"evce": {"base_url": "https://10.0.0.1/api/v2", "login": "bms", "password": "a"}}
    >>> redirected(old, {"evce": old["evce"] | {"base_url": "https://10.0.0.2/api/v2"}})
    [('evce', 'base_url')]
    >>> redirected(old, {"evce": {"base_url": "https://10.0.0.2/api/v2", "login": "new", "password": "b"}})
    []
    """
    old, new = chosen_of(before, _stays_secret, options), chosen_of(after, _stays_secret, options)
    kept = {_table(place) for place, value in old.items() if new.get(place) == value}
    own = [place for place in _marked() if place[:1] in kept and _holds(before, place) != _holds(after, place)]
    shown = [dict(leaves(without_secrets(document, options))) for document in (before, after)]
    places = dict.fromkeys(place for document in shown for place in document)
    others = [place for place in places if len(place) > 1 and place[:2] in kept]
    return own + [place for place in others if len({repr(document.get(place)) for document in shown}) > 1]


def _table(place: Place) -> Place:
    return place[:2] if place[0] == _OTHERS else place[:1]


def _marked() -> list[Place]:
    """Return the keys of the connector's own tables that say where a secret goes."""
    tables = {name: field.annotation for name, field in Configuration.model_fields.items()}
    return [
        (name, key)
        for name, model in tables.items()
        if isinstance(model, type) and issubclass(model, BaseModel)
        for key in model.model_fields
        if sends(model, key)
    ]


def _holds(document: Document, place: Place) -> Any:  # noqa: ANN401 - as TOML has it
    """Return what holds for a key: what stands there, or its default."""
    found = at(document, place)
    model: Any = Configuration.model_fields[str(place[0])].annotation
    return model.model_fields[place[1]].get_default() if found is None else found


def _stays_secret(place: Place, field: FieldInfo, value: Any) -> bool:  # noqa: ANN401 - as TOML has it
    return holds_secret(place, field, value) or is_marked(field, OfTheMachine)
