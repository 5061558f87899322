"""A proposal, and what was answered for it, as they may leave the site: no values quoted, nothing that lets in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from evce_connector.probe.dialect import toml
from evce_connector.probe.dialect.anonymising import BASE, REMOVED, DialectAnonymiser
from evce_connector.probe.dialect.choices import Choice
from evce_connector.probe.dialect.keeping import is_secret
from evce_connector.probe.dialect.proposal import Proposal
from evce_connector.probe.dialect.questions import Question
from evce_connector.probe.neutral import NAMES

_QUOTED = re.compile(r"'([^']*)'")
_NAMING = ("id", "zone_id", "station_id", "logical_connector", "transaction_id")
_READS, _UNREADABLE = "reads ", " cannot be read: "
_NOTHING = "its values are not quoted"
_SHORTEST, _TELLING = 3, 6
"""Letters of a text of the site that would be telling in a remark, and in a question, which is for the site itself."""
_PLAIN_LOGIN = ("kind", "path", "method", "send", "token", "life", "header", "query", "client", "logout")
_PLAIN_LOGIN_FIELDS = ("grant_type", "scope")


def without_quotes(proposal: Proposal, anonymiser: DialectAnonymiser, base: str) -> Proposal:
    """Return a proposal whose remarks quote nothing that the capture does not show; what it means stays."""
    choices = {
        name: replace(
            one, evidence=[told for why in one.evidence if (told := _told(one, why, anonymiser))] or [_NOTHING]
        )
        for name, one in proposal.choices.items()
    }
    words = {
        name: {word: meant for word, meant in table.items() if meant != "?" or word not in anonymiser.gone}
        for name, table in proposal.words.items()
    }
    login_why = proposal.login_why.replace(f"{base}/", f"{BASE}/") if base else proposal.login_why
    return replace(proposal, choices=choices, words=words, login_why=login_why)


def without_secrets(proposal: Proposal, anonymiser: DialectAnonymiser, *, login_is_told: bool) -> Proposal:
    """Return a proposal without names that it holds as values, and without what somebody wrote to let us in."""
    choices = {name: replace(one, said=_named(one, anonymiser)) for name, one in proposal.choices.items()}
    login = _login(proposal.login) if login_is_told else proposal.login
    lists = {kind: _safe(table, anonymiser) for kind, table in proposal.lists.items()}
    writes = {name: _safe(table, anonymiser) for name, table in proposal.writes.items()}
    return replace(proposal, choices=choices, login=login, lists=lists, writes=writes)


def asked(questions: Sequence[Question], anonymiser: DialectAnonymiser) -> list[Question]:
    """Return questions without texts of the site that the capture has not; those about a word need it."""
    return [one if one.name.count(".") > 1 else _neutral(one, anonymiser) for one in questions]


def _neutral(question: Question, anonymiser: DialectAnonymiser) -> Question:
    gone = [text for text in anonymiser.gone if len(text) >= _TELLING and text in question.text]
    asked = question.text
    for text in sorted(gone, key=len, reverse=True):
        asked = asked.replace(text, "...")
    known = [toml.inline(one) for one in question.candidates]
    plain = [
        one
        for one, said in zip(question.candidates, known, strict=True)
        if not any(len(text) >= _TELLING and text in said for text in anonymiser.gone)
    ]
    return replace(question, text=asked, candidates=tuple(plain))


def answers_text(told: Mapping[str, Any], choices: Mapping[str, Choice], anonymiser: DialectAnonymiser) -> str:
    """Write the answers by the names of their questions, without what lets in or names somebody."""
    lines = ["# What was answered to the questions of `evce-connector probe`, by their names; secrets are removed."]
    for name, value in told.items():
        said = _login(value) if name == "login" and isinstance(value, Mapping) else _safe(value, anonymiser)
        choice = choices.get(name)
        if choice is not None:
            said = _named(replace(choice, said=said), anonymiser)
        lines.append(toml.line(name, said))
    return "\n".join(lines) + "\n"


def _told(choice: Choice, why: str, anonymiser: DialectAnonymiser) -> str:
    """Return a piece of evidence as far as it may be told, empty where it may not."""
    if anonymiser.has_secret(why):
        return ""
    if anonymiser.keeps_names:
        return why
    if _UNREADABLE in why:
        why = why.partition(_UNREADABLE)[0] + " cannot be read"
    if why.startswith(_READS) and (
        "{" in why or "..." in why or choice.field in _NAMING or (_table(choice), choice.field) in NAMES
    ):
        return ""
    if '"' in why or any(quoted not in anonymiser.kept for quoted in _QUOTED.findall(why)):
        return ""
    return "" if any(len(text) >= _SHORTEST and text in why for text in anonymiser.gone) else why


def _table(choice: Choice) -> str:
    return choice.table if choice.table in ("system", "reduction") else choice.table.removesuffix("s")


def _named(choice: Choice, anonymiser: DialectAnonymiser) -> Any:  # noqa: ANN401 - what a profile says
    """Return what a choice says, with a neutral name where it says one."""
    kind = NAMES.get((_table(choice), choice.field))
    said = choice.said
    if kind and isinstance(said, Mapping) and isinstance(said.get("value"), str):
        return {**said, "value": anonymiser.name(kind, said["value"])}
    return _safe(said, anonymiser)


def _login(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return `[login]` without texts that somebody wrote into it: they may be what lets in."""
    fields = said.get("fields")
    found = {key: one if key in _PLAIN_LOGIN or _is_open(one) else REMOVED for key, one in said.items()}
    found |= {"scope": said["scope"]} if "scope" in said else {}
    return found | ({"fields": _hidden(fields)} if isinstance(fields, Mapping) else {})


def _hidden(fields: Any) -> Any:  # noqa: ANN401 - tables and lists of what is sent
    if isinstance(fields, Mapping):
        return {key: one if key in _PLAIN_LOGIN_FIELDS else _hidden(one) for key, one in fields.items()}
    if isinstance(fields, list):
        return [_hidden(one) for one in fields]
    return fields if _is_open(fields) else REMOVED


def _is_open(value: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether a value is none or has a placeholder instead of what lets in."""
    return isinstance(value, bool) or (isinstance(value, str) and "{" in value)


def _safe(value: Any, anonymiser: DialectAnonymiser, key: str = "") -> Any:  # noqa: ANN401 - any TOML
    """Return any value of a profile without secrets."""
    if isinstance(value, Mapping):
        return {name: _safe(one, anonymiser, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_safe(one, anonymiser, key) for one in value]
    if isinstance(value, str) and (anonymiser.has_secret(value) or (is_secret(key) and not _is_open(value))):
        return REMOVED
    return value
