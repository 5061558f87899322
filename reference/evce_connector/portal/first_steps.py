"""What leads from nothing to values in Building Operation, step by step, each looked at by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from evce_connector.config.layers import Layers
from evce_connector.portal.details import Group, groups_of
from evce_connector.portal.listing import Listing, listing
from evce_connector.portal.parts import Parts
from evce_connector.portal.tried import Reached
from evce_connector.processors.setup import EvceSetupProcessor
from evce_connector.processors.unreadable import is_good

KEYS = (
    "evce.base_url",
    "evce.login",
    "evce.password",
    "evce.authentication",
    "evce.verify_tls",
    "evce.profile",
    "ews.address",
    "ews.username",
    "ews.password",
)
"""What the form asks for; all else has a default, or is in Details."""
DONE, NEXT, LATER = "Done", "Next", "Later"
AT = "%Y-%m-%d %H:%M:%S UTC"
COLUMNS = ("Step", "State", "What is to be seen, and done")


@cache
def asked() -> tuple[Group, ...]:
    """Return the fields of the form, in the guide's groups."""
    groups = (
        Group(group.title, tuple(one for one in group.fields if one.key in KEYS))
        for group in groups_of(EvceSetupProcessor)
    )
    return tuple(group for group in groups if group.fields)


def steps(parts: Parts, layers: Layers, reached: Reached) -> Listing:
    """Say of each step whether it is done, given how far the last try came; the first that is not comes next."""
    rows, before = [], True
    for title, done, words in _looked(parts, layers, reached):
        rows.append((title, DONE if done else NEXT if before else LATER, words))
        before = before and done
    return listing("From nothing to values in Building Operation", COLUMNS, rows)


def _looked(parts: Parts, layers: Layers, reached: Reached) -> Iterator[tuple[str, bool, str]]:
    """Yield each step, whether it is done, and what is to be seen."""
    interface = parts.items.interface
    starting = parts.desk.unused()
    yield _filled_in("Charge controller", "evce.", layers, starting or parts.controller)
    yield from _controller(is_good(str(interface.get("EvceState") or "")), reached)
    yield _filled_in("EWS server", "ews.", layers, starting or parts.ews.address)
    trouble = parts.ews.trouble()
    yield "The EWS server serves", not trouble, trouble or f"At {parts.ews.address}."
    yield "EvceSetupProcessor has made the site", parts.items.index is not None, _setup(parts)
    state = str(interface.get("EvceState") or "")
    yield "EvceProcessor polls", is_good(state), f"EvceState: {state}." if state else "No poll yet."
    seen = next(reversed(parts.ews.requests.copy()), None)
    words = "Add an EcoStruxure Web Services interface there with this address, user and password, and browse it."
    if seen is not None:
        words = f"{seen.user or 'Somebody'} from {seen.client} asked last at {seen.time:{AT}}."
    yield "Building Operation asks", seen is not None, words


def _filled_in(title: str, table: str, layers: Layers, done: str) -> tuple[str, bool, str]:
    """Say what is still to be filled in of a table of the settings."""
    labels = {field.key: field.label for group in asked() for field in group.fields}
    unset = [labels[key] for key in layers.missing() if key.startswith(table)]
    return title, not unset, f"Fill in {', '.join(unset)} below, and save." if unset else done


def _controller(polled: bool, reached: Reached) -> Iterator[tuple[str, bool, str]]:
    """Yield what a poll shows at once, and a try before anything is saved."""
    for title, far in (
        ("The charge controller answers", Reached.ANSWERS),
        ("It takes the login", Reached.LOGGED_IN),
        ("Its API is as the profile says", Reached.FITS),
    ):
        if polled:
            yield title, True, "EvceProcessor polls it."
        elif reached >= far:
            yield title, True, "Test connection has found it so."
        else:
            yield title, False, "Press Test connection below: it says what is in the way."


def _setup(parts: Parts) -> str:
    """Say what set-up came to, or what it needs."""
    last = parts.items.interface.get("LastSetup")
    if parts.items.index is not None:
        return f"It ran last at {last:{AT}}." if isinstance(last, datetime) else "It has run."
    if not parts.host.configurations():
        return (
            "It runs by itself once the settings are complete; or add it as in the guide, by Configurations > Add New."
        )
    return str(parts.items.interface.get("SetupState") or "It has not run yet: see Configurations.")
