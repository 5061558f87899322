"""Secrets that a document leaves out, or masks, and that stay as they are: in lists by the names of their tables."""

from __future__ import annotations

from copy import deepcopy
from functools import reduce
from operator import getitem
from typing import Any

from pydantic.fields import FieldInfo

from evce_connector.config.layers import Layers
from evce_connector.config.merging import OTHER_WAY, at, put
from evce_connector.config.messages import Place
from evce_connector.config.secret_keys import MASK, Document, Options, chosen_of, key_name, secrets_of, with_secrets
from evce_connector.config.section import Names, is_marked


def with_kept_secrets(document: Document, layers: Layers, options: Options | None = None) -> Document:
    """Return a document that is to be saved, with the secrets that it leaves out in tables that it has.

    A table in a list gets those of the one that has its name; of a list that file or environment sets, theirs.
    """
    unmasked = with_secrets(document, lambda _place, value: None if value == MASK else value, options)
    for place, value in secrets_of(layers.saved, options).items():
        free = not any(isinstance(part, int) for part in place) and not layers.origin(key_name(place)).read_only
        other = (*place[:-1], OTHER_WAY.get(str(place[-1]), place[-1]))
        if free and at(unmasked, place[:-1]) and at(unmasked, place) is None and at(unmasked, other) is None:
            unmasked = put(unmasked, place, value)
    return _with_those_in_lists(unmasked, layers, options)


def _with_those_in_lists(document: Document, layers: Layers, options: Options | None) -> Document:
    filled = deepcopy(document)
    for (*row, _), name in chosen_of(document, _is_name, options).items():
        *inside, _ = row
        set_elsewhere = layers.origin(key_name(tuple(inside))).read_only
        source = layers.document if set_elsewhere else layers.saved
        table: Any = reduce(getitem, row, filled)  # type: ignore[arg-type]
        for secret, value in _of_one_named(source, (*inside,), name, options).items():
            if secret not in table and OTHER_WAY.get(secret, secret) not in table:
                table[secret] = value
    return filled


def _of_one_named(source: Document, inside: Place, name: Any, options: Options | None) -> Document:  # noqa: ANN401 - as TOML has it
    """Return the secrets of the table in a list that has a name."""
    rows = [place[:-1] for place, value in chosen_of(source, _is_name, options).items() if value == name]
    found = next((row for row in rows if row[:-1] == inside), None)
    return {
        str(place[-1]): value for place, value in secrets_of(source, options).items() if found and place[:-1] == found
    }


def _is_name(place: Place, field: FieldInfo, _value: Any) -> bool:  # noqa: ANN401 - as TOML has it
    return is_marked(field, Names) and isinstance(place[-2], int)
