"""Finds the dialect of a controller of which only URL, login and password are known: read-only, within a budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evce_connector.clock import Clock
from evce_connector.evce.dialect.paths import word_of
from evce_connector.probe.asking import Asking, Target
from evce_connector.probe.dialect import (
    asked_of,
    checks,
    doubts,
    openapi,
    places,
    proof,
    questions,
    reductions,
    roles,
    survey,
    systems,
    unfound,
)
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.doubts import Seen
from evce_connector.probe.dialect.entrance import NothingFoundError, UnknownLoginError, enter
from evce_connector.probe.dialect.former import KnownPlaces
from evce_connector.probe.dialect.growth import growth_of
from evce_connector.probe.dialect.leftovers import GUESS
from evce_connector.probe.dialect.listings import Document, lists_in
from evce_connector.probe.dialect.more_headers import UnknownHeaderError
from evce_connector.probe.dialect.paging import Pager, Paging, lengths_of, of_one
from evce_connector.probe.dialect.proof import Proof
from evce_connector.probe.dialect.proposal import Proposal, login_said
from evce_connector.probe.dialect.questions import Question
from evce_connector.probe.dialect.reading_pages import whole
from evce_connector.probe.dialect.roles import KINDS, Roles
from evce_connector.probe.dialect.seen_words import of as seen_of
from evce_connector.probe.dialect.survey import Survey
from evce_connector.probe.dialect.walk import Walk, each_of

REQUESTS_MAX = 2000
"""Requests after which the search gives up."""
PAUSES = 60
"""Pauses between requests, between two readings of a meter that is to tell its unit by how it grows."""
ASKED, HIGH = Confidence.ASKED, Confidence.HIGH


@dataclass
class Found:
    """What a search found: `profile` is empty where too little was, `requests` how many it took."""

    base: str
    login: str
    choices: Mapping[str, Choice]
    questions: list[Question]
    requests: int
    profile: str = ""
    proof: Proof = field(
        default_factory=lambda: Proof(None, "no profile can be proposed before the questions are answered")
    )
    lists: Mapping[str, str] = field(default_factory=dict)

    unused: list[str] = field(default_factory=list)
    """Names of answers that belong to nothing."""
    vocabularies: list[str] = field(default_factory=list)
    """Of each enumeration which words were seen, and which were not."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    places: KnownPlaces = field(default_factory=KnownPlaces)
    refused: str = ""
    """Which requests were refused, in words; empty when none was."""
    tried: list[dict[str, Any]] = field(default_factory=list)
    proposal: Proposal | None = None
    guessed: frozenset[str] = frozenset()
    """Names of fields for which nothing but values spoke."""

    @property
    def form(self) -> str:
        """The questions as a file to fill in, with what is answered and where things were found."""
        return questions.form(self.questions, self.answers, self.places.as_table())


def find(
    target: Target,
    clock: Clock,
    say: Callable[[str], None],
    answers: Mapping[str, Any] | None = None,
    begin: Callable[[Asking], object] = lambda _: None,
    former: KnownPlaces | None = None,
) -> Found:
    """Find the dialect; `say` hears each request, `answers` are those of a person by the names of what they answer.

    `former` is where an earlier search found things: they are looked for there first, and what is found now is kept in
    it, also of a search that breaks off. ProbeError: no answer, login refused, busy, nothing found, or more requests
    than the budget.
    """
    told, kept = dict(answers or {}), former if former is not None else KnownPlaces()
    kept.origin = target.origin
    with Asking(kept.below(target), clock, say, REQUESTS_MAX) as asking:
        begin(asking)
        try:
            found = _found(asking, told, kept)
        except BaseException:  # who waits no longer, too, begins there next time
            kept.broken_off(asking.answers)
            raise
        found.answers, found.places, found.refused = told, kept, asking.refused
        found.questions, found.tried = questions.answered(found.questions, told), asking.tried
        return found


def _found(asking: Asking, told: dict[str, Any], kept: KnownPlaces) -> Found:
    known_login = kept.answering(told)
    asking.about = "the way in"
    try:
        way, base, known = enter(asking, told | known_login)
    except UnknownLoginError as error:
        return Found("", "", {}, unfound.login(error), len(asking.answers))
    except UnknownHeaderError as error:
        return Found("", "", {}, unfound.header(error), len(asking.answers))
    except NothingFoundError as error:
        return Found("", "", {}, unfound.lists(error), len(asking.answers))
    kept.entered(base, way.table)
    why = "as an earlier probe found it" if known_login else way.evidence
    return _Search(asking, base, told, [*known, *kept.read], kept).run(why, login_said(way.table), way.headers)


class _Search:
    def __init__(
        self, asking: Asking, base: str, answers: dict[str, Any], known: list[str], former: KnownPlaces
    ) -> None:
        self.former = former
        self.asking = asking
        self.known = known
        self.answers = answers
        self.walk = Walk(asking, base)
        self.pager = Pager(self.walk)
        self.documents: dict[str, Document] = {}
        self.paging: dict[str, Paging] = {}

    def run(self, login_why: str, login: dict[str, Any], headers: Mapping[str, str]) -> Found:
        """Look, judge, propose, and read the site through the proposal."""
        listed = {name: path for name in ("system", *KINDS) if isinstance(path := self.answers.get(name), str)}
        for path in self.known:
            self.walk.get(path)
        found = self._lists(listed)
        for kind in [kind for kind, one in found.lists.items() if one.each and kind not in self.paging]:
            listing = found.lists[kind]
            self.paging[kind] = self.pager.find(of_one(listing), lengths_of(listing))
        self.documents = {one.path: one for one in self.walk.documents}
        lacking = [kind for kind in KINDS if kind not in found.lists]
        if lacking:
            return self._without(lacking, found, login)
        seen = self._surveyed(found)
        system = self._system(found, seen)
        self.former.found(found, system.path if system else "")
        places.parents(found, seen)
        places.identities(seen)
        doubts.doubt(Seen(seen, found, self.paging, self.walk.attempts.languages()))
        tables = places.list_tables(found, system, self.paging, seen)
        self.asking.about = "single objects"
        places.singles(self.walk, found, seen, tables)
        writes = self._writes(seen, tables)
        asked = asked_of.gather(self.walk, seen, tables, self.paging, set(writes) - set(self.answers))
        unused = asked_of.answer(self.answers, seen, tables)
        seen_words = seen_of(seen)
        proposal = Proposal(
            api_version=self._api_version(seen, system),
            login=login,
            headers=headers,
            login_why=login_why,
            system_path=system.path if system else "",
            choices=seen.choices,
            lists=tables,
            lists_why={kind: self._why(kind, found) for kind in KINDS},
            words=seen.tables,
            writes=writes,
            seen_words=seen_words,
            base_url=self.asking.target.origin + self.walk.base,
        )
        self.asking.about = "the whole site, through the proposal"
        read = proof.read(self.asking, self.walk.base, proposal.text())
        self._doubt(seen, read)
        return Found(
            self.walk.base,
            login_why,
            seen.choices,
            asked,
            len(self.asking.answers),
            proposal.text(),
            read,
            proposal.lists_why,
            unused,
            vocabularies=[text for texts in seen_words.values() for text in texts],
            proposal=proposal,
            guessed=_guessed(seen),
        )

    def _lists(self, told: dict[str, str]) -> Roles:
        """Find the lists: where they were before, and where they are not there any more, as if nobody knew."""
        before = self.former.seen_as(told)
        for path in self.former.documents:
            self.walk.get(path)
        found = each_of(self.walk, self._paged(self.walk.explore(before)), before)
        if before != told and any(kind not in found.lists for kind in KINDS):
            found = each_of(self.walk, self._paged(self.walk.explore(told)), told)
        return found

    def _why(self, kind: str, found: Roles) -> str:
        paged = self.paging.get(kind)
        return found.why[kind] + (f". {paged.why}" if paged else "")

    def _paged(self, found: Roles) -> Roles:
        """Find how the lists come in pages, and read them whole."""
        self.asking.about = "how lists come in pages"
        replaced: dict[str, Document] = {}
        for kind in sorted(found.lists, key=lambda kind: -len(found.lists[kind].objects)):
            listing = found.lists[kind]
            if listing.inside is not None or listing.document.path in replaced:
                continue
            others = [
                one for one in found.lists.values() if one.document.path == listing.document.path and one.inside is None
            ]
            told = self.answers.get(f"{kind}.pages")
            if len(others) > 1 or told is False:
                continue
            if isinstance(told, dict) and "by" in told:
                paged = Paging(dict(told), "as answered", unsure=True)
            else:
                paged = self.pager.find(listing)
            self.paging[kind] = paged
            document = whole(self.walk, listing, paged.pages) if paged.pages else None
            if document is not None:
                replaced[listing.document.path] = document
        if not replaced:
            return found
        lists = [one for document in self.walk.documents for one in lists_in(replaced.get(document.path, document))]
        return roles.tell(lists, self.walk.paths)

    def _surveyed(self, found: Roles) -> Survey:
        """Read the fields; where nothing and nobody tells the unit of energy, once more later, to see how it grew."""
        seen = _survey(found)
        energy = seen.choices.get("connectors.active_energy")
        power = seen.choices.get("connectors.active_power")
        listing = found.lists["connectors"]
        if (
            energy is None
            or power is None
            or energy.name in self.answers
            or energy.confidence is not ASKED
            or "active_energy" not in seen.matched["connectors"]
        ):
            return seen
        clock = self.asking.clock
        begun = self.walk.read_at[listing.document.path]
        until = begun + PAUSES / self.asking.target.requests_per_second
        while (left := until - clock.monotonic()) > 0:
            self.asking.rest(left)
        growth = growth_of(self.walk, seen, listing, clock.monotonic() - begun)
        return _survey(found, growth) if growth else seen

    def _system(self, found: Roles, seen: Survey) -> Document | None:
        without = [one.items for one in found.lists.values() if one.inside is None]
        return systems.find(seen, list(self.documents.values()), without)

    def _api_version(self, seen: Survey, system: Document | None) -> str:
        """Return what the controller says of its API's version, so that nothing is told of another."""
        matched = seen.matched["system"].get("api_version")
        said = seen.choices["system.api_version"].said
        if isinstance(said, dict) and said.get("value"):
            return str(said["value"])
        if system is None or matched is None:
            seen.choices["system.api_version"].said = {"value": "1"}
            return "1"
        return word_of(matched.source.values[0]) or "1"

    def _writes(self, seen: Survey, tables: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return the writes: as answered, else as an OpenAPI document has them."""
        offered = openapi.writes(self.walk, seen, tables)
        return {
            name: table
            for name in ("reduction", "availability")
            if (table := self.answers.get(name, offered.get(name)))
        }

    def _doubt(self, seen: Survey, read: Proof) -> None:
        """Doubt what cannot be read through the profile after all."""
        for path, why in read.unreadable.items():
            kind = path.partition("/")[0].partition("[")[0]
            for choice in seen.choices.values():
                spelled = choice.field.replace("_", "")
                if choice.table == kind and path.rpartition("/")[2].lower().startswith(spelled):
                    choice.doubt(ASKED, f"{path} cannot be read: {why}")

    def _without(self, lacking: list[str], found: Roles, login: dict[str, Any]) -> Found:
        """Ask where lists are that were not found."""
        self.former.broken_off(self.asking.answers)
        return Found(
            self.walk.base,
            str(login.get("kind")),
            {},
            unfound.some_lists(lacking, list(self.documents)),
            len(self.asking.answers),
            lists=dict(found.why),
        )


def _survey(found: Roles, growth: Mapping[str, float] | None = None) -> Survey:
    seen = survey.read(found, growth)
    reductions.read(seen)
    checks.hang_together(seen, found)
    return seen


def _guessed(seen: Survey) -> frozenset[str]:
    return frozenset(
        f"{kind}.{name}"
        for kind, fields in seen.matched.items()
        for name, match in fields.items()
        if match.margin == GUESS
        and (choice := seen.choices.get(f"{kind}.{name}")) is not None
        and choice.confidence is not Confidence.HIGH
    )
