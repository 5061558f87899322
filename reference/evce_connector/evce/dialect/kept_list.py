"""One list, poll after poll: what did not change is not translated again."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pydantic_core import to_json

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.lists import Found, ListPlace
from evce_connector.evce.dialect.objects import Translator
from evce_connector.evce.dialect.pages import Documents
from evce_connector.evce.dialect.paths import Parents
from evce_connector.evce.errors import EvceAnswerError
from evce_connector.site.model import RawList

PAGE = 1000
"""Objects of one page as it is kept, the most that the contract has."""


class Kept(NamedTuple):
    """An object as it was found, its own id, what it depends on of its parents, and what became of it.

    `settled` says that it is the same as long as these are.
    """

    found: Found
    own: Json
    above: Json
    translated: Json
    json: bytes
    settled: bool


class KeptList:
    """Reads one list again and again. What it holds is replaced as a whole, so that other threads may look at it."""

    def __init__(self, place: ListPlace, translator: Translator, id_name: str) -> None:
        self.place = place
        self.translator = translator
        self._id_name = id_name
        self._by_own: dict[Json, Kept] = {}
        self.by_id: dict[int, Kept] = {}
        """The objects of the last list by the contract's ids."""

    def read(self, documents: Documents, above: list[Found]) -> tuple[RawList, list[Found]]:
        """Fetch and translate the list; returns it as the contract has it, and as the controller has it.

        `above` is the latter of the parents' list. EvceShiftedListError when it changes between two pages;
        EvceAnswerError when it is not whole, or an id stands in it twice; another EvceError without a good answer.
        """
        found = self.place.find(documents, above)
        every = self._kept(found)
        by_id: dict[int, Kept] = {}
        name = self._id_name
        count = 0
        for kept in every:
            id_ = kept.translated.get(name) if isinstance(kept.translated, dict) else None
            if isinstance(id_, int) and not isinstance(id_, bool):
                by_id[id_] = kept
                count += 1
        if len(by_id) < count:
            self._refuse_duplicates(every)
        self._by_own = {kept.own: kept for kept in every if kept.settled}
        self.by_id = by_id
        return RawList(_pages([kept.json for kept in every]), [kept.translated for kept in every]), found

    def _kept(self, found: list[Found]) -> list[Kept]:
        """Translate what changed."""
        before = self._by_own
        own_of, depends_on = self.translator.own, self.translator.depends_on
        every: list[Kept] = []
        for one in found:
            value, parents = one
            own, above = own_of(value, parents), depends_on(value, parents)
            last = before.get(own) if own.__class__ is str or own.__class__ is int else None
            if last and last.found.value == value and last.above == above:
                every.append(Kept(one, own, above, last.translated, last.json, settled=True))
            else:
                every.append(self._translated(one, own, above))
        return every

    def _translated(self, found: Found, own: Json, above: Json) -> Kept:
        translated, settled = self.translator.translate(*found)
        hashable = own.__class__ is str or own.__class__ is int
        return Kept(found, own, above, translated, to_json(translated), settled and hashable)

    def one(self, value: Json, parents: Parents) -> Json:
        """Translate a single object; EvceAnswerError where it is none."""
        if not isinstance(value, dict):
            raise EvceAnswerError(
                self.place.objects.one or self.place.where, "there is no object where one is expected"
            )
        return self.translator.translate(value, parents)[0]

    def _refuse_duplicates(self, every: list[Kept]) -> None:
        ids = Counter(kept.own for kept in every if kept.own.__class__ is str or kept.own.__class__ is int)
        twice = next((own for own, times in ids.items() if times > 1), None)
        raise EvceAnswerError(self.place.where, f"the id {str(twice)[:60]} stands in it twice")


def _pages(objects: list[bytes]) -> list[bytes]:
    """Return the contract's pages of a list; one without objects where it is empty."""
    starts = range(0, max(1, len(objects)), PAGE)
    return [b'{"items":[' + b",".join(objects[start : start + PAGE]) + b"]}" for start in starts]
