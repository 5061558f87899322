"""Settings as a TOML file: to take to another connector, or to keep."""

from __future__ import annotations

from typing import Any

import tomli_w

from evce_connector.config.decoding import decoded
from evce_connector.config.kept_secrets import with_kept_secrets
from evce_connector.config.layers import NOT_SAVED, Layers
from evce_connector.config.merging import at, leaves
from evce_connector.config.secret_keys import Document, Options, key_name, masked, secrets_of, without_secrets


def exported(layers: Layers, options: Options | None = None, *, with_secrets: bool = False) -> str:
    """Return what holds as the text of a file; secrets are left out, and named, unless they are asked for.

    SecretsError when they are and one cannot be decrypted.
    """
    document = {key: value for key, value in layers.document.items() if key != NOT_SAVED}
    if with_secrets:
        layers.need_secrets()
        return tomli_w.dumps(document)
    left_out = [key_name(place) for place in secrets_of(document, options)]
    said = f"# Left out: {', '.join(left_out)}\n" if left_out else ""
    return said + tomli_w.dumps(without_secrets(document, options))


def imported(text: str, layers: Layers, options: Options | None = None) -> Document:
    """Return what is to be saved in place of all that is, secrets encrypted; nothing is changed by this.

    Secrets that the text leaves out, or masks, stay as they are; in lists by the names of their tables.
    ConfigurationError names every key that is wrong, or is set elsewhere to another value.
    """
    return layers.replaced(with_kept_secrets(decoded(text), layers, options))


def differences(before: Document, after: Document, options: Options | None = None) -> list[str]:
    """Say what is new in a document, key by key and without secrets, for the history.

    >>> before = {"evce": {"login": "a", "profile": "v6"}}
    >>> differences(before, {"evce": {"login": "b"}, "logs": {"interval_minutes": 5}})
    ['evce.login is changed', 'evce.profile is left to its default', 'logs.interval_minutes is 5']
    """
    shown, old, new = masked(after, options), dict(leaves(before)), dict(leaves(after))
    said = []
    for place in dict.fromkeys((*old, *new)):
        name = key_name(place)
        if place not in new:
            said.append(f"{name} is left to its default")
        elif old.get(place) != new[place]:
            said.append(f"{name} is {_plain(new[place], at(shown, place))}")
    return said


def _plain(value: Any, shown: Any) -> str:  # noqa: ANN401 - as TOML has it
    """Say a value that may be shown and is short; of others that they are changed."""
    return "changed" if isinstance(value, dict | list) or value != shown else str(value)
