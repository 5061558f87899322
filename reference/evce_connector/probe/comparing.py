"""How a probed controller differs from a profile that somebody is about to use, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from evce_connector.evce.profile import Profile
from evce_connector.probe.contact import Contact
from evce_connector.probe.finding import PROPOSED, Finding, Word, part
from evce_connector.probe.places import LISTS


def otherwise(contact: Contact, profile: Profile) -> list[str]:
    """Say what the controller spells otherwise than a profile does: paths, then fields by the contract's names."""
    return [*_paths(contact, profile), *_fields(contact, profile)]


def wrong_besides(contact: Contact) -> list[Finding]:
    """Return what is wrong and no profile or base path would mend."""
    return [
        finding
        for finding in contact.findings
        if finding.word is Word.WRONG and finding.advice != PROPOSED and finding.part != "base path"
    ]


def _paths(contact: Contact, profile: Profile) -> Iterator[str]:
    for kind in ("system", *LISTS):
        found, expected = contact.places.paths.get(kind), profile.paths[kind]
        if found is not None and found != expected:
            yield (
                f"{kind} are at {found}, not at {expected}" if kind in LISTS else f"it is at {found}, not at {expected}"
            )


def _fields(contact: Contact, profile: Profile) -> Iterator[str]:
    for table, spelled in contact.spelled.items():
        for name, found in spelled.fields.items():
            if found != (expected := profile.fields[table][name]):
                yield f"{part(table, name)} is spelled {found}, not {expected}"
