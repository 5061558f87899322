"""Variables of the environment that are meant for the connector, and that no key reads."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from evce_connector.config.key import KEY, KEY_FILE
from evce_connector.config.loading import ENVIRONMENT
from evce_connector.config.model import Configuration


def unread(environment: Mapping[str, str]) -> Iterator[str]:
    """Say of each variable that begins as the connector's, and is none, which one was probably meant.

    That is a warning and no refusal: who sets the environment of a service is not always who configures the connector,
    and a variable of another meaning must not keep a site from its values.

    >>> list(unread({"EVCE_CONNECTOR_EVCE_PASWORD": "secret"}))
    ['EVCE_CONNECTOR_EVCE_PASWORD in the environment sets nothing (did you mean EVCE_CONNECTOR_EVCE_PASSWORD?).']
    """
    known = {KEY, KEY_FILE} | {
        f"{ENVIRONMENT}{section}_{key}".upper()
        for section, field in Configuration.model_fields.items()
        for key in getattr(field.annotation, "model_fields", ())
    }
    for name in sorted(environment):
        if name.upper().startswith(ENVIRONMENT) and name not in known:
            meant = _suggestion(name.upper().removeprefix(ENVIRONMENT), known)
            yield f"{name} in the environment sets nothing{meant}."


def _suggestion(ending: str, known: Iterable[str]) -> str:
    """Name the variable that was probably meant, by what follows the beginning that all have."""
    close = difflib.get_close_matches(ending, sorted(name.removeprefix(ENVIRONMENT) for name in known), 1)
    return f" (did you mean {ENVIRONMENT}{close[0]}?)" if close else ""
