"""Undoes a new address of the pages or of the EWS server that nobody has confirmed: it may have shut its author out."""

from __future__ import annotations

import logging
from copy import deepcopy
from datetime import datetime
from typing import Any

from evce_connector.clock import Clock
from evce_connector.config import ConfigurationError
from evce_connector.config.secret_keys import Document
from evce_connector.host.loaded import Loaded
from evce_connector.persistence.settings import Settings, SettingsError
from evce_connector.portal.new_addresses import WITHIN, NewAddresses

LOGGER = logging.getLogger("evce_connector")
BY = "the connector"
"""Who saves the version that has the former addresses again."""
ADDRESSES = (
    ("portal", "enabled"),
    ("portal", "address"),
    ("portal", "certificate"),
    ("portal", "private_key"),
    ("portal", "allow_plain_http"),
    ("ews", "address"),
)
"""Keys that say where pages and EWS server are found."""


def new_addresses(confirmed: Loaded | None, loaded: Loaded, clock: Clock) -> NewAddresses | None:
    """Return what is to be confirmed of what a connector has started with; None when nothing is.

    `confirmed` is what was confirmed last. What file or environment say need not be, nor the first address of the EWS
    server: nobody has found it at another one.
    """
    if confirmed is None or confirmed.number == loaded.number:
        return None
    changes = []
    for section, key in _in_question(confirmed, loaded):
        old, new = (getattr(getattr(one.configuration, section), key) for one in (confirmed, loaded))
        if new != old:
            changes.append(f"{section}.{key} is {new}, and was {old}")
    if not changes:
        return None
    LOGGER.warning("%s. The pages ask to confirm that within %.0f s, or it is undone.", "; ".join(changes), WITHIN)
    return NewAddresses(changes, clock)


def undo(settings: Settings, confirmed: Loaded, loaded: Loaded, at: datetime) -> str:
    """Save the settings with the former addresses, and return what was done; all else that was saved since stays.

    Empty when the newest settings have them already. SettingsError when these cannot be read or saved, or not be used
    with the former addresses.
    """
    former = _former(settings, confirmed)
    newest = settings.current()
    if newest is None:
        raise SettingsError("There are no saved settings any more.")
    document = deepcopy(newest.document)
    for section, key in _in_question(confirmed, loaded):
        if key in former.get(section, {}):
            document.setdefault(section, {})[key] = former[section][key]
        else:
            document.get(section, {}).pop(key, None)
    document = {name: one for name, one in document.items() if one != {}}
    if document == newest.document:
        return ""
    try:
        loaded.layers(document).configuration(unfinished=True)
    except ConfigurationError as error:
        raise SettingsError(f"What is saved cannot be used with the former addresses: {error}") from error
    words = f"Back to the former addresses: nobody confirmed the new ones within {WITHIN:.0f} s"
    settings.save(document, BY, words, at, base=newest.number)
    LOGGER.warning("%s.", words)
    return words


def _in_question(confirmed: Loaded, loaded: Loaded) -> list[tuple[str, str]]:
    """Return the keys whose saved values hold, and that somebody may have relied on."""
    relied_on = [place for place in ADDRESSES if place[0] == "portal" or not confirmed.configuration.lacking]
    return [place for place in relied_on if not loaded.start.sets(*place)]


def _former(settings: Settings, confirmed: Loaded) -> Document:
    """Return what was saved when the addresses were confirmed; only those where that is not kept any more."""
    found = [one.document for one in settings.versions() if one.number == confirmed.number]
    if found or not confirmed.number:
        return found[0] if found else {}
    former: dict[str, dict[str, Any]] = {}
    for section, key in ADDRESSES:
        value = getattr(getattr(confirmed.configuration, section), key)
        if value is not None:
            former.setdefault(section, {})[key] = value
    return former
