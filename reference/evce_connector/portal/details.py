"""The fields of a processor's Details tab in the guide's groups, with what holds and who has set it (C-6 to C-9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from evce_connector.config.destinations import sends
from evce_connector.config.layers import Layers, Origin
from evce_connector.config.machine_files import WHERE_ALONE
from evce_connector.config.merging import at
from evce_connector.config.model import Logs, Setup, Status
from evce_connector.config.neighbours import Evce, Ews
from evce_connector.portal.fields import Field, Kind, fields_of
from evce_connector.processors.base import Processor
from evce_connector.processors.logs import EvceLogsProcessor
from evce_connector.processors.setup import EvceSetupProcessor
from evce_connector.processors.status import EvceProcessor

_OWN: Mapping[type[Processor], tuple[str, type[BaseModel]]] = {
    EvceSetupProcessor: ("setup", Setup),
    EvceProcessor: ("status", Status),
    EvceLogsProcessor: ("logs", Logs),
}
"""Where the keys of the connector's own processors stand, which share the groups below."""
_SHARED = (("Evce Api Config Options", "evce", Evce), ("Evce Ews Server", "ews", Ews))

_LABELS = {
    "evce.base_url": "Evce Base Api Url",
    "evce.login": "Evce Login",
    "evce.password": "Evce Password",
    "ews.address": "Ews Address",
    "logs.interval_minutes": "Logs Time Interval In Minutes",
}
"""What the guide calls a key otherwise than by its name."""


@dataclass(frozen=True)
class Group:
    """Fields under a title of the guide's; those of a processor alone have none."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Row:
    """A field with what is filled in; `origin` says who has set it, `fixed` why pages cannot change it, if so."""

    field: Field
    texts: tuple[str, ...]
    origin: str
    fixed: str = ""
    trouble: str = ""

    @property
    def read_only(self) -> bool:
        """Whether pages cannot change it."""
        return bool(self.fixed)

    @property
    def text(self) -> str:
        """What is filled in, on one line."""
        return ", ".join(self.texts)


def groups_of(processor: type[Processor]) -> tuple[Group, ...]:
    """Return the groups of a processor's keys."""
    if processor in _OWN:
        own = Group("", _named(*_OWN[processor]))
        return own, *(Group(title, _named(name, model)) for title, name, model in _SHARED)
    fields = _named(f"processors.{processor.name}", processor.Options, of_others=True)
    return (Group("", fields),) if fields else ()


def _named(prefix: str, model: type[BaseModel], *, of_others: bool = False) -> tuple[Field, ...]:
    """Return the fields of a table by the guide's names, each with whether it says where a secret goes."""
    return tuple(
        replace(
            field,
            label=_LABELS.get(field.key, field.label),
            sends=sends(model, field.key.rpartition(".")[2], of_others=of_others),
        )
        for field in fields_of(prefix, model)
    )


def present(field: Field, layers: Layers) -> Any:  # noqa: ANN401 - as TOML has it
    """Return what holds for a key: what somebody has set, or its default."""
    found = at(layers.document, tuple(field.key.split(".")))
    return field.default if found is None else found


def row_of(field: Field, layers: Layers) -> Row:
    """Return a field with what holds."""
    origin, value = layers.origin(field.key), present(field, layers)
    several = isinstance(value, list) and bool(field.choices)
    texts = tuple(map(str, value)) if several else (field.shown(value),)
    return Row(field, texts, origin.words, fixed(field, origin))


def fixed(field: Field, origin: Origin) -> str:
    """Say why pages cannot change a key; empty when they can."""
    if origin.read_only:
        return origin.words
    return WHERE_ALONE if field.of_the_machine else ""


def as_typed(row: Row, texts: Mapping[str, list[str]], wrong: Mapping[str, str]) -> Row:
    """Return a row as somebody has filled it in; what was typed as a secret is not sent back."""
    key = row.field.key
    if key in texts and row.field.kind is not Kind.SECRET and not row.read_only:
        row = replace(row, texts=tuple(texts[key]))
    return replace(row, trouble=wrong.get(key, ""))


def told(groups: tuple[Group, ...], layers: Layers) -> list[tuple[str, list[Row]]]:
    """Return the groups with what holds."""
    return [(group.title, [row_of(field, layers) for field in group.fields]) for group in groups]


def new_values(values: Mapping[str, Any], fields: tuple[Field, ...], layers: Layers) -> dict[str, Any]:
    """Return of what is filled in that which is not what holds already, but of secrets; without read-only keys."""
    known = {field.key: field for field in fields}
    return {
        key: value
        for key, value in values.items()
        if not fixed(known[key], layers.origin(key)) and value != present(known[key], layers)
    }
