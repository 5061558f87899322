"""Asks for what a search cannot go on without: how to log in, and where lists are that it did not find."""

from __future__ import annotations

from collections.abc import Sequence

from evce_connector.probe.dialect import questions
from evce_connector.probe.dialect.entrance import NothingFoundError, UnknownLoginError
from evce_connector.probe.dialect.more_headers import UnknownHeaderError
from evce_connector.probe.dialect.questions import Question
from evce_connector.probe.dialect.roles import KINDS

_FIELDS = {"login": "{login}", "password": "{password}"}
_WAYS = (
    {"kind": "key", "header": "X-API-Key"},
    {"kind": "token", "path": "/login", "fields": _FIELDS, "token": "token"},
    {"kind": "basic"},
)
"""How controllers let in, for whoever is asked and shown nothing by the controller."""


def login(error: UnknownLoginError) -> list[Question]:
    """Ask how to log in."""
    return questions.of([("login", str(error), error.ways or list(_WAYS))])


def header(error: UnknownHeaderError) -> list[Question]:
    """Ask what a header carries that each request has to have."""
    return questions.of([("headers", str(error), [{error.name: "{login}"}])])


def lists(error: NothingFoundError) -> list[Question]:
    """Ask where all lists are."""
    texts = [f"At which path are the zones? {error}", *(f"At which path are the {kind}?" for kind in KINDS[1:])]
    return questions.of([(kind, text, [f"/{kind}"]) for kind, text in zip(KINDS, texts, strict=True)])


def some_lists(lacking: Sequence[str], paths: Sequence[str]) -> list[Question]:
    """Ask where some lists are; `paths` are those at which something was read."""
    return questions.of(
        [
            (kind, f"At which path are the {kind}? Nothing that was read looks like them.", [*paths, f"/{kind}"])
            for kind in lacking
        ]
    )
