"""One list, poll after poll: what did not change is not translated again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(slots=True)
class Kept:
    """An object as it was found, its own id, what it depends on of its parents, and what became of it.

    `settled` says that it is the same as long as these are; `id` is the contract's, None where it has none. `text` is
    what was found as JSON, which tells 1 from true; Python does not.
    """

    found: Found
    text: bytes
    own: Json
    above: Json
    translated: Json
    id: int | None
    json: bytes
    settled: bool


@dataclass(frozen=True)
class Reading:
    """A list as it was read once: each object, and those that the contract can number."""

    every: list[Kept]
    by_id: dict[int, Kept]
    above: list[Found]
    """The objects as the parents of those of the next list; they are known to be the same where they are."""

    def raw(self) -> RawList:
        """Return the list as the contract has it."""
        return RawList(_pages([kept.json for kept in self.every]), [kept.translated for kept in self.every])


class KeptList:
    """Reads one list again and again. What it holds is replaced as a whole, so that other threads may look at it."""

    def __init__(self, place: ListPlace, translator: Translator, id_name: str) -> None:
        self.place = place
        self.translator = translator
        self._id_name = id_name
        self._by_own: dict[Json, Kept] = {}
        self.by_id: dict[int, Kept] = {}
        """The objects of the last list by the contract's ids."""

    @property
    def last(self) -> Mapping[Json, Kept]:
        """The objects of the last list by their own ids, those that are the same as long as they read the same."""
        return self._by_own

    def forget(self) -> None:
        """Translate everything anew the next time."""
        self._by_own = {}

    def read(self, documents: Documents, above: list[Found], before: Mapping[Json, Kept]) -> Reading:
        """Fetch and translate the list; `above` are the objects of the parents' list, read just now.

        `before` is `last` as it was when the poll began: what is the same in parents is so since then.

        EvceShiftedListError when it changes between two pages; EvceAnswerError when it is not whole, or an id stands in
        it twice; another EvceError without a good answer.
        """
        reading = Reading([], {}, [])
        own_of, depends_on = self.translator.own, self.translator.depends_on
        keep, pass_on = reading.every.append, reading.above.append
        for one in self.place.find(documents, above):
            value, parents, same = one
            own = own_of(value, parents)
            kept = before.get(own) if own.__class__ is str or own.__class__ is int else None
            known = kept is not None and (same or value is kept.found.value)
            text = kept.text if kept is not None and known else to_json(value)
            same = kept is not None and text == kept.text
            if kept is not None and same and _is_same(kept.above, depends_on(value, parents)):
                kept.found = one  # so that nothing of older documents is kept
            else:
                kept = self._translated(one, text, own, documents.now)
            keep(kept)
            pass_on(one if one.same is same else Found(value, parents, same))
            if kept.id is not None:
                if kept.id in reading.by_id:
                    raise EvceAnswerError(self.place.where, f"the id {str(own)[:60]} stands in it twice")
                reading.by_id[kept.id] = kept
        return reading

    def take(self, reading: Reading) -> None:
        """Make a reading the last one; those of one poll together, for one tells what is the same in another."""
        self._by_own = {kept.own: kept for kept in reading.every if kept.settled}
        self.by_id = reading.by_id

    def _translated(self, found: Found, text: bytes, own: Json, now: Json) -> Kept:
        value, parents, _ = found
        translated, settled = self.translator.translate(value, parents, now)
        id_ = translated.get(self._id_name) if isinstance(translated, dict) else None
        number = id_ if isinstance(id_, int) and not isinstance(id_, bool) else None
        settled = settled and (own.__class__ is str or own.__class__ is int)
        above = self.translator.depends_on(value, parents)
        return Kept(found, text, own, above, translated, number, to_json(translated), settled)

    def one(self, value: Json, parents: Parents, now: Json) -> Json:
        """Translate a single object at the site's time `now`; EvceAnswerError where it is none."""
        if not isinstance(value, dict):
            raise EvceAnswerError(
                self.place.objects.one or self.place.where, "there is no object where one is expected"
            )
        return self.translator.translate(value, parents, now)[0]


def _is_same(before: Json, now: Json) -> bool:
    """Compare what objects depend on of their parents, mostly nothing, without taking 1 for true."""
    return before == now and (now == () or to_json(before) == to_json(now))


def _pages(objects: list[bytes]) -> list[bytes]:
    """Return the contract's pages of a list; one without objects where it is empty."""
    starts = range(0, max(1, len(objects)), PAGE)
    return [b'{"items":[' + b",".join(objects[start : start + PAGE]) + b"]}" for start in starts]
