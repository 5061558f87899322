"""Says in one sentence each what is wrong with a configuration, naming the key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from evce_connector.config.section import is_secret

Place = tuple[int | str, ...]
"""Where a key stands: tables, then the key."""

HIDDEN = "hidden_input"
"""Type of a trouble whose input is not shown: it may hold a password."""
ABSENT = "password_missing"
"""Type of the trouble that a password is given in no way."""
_LONGEST = 200
"""Characters that are shown of what was given."""
_OF_A_SECTION = 2
"""Parts of the place of a section's key."""


def sentences(
    error: ValidationError, model: type[BaseModel], prefix: Place = (), *, partial: bool = False
) -> list[str]:
    """Return one sentence for each trouble; keys stand below `prefix` in the file.

    Of a `partial` document it is no trouble that keys of its sections are missing.
    """
    troubles = [trouble for trouble in error.errors() if not (partial and _is_missing(trouble))]
    return list(dict.fromkeys(_sentence(trouble, model, prefix) for trouble in troubles))


def is_about(sentence: str, key: str) -> bool:
    """Tell whether a sentence names a key, or one in the tables that stand there."""
    return sentence.startswith((f"{key}:", f"{key} ", f"{key}."))


def wrong_at(troubles: Iterable[tuple[Place, str]]) -> ValidationError:
    """Return what a check of a whole table raises to name the keys in it that do not fit each other."""
    return ValidationError.from_exception_data(
        "keys that do not fit",
        [
            InitErrorDetails(type=PydanticCustomError(HIDDEN, "{said}", {"said": said}), loc=place, input=None)
            for place, said in troubles
        ],
    )


def _is_missing(trouble: ErrorDetails) -> bool:
    return trouble["type"] in ("missing", ABSENT) and len(trouble["loc"]) <= _OF_A_SECTION


def _sentence(trouble: ErrorDetails, model: type[BaseModel], prefix: Place) -> str:
    place, branches = _place(trouble["loc"], model)
    key = ".".join(str(part) for part in (*prefix, *place))
    if trouble["type"] == "missing":
        return f"{key} is missing."
    if trouble["type"] == "extra_forbidden":
        return f"{key} is an unknown key{_suggestion(place, model)}."
    if trouble["type"] == "model_type":
        return f"{key or 'configuration'} must be a table."
    reason = f"must be {branches}" if branches else trouble["msg"].removeprefix("Value error, ")
    secret = trouble["type"] == HIDDEN or place[:2] == ("storage", "url") or _is_secret(place, model)
    shown = "" if secret or isinstance(trouble["input"], dict) else f", not {_short(trouble['input'])}"
    return f"{key or 'configuration'}: {reason[0].lower()}{reason[1:]}{shown}."


def _short(value: object) -> str:
    """Write what somebody gave, but no more of it than a sentence bears."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _place(location: Place, model: type[BaseModel]) -> tuple[Place, str]:
    """Return the key without the names of a union's branches, and those branches in words."""
    annotation: Any = model
    place: list[int | str] = []
    for part in location:
        fields = getattr(annotation, "model_fields", None)
        if fields is not None and part in fields:
            annotation = _inner(fields[part].annotation)
        elif fields is None and not isinstance(part, int) and set(get_args(annotation)) == {bool, str}:
            return tuple(place), "true, false or a file"
        elif fields is None and not isinstance(part, int) and place:
            continue
        place.append(part)
    return tuple(place), ""


def _is_secret(place: Place, model: type[BaseModel]) -> bool:
    """Tell whether a secret stands at a key, or in it."""
    annotation: Any = model
    for part in place:
        field = getattr(annotation, "model_fields", {}).get(part)
        if field is not None and is_secret(field):
            return True
        annotation = _inner(field.annotation) if field is not None else annotation
    return False


def _inner(annotation: Any) -> Any:  # noqa: ANN401 - an annotation is any object
    """Return what a list or an optional field holds."""
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    return kinds[0] if len(kinds) == 1 else annotation


def _suggestion(place: Place, model: type[BaseModel]) -> str:
    """Name the key that was probably meant."""
    annotation: Any = model
    for part in place[:-1]:
        if not isinstance(part, int):
            annotation = _inner(annotation.model_fields[part].annotation)
    close = difflib.get_close_matches(str(place[-1]), annotation.model_fields, 1)
    return f" (did you mean {close[0]}?)" if close else ""
