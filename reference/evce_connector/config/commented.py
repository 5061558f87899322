"""A configuration file to begin with: what is set, and every other key as it holds anyway, each with what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from evce_connector.config.merging import OTHER_WAY
from evce_connector.config.model import Configuration
from evce_connector.config.secret_keys import Document
from evce_connector.probe.dialect.toml import line, remark

OFF = "#"
"""What stands right before a key that is not set; before all other remarks a blank follows it."""
_HOW = (
    "Configuration of evce-connector. A key with # right before it is not set: what stands there holds all the same, "
    "and no file where none is named. Take the # away to set it. Tables of lists, as ews.users and alarms.rules, and "
    "the range of each key are told in CONFIGURATION.md."
)


def commented(document: Document) -> str:
    """Return a document as a file in which every key of the model stands, with the help that it is declared with.

    A password that is given in one way does not stand there in the other one.
    """
    return "\n".join([*remark(_HOW), *_tables(document)]) + "\n"


def _tables(document: Document) -> Iterator[str]:
    for name, field in Configuration.model_fields.items():
        if isinstance(model := field.annotation, type) and issubclass(model, BaseModel):
            yield from ["", *remark(model.__doc__ or ""), f"[{name}]"]
            yield from _keys(model, document.get(name, {}))


def _keys(model: type[BaseModel], given: Document) -> Iterator[str]:
    left_out = {OTHER_WAY.get(key) for key in given}
    for key, field in model.model_fields.items():
        if key in given:
            yield from [*remark(_sentence(field.description)), line(key, given[key])]
        elif key not in left_out and not (field.is_required() or _is_of_tables(field.default)):
            yield from [*remark(_sentence(field.description)), OFF + line(key, _written(field.default))]


def _sentence(text: str | None) -> str:
    return f"{(text or '').removesuffix('.')}."


def _is_of_tables(default: object) -> bool:
    """Tell whether a key holds tables, of which there is none as yet."""
    return default in ([], {})


def _written(default: Any) -> Any:  # noqa: ANN401 - any value of a key
    """Return what stands for a default; of one that is nothing, an empty text to be filled."""
    return "" if default is None else default
