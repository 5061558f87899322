"""What the probe of a dialect leaves: the profile, the answers that it reads, what is verified, and a bundle of all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.declared import Dialect
from evce_connector.evce.dialect.lists import ListPlace
from evce_connector.probe import bundle, writing
from evce_connector.probe.asking import Target
from evce_connector.probe.dialect import handing_on, questions
from evce_connector.probe.dialect.anonymising import BASE, DialectAnonymiser
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.marks import template
from evce_connector.probe.dialect.proof import Exchange, Proof
from evce_connector.probe.dialect.proposal import Proposal
from evce_connector.probe.dialect.report import PROFILE, QUESTIONS
from evce_connector.probe.dialect.search import Found
from evce_connector.probe.finding import Finding, Word, part, shipped


@dataclass(frozen=True)
class Evidence:
    """The files by their names, and what was removed of what was answered, how many of each kind."""

    files: Mapping[str, str | bytes]
    removed: Mapping[str, int]


def leave(
    found: Found, told: Mapping[str, Any], target: Target, moment: datetime, *, keep_names: bool = False
) -> Evidence:
    """Return what a search leaves; `told` are the answers that it was given, `moment` is when it was made (UTC).

    Without a profile there are the questions alone, and with one that cannot be loaded the profile besides.
    """
    files: dict[str, str | bytes] = {}
    dialect = found.proof.profile.dialect if found.proof.profile else None
    if found.proposal is None or dialect is None:
        files |= {PROFILE: found.profile} if found.profile else {}
        return Evidence(files | {QUESTIONS: found.form}, {})
    secrets = (target.password, target.login)
    documents = [(one.path, one.answer.document) for one in found.proof.answers]
    anonymiser = DialectAnonymiser(dialect, documents, found.guessed, secrets, keep_names=keep_names)
    capture = _capture(found.proof, dialect, anonymiser)
    site, version = _site(found.proof, anonymiser)
    stamps = writing.stamps_text(_findings(found), site, version, moment)
    proposal = handing_on.without_quotes(found.proposal, anonymiser, found.base)
    home = _texts(proposal, told, anonymiser) | {bundle.CAPTURE: capture, bundle.STAMPS: stamps}
    about = bundle.About(site, version, moment, anonymiser.removed)
    asked = handing_on.asked(found.questions, anonymiser)
    files |= {
        QUESTIONS: questions.form(asked, found.answers, found.places.as_table()),
        PROFILE: proposal.text(),
        bundle.CAPTURE: capture,
        bundle.STAMPS: stamps,
        bundle.NAME: bundle.pack(home, about),
    }
    return Evidence(files, anonymiser.removed)


def _texts(proposal: Proposal, told: Mapping[str, Any], anonymiser: DialectAnonymiser) -> dict[str, str]:
    """Return profile and answers as the bundle has them."""
    safe = handing_on.without_secrets(proposal, anonymiser, login_is_told="login" in told)
    answers = {bundle.ANSWERS: handing_on.answers_text(told, proposal.choices, anonymiser)} if told else {}
    return {bundle.PROFILE: safe.text()} | answers


def _capture(proof: Proof, dialect: Dialect, anonymiser: DialectAnonymiser) -> str:
    exchanges = [_exchange(one, _told(dialect, one.path), anonymiser) for one in proof.answers]
    return json.dumps({"exchanges": exchanges}, ensure_ascii=False, indent=1) + "\n"


def _exchange(one: Exchange, told: Mapping[str, str], anonymiser: DialectAnonymiser) -> dict[str, Json]:
    answer = one.answer
    row: dict[str, Json] = {
        "method": answer.method,
        "path": BASE + anonymiser.path(one.path),
        "query": anonymiser.query(one.query, told),
        "status": answer.status,
    }
    link = anonymiser.link(answer.headers.get("Link", ""), one.path, told)
    row |= {"headers": {"Link": link}} if link else {}
    return row | {"body": anonymiser.body(answer.document, one.path, told)}


def _told(dialect: Dialect, path: str) -> Mapping[str, str]:
    """Return the query that the profile itself has for a request."""
    for objects in (dialect.zones, dialect.stations, dialect.connectors):
        if template(ListPlace(dialect, objects, None).where).fullmatch(path):
            return objects.query
    return {}


def _site(proof: Proof, anonymiser: DialectAnonymiser) -> tuple[str, str]:
    """Return the neutral name of the site, and the version of its API."""
    system = proof.raw.system if proof.raw and isinstance(proof.raw.system, dict) else {}
    spelled = shipped().fields["system"]
    name, version = (system.get(spelled[one]) for one in ("name", "api_version"))
    said = version if isinstance(version, str) and not anonymiser.has_secret(version) else ""
    return anonymiser.name("site", name) if isinstance(name, str) else "", said


def _findings(found: Found) -> Iterator[Finding]:
    """Yield the fields of the contract that are surely found, and were read somewhere.

    A dialect's calls and pages are none of the contract's: nothing is said of them.
    """
    for choice in found.choices.values():
        table = choice.table if choice.table in ("system", "reduction") else choice.table.removesuffix("s")
        spelled = shipped().fields.get(table, {}).get(choice.field)
        if spelled and choice.confidence is Confidence.HIGH and _is_read(choice, spelled, found.proof):
            yield Finding(part(table, choice.field), "field", Word.VERIFIED, str(choice.said))


def _is_read(choice: Choice, spelled: str, proof: Proof) -> bool:
    if proof.raw is None or (isinstance(choice.said, dict) and "value" in choice.said):
        return False
    kind = "zones" if choice.table == "reduction" else choice.table
    unreadable = {(path.partition("/")[0], last) for path in proof.unreadable for last in path.split("/")[1:]}
    return (kind, spelled) not in unreadable and any(one.get(spelled) is not None for one in _rows(choice.table, proof))


def _rows(table: str, proof: Proof) -> list[Mapping[str, Json]]:
    """Return the objects of a table in the contract's terms."""
    if proof.raw is None:
        return []
    rows = [proof.raw.system] if table == "system" else _list(proof, "zones" if table == "reduction" else table)
    if table == "reduction":
        key = shipped().fields["zone"]["reduction"]
        rows = [row[key] for row in rows if isinstance(row, dict) and row.get(key)]
    return [row for row in rows if isinstance(row, dict)]


def _list(proof: Proof, kind: str) -> list[Json]:
    return list(getattr(proof.raw, kind).objects)
