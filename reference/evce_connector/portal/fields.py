"""Form fields that follow from how keys are declared: label, help, kind, choices and range; each is declared once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from evce_connector.config.messages import is_about
from evce_connector.config.secret_keys import MASK
from evce_connector.config.section import OfTheMachine, is_marked, is_secret

_BEFORE_PASSWORD = ("login", "username")
_PASSWORD = ("password", "password_file")
_EMPTY: tuple[Any, ...] = ("", None, [])


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - no password
    NUMBER = "number"
    CHOICE = "choice"
    SEVERAL = "several"
    INSTANT = "instant"
    TABLES = "tables"
    """Tables, or what else a form cannot ask for: a file or an import sets it."""


@dataclass(frozen=True)
class Field:
    """A key as a form shows it: `star` says that it cannot be left empty; `low` and `high` are its range."""

    key: str
    label: str
    help: str
    kind: Kind
    star: bool
    default: Any
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    optional: bool = False
    of: tuple[Any, ...] = ()
    """What its choices stand for, or the types that it may have."""
    sends: bool = False
    """Whether it says where a secret goes, so that changing it takes the own password."""
    of_the_machine: bool = False
    """Whether it names a file that is read as a secret or written: no page sets it."""

    def shown(self, value: Any) -> str:  # noqa: ANN401 - as TOML has it
        """Write a value for people and forms; a secret never."""
        if self.kind is Kind.SECRET:
            return "" if value in _EMPTY else MASK
        if self.kind is Kind.TABLES:
            return f"{len(value)} in all" if isinstance(value, list | dict) else "set" if value else ""
        if isinstance(value, list):
            return ", ".join(map(str, value))
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds")
        return "" if value is None else str(value).removesuffix(".0") if isinstance(value, float) else str(value)

    def read(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - as TOML has it
        """Return the value that somebody has filled in; ValueError says in a sentence why it is none."""
        if self.kind is Kind.SEVERAL:
            return [one for one in self.of if str(one) in texts]
        text = (texts[0] if texts else "").strip() if self.kind is not Kind.SECRET else "".join(texts[:1])
        if not text and text not in self.choices:
            if self.star:
                raise ValueError("This must not be empty.")
            return None if self.optional or self.kind is not Kind.TEXT else ""
        if self.kind is Kind.CHOICE:
            return self._chosen(text)
        if self.kind is Kind.NUMBER:
            return self._number(text)
        if self.kind is Kind.INSTANT:
            return _instant(text)
        return {"true": True, "false": False}.get(text.lower(), text) if bool in self.of else text

    def _chosen(self, text: str) -> Any:  # noqa: ANN401 - what a choice stands for
        found = {str(one): one for one in self.of}
        if text not in found:
            raise ValueError(f"Choose one of: {', '.join(found)}.")
        return found[text]

    def _number(self, text: str) -> float:
        try:
            number = int(text) if self.whole else float(text)
            return int(number) if number == int(number) else number
        except (ValueError, OverflowError) as error:  # OverflowError: infinity
            raise ValueError(f"This is no {'whole number' if self.whole else 'number'}.") from error


def fields_of(prefix: str, model: type[BaseModel], leave_out: Sequence[str] = ()) -> list[Field]:
    """Return the fields of a table's keys below `prefix`, a password after the name that it belongs to."""
    keys = [key for key in model.model_fields if key not in (*leave_out, *_PASSWORD)]
    at = max((keys.index(name) + 1 for name in _BEFORE_PASSWORD if name in keys), default=len(keys))
    keys[at:at] = [key for key in _PASSWORD if key in model.model_fields and key not in leave_out]
    return [field_of(f"{prefix}.{key}" if prefix else key, model.model_fields[key]) for key in keys]


def field_of(key: str, declared: FieldInfo) -> Field:
    """Return the field of a key by its declaration."""
    name = key.rpartition(".")[2]
    annotation = declared.annotation
    types = tuple(one for one in get_args(annotation) if one is not NoneType)
    optional = NoneType in get_args(annotation)
    if get_origin(annotation) in (list, Literal) or not types:
        types = (annotation,)
    default = None if declared.is_required() else declared.get_default(call_default_factory=True)
    default = None if default is PydanticUndefined else default
    kind, of = _kind(types, secret=is_secret(declared))
    least = next((mark.ge for mark in declared.metadata if hasattr(mark, "ge")), None)
    more_than = next((mark.gt for mark in declared.metadata if hasattr(mark, "gt")), None)
    most = next((mark.le for mark in declared.metadata if hasattr(mark, "le")), None)
    picked = kind in (Kind.CHOICE, Kind.SEVERAL, Kind.TABLES)
    return Field(
        key,
        name.replace("_", " ").title(),
        declared.description or "",
        kind,
        star=not picked and (declared.is_required() or default not in _EMPTY or name == "password"),
        default=default,
        choices=tuple(map(str, of)) if picked else (),
        low=least if least is not None else more_than,
        high=most,
        whole=int in types,
        optional=optional,
        of=of,
        of_the_machine=is_marked(declared, OfTheMachine),
    )


def _kind(types: tuple[Any, ...], *, secret: bool) -> tuple[Kind, tuple[Any, ...]]:
    """Return how a field of such types is filled in, and what its choices are."""
    first = types[0]
    if secret:
        return Kind.SECRET, types
    if types == (bool,):
        return Kind.CHOICE, (True, False)
    if get_origin(first) is Literal:
        return Kind.CHOICE, get_args(first)
    if get_origin(first) is list:
        (inner,) = get_args(first)
        return (Kind.SEVERAL, get_args(inner)) if get_origin(inner) is Literal else (Kind.TABLES, ())
    plain = {int: Kind.NUMBER, float: Kind.NUMBER, datetime: Kind.INSTANT}
    return plain.get(first, Kind.TEXT if str in types else Kind.TABLES), types


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("This is no date with a time, such as 2024-09-23T15:00.") from error


def placed(troubles: Sequence[str], fields: Sequence[Field]) -> tuple[dict[str, str], list[str]]:
    """Return of sentences that name keys those of these fields, by their keys, and all others."""
    by_key: dict[str, str] = {}
    others = []
    for sentence in troubles:
        named = [one.key for one in fields if is_about(sentence, one.key)]
        if named:
            key = max(named, key=len)
            by_key[key] = f"{by_key[key]} {sentence}" if key in by_key else sentence
        else:
            others.append(sentence)
    return by_key, others


def filled(fields: Sequence[Field], form: Mapping[str, list[str]]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what somebody has filled in by its keys, and by them also what is wrong with it."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field in fields:
        if field.key not in form and field.kind is not Kind.SEVERAL:
            continue
        try:
            values[field.key] = field.read(form.get(field.key, []))
        except ValueError as error:
            wrong[field.key] = str(error)
    return values, wrong
