"""Reads a configuration: the file, and what the environment says otherwise.

`EVCE_CONNECTOR_<SECTION>_<KEY>` in the environment wins over the file, e.g. EVCE_CONNECTOR_EVCE_PASSWORD.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr, ValidationError

from evce_connector.config.decoding import decoded
from evce_connector.config.errors import ConfigurationError
from evce_connector.config.folder import counted_from
from evce_connector.config.merging import over, put
from evce_connector.config.messages import sentences
from evce_connector.config.model import Configuration
from evce_connector.config.required import missing, stood_in
from evce_connector.config.secret_keys import Document

ENVIRONMENT = "EVCE_CONNECTOR_"
"""What every variable begins with."""


def load(path: Path, environment: Mapping[str, str] | None = None) -> Configuration:
    """Read a configuration file and the environment; ConfigurationError names every key that is wrong."""
    variables = os.environ if environment is None else environment
    return parse(counted_from(path.absolute().parent, read(path), from_environment(variables)), variables)


def read(path: Path) -> Document:
    """Decode a configuration file; ConfigurationError when it cannot be read, or is no TOML."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors of Windows write a mark before the text
    except OSError as error:
        raise ConfigurationError([f"{path}: cannot be read: {error.strerror}."]) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError([f"{path}: is not valid TOML: {error}."]) from error
    return decoded(text, f"{path}:")


def parse(document: dict[str, Any], environment: Mapping[str, str], *, unfinished: bool = False) -> Configuration:
    """Check a decoded file, with what the environment adds; ConfigurationError names every key that is wrong.

    One that is `unfinished` may lack required keys, and says which.

    >>> file = {"evce": {"base_url": "https://192.168.0.10/api/v2", "login": "bms", "password": "secret"},
    ...         "ews": {"username": "ebo", "password": "secret"}}
    >>> parse(file, {"EVCE_CONNECTOR_STATUS_INTERVAL_SECONDS": "20"}).status.interval_seconds
    20.0
    >>> parse(file | {"status": {"interval": 20}}, {})
    Traceback (most recent call last):
    evce_connector.config.errors.ConfigurationError: status.interval is an unknown key...
    """
    whole = over(document, from_environment(environment))
    lacking = missing(whole) if unfinished else []
    try:
        return Configuration.model_validate(stood_in(whole, lacking)).that_lacks(lacking)
    except ValidationError as error:
        if lacking:
            return parse(whole, {})  # names also what is missing
        raise ConfigurationError(sentences(error, Configuration)) from error


def from_environment(environment: Mapping[str, str]) -> Document:
    """Return what the environment says, as a file would; text that reads as TOML is of that type, other a string."""
    document: Document = {}
    for section, field in Configuration.model_fields.items():
        for key in getattr(field.annotation, "model_fields", ()):
            text = environment.get(f"{ENVIRONMENT}{section}_{key}".upper())
            if text is not None:
                document[section] = put(document.get(section, {}), (key,), _typed(text, section, key))
    return document


def _typed(text: str, section: str, key: str) -> Any:  # noqa: ANN401 - whatever TOML holds
    annotation = Configuration.model_fields[section].annotation.model_fields[key].annotation  # type: ignore[union-attr]
    if annotation is str or str in get_args(annotation) or SecretStr in get_args(annotation):
        return {"true": True, "false": False}.get(text, text) if bool in get_args(annotation) else text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # TOMLDecodeError, and integers of thousands of digits
        return text
