"""First contact with a charge controller: find the API, judge every assumption about it, leave a proposal behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from evce_connector.clock import Clock
from evce_connector.evce.convert import Json
from evce_connector.evce.profile import Profile
from evce_connector.probe import bundle, lists, plausible, writing
from evce_connector.probe.anonymising import Anonymiser
from evce_connector.probe.asking import Answer, Asking, Target
from evce_connector.probe.finding import Finding, Spelling, Word, on_trial, spelling
from evce_connector.probe.places import LISTS, Places


@dataclass(frozen=True)
class Contact:
    """What a probe learned: the findings, where the API is, how it spells fields, and every answer it got.

    `moment` is when it was done, `api_version` what the controller says of itself, empty where it says nothing.
    """

    moment: datetime
    api_version: str
    places: Places
    spelled: dict[str, Spelling]
    findings: list[Finding]
    answers: list[Answer]
    texts: dict[str, str]
    about: bundle.About

    @property
    def usable(self) -> bool:
        """Whether nothing is wrong, so that the connector runs with its shipped profile."""
        return all(finding.word is not Word.WRONG for finding in self.findings)

    @property
    def files(self) -> dict[str, str | bytes]:
        """profile.toml, capture.json, stamps.toml and the bundle of them, by their names."""
        return {**self.texts, bundle.NAME: bundle.pack(self.texts, self.about)}

    def write(self, folder: Path) -> list[Path]:
        """Write its files into a folder; returns their paths."""
        return writing.write(folder, self.files)


def make(
    target: Target,
    clock: Clock,
    say: Callable[[str], None],
    *,
    keep_names: bool = False,
    begin: Callable[[Asking], object] = lambda _: None,
    profile: Profile | None = None,
) -> Contact:
    """Probe a controller, read-only; `say` hears each request, and `begin` gets what asks, which another may cut.

    `profile` is on trial in the shipped one's place. ProbeError: no answer, login refused, busy, no API.
    """
    with on_trial(profile):
        return _made(target, clock, say, begin, keep_names=keep_names)


def _made(
    target: Target,
    clock: Clock,
    say: Callable[[str], None],
    begin: Callable[[Asking], object],
    *,
    keep_names: bool,
) -> Contact:
    with Asking(target, clock, say) as asking:
        begin(asking)
        found = lists.find(asking)
        spelled = _spelled(found)
        again = lists.read_list(asking, found, "connectors") if "connectors" in found.paths else []
    now = clock.now()
    reread = spelling("connector", again)
    findings = [*found.findings, *_fields(spelled), *plausible.judge(spelled, reread.rows, now)]
    system = spelled["system"].rows[0] if spelled["system"].rows else {}
    version = str(system.get("api_version") or "")
    anonymiser = Anonymiser(spelled, keep_names=keep_names)
    captured = writing.capture(asking.answers, found, anonymiser)
    site = anonymiser.text("site", str(system.get("name") or ""))
    texts = {
        "profile.toml": writing.profile_text(found, spelled, version),
        "capture.json": json.dumps(captured, ensure_ascii=False, indent=1) + "\n",
        "stamps.toml": writing.stamps_text(findings, site, version, now),
    }
    about = bundle.About(site, version, now, anonymiser.removed)
    return Contact(now, version, found, spelled, findings, asking.answers, texts, about)


def _spelled(found: Places) -> dict[str, Spelling]:
    """Find the spelling of every table; reductions stand in the zones."""
    spelled = {"system": spelling("system", [found.system] if found.system else [])}
    for kind in LISTS:
        table = kind.removesuffix("s")
        spelled[table] = spelling(table, found.lists[kind])
    reductions: list[Json] = [row["reduction"] for row in spelled["zone"].rows if row.get("reduction") is not None]
    spelled["reduction"] = spelling("reduction", reductions)
    return spelled


def _fields(spelled: dict[str, Spelling]) -> Iterator[Finding]:
    for found in spelled.values():
        yield from found.findings
