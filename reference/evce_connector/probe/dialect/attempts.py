"""Which paths a controller may have: what its own words hint at, then what such ones are usually called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product, zip_longest

from evce_connector.evce.convert import Json
from evce_connector.probe.dialect import names
from evce_connector.probe.dialect.listings import Document, Listing, lists_in
from evce_connector.probe.dialect.names import is_noun, plain, split, words
from evce_connector.probe.dialect.roles import KINDS, columns_of

_HINTS = 25
"""Nouns by which objects name others that are tried at most."""
_NAMES = frozenset({"id", "uid", "uuid", "guid", "key", "ref", "no", "number", "code", "pk", "name"})
"""What a name ends with that names another object."""
_SHORTEST, _EVIDENT = 3, 3
"""Letters of a word that tells the language, and such words that a controller must use to be taken to speak it."""


class Attempts:
    """Yields paths to try; `read` returns what was read so far, which tells how things are called and spelled here."""

    def __init__(self, read: Callable[[], list[Document]]) -> None:
        self._read = read

    def _lists(self) -> list[Listing]:
        return [one for document in self._read() for one in lists_in(document)]

    def composed_system(self) -> Iterator[str]:
        """Yield paths of two words for who answers, as they are spelled here."""
        known, style = words()["requests"], self.style
        for after, before in product(known["system_after"], known["system_before"]):
            yield from (f"/{spellings(f'{before}-{after}')[style]}{below}" for below in known["system_below"])

    def of_system(self) -> list[str]:
        """Return paths of who answers in other languages: those that are spoken here, all where nothing answers."""
        spoken_here = names.languages() if not self._read() else self.languages()
        return [path for language in spoken_here for path in names.nouns("system", language)]

    def languages(self) -> list[str]:
        """Return the languages but English of which what was read has words, the one with the most of them first."""
        read = {word for document in self._read() for key in _keys(document.value) for word in split(key)}
        paths = {word for document in self._read() for word in split(document.path)}
        found = Counter(language for word in read | paths if len(word) >= _SHORTEST for language in names.spoken(word))
        return [language for language, count in found.most_common() if count >= _EVIDENT]

    def in_language(self, kind: str) -> Iterator[str]:
        """Yield nouns of the languages that are spoken here."""
        for language in self.languages():
            yield from (f"/{spelled}" for noun in names.nouns(kind, language) for spelled in spellings(noun))

    def foreign(self, kind: str) -> Iterator[str]:
        """Yield nouns of all languages but English, one after another the first of each, then the next."""
        rows = zip_longest(*(names.nouns(kind, language) for language in names.languages()))
        yield from (f"/{noun}" for row in rows for noun in row if noun)

    def nouns(self, kind: str) -> list[str]:
        """Return what a list may be called here: in the languages that are spoken here, then in English."""
        here = [noun for language in self.languages() for noun in names.nouns(kind, language)]
        return list(dict.fromkeys((*here, *words()["nouns"][kind])))

    def usual(self, kind: str) -> Iterator[str]:
        """Yield English nouns, also beside what was read, and as one."""
        found = [document.path for document in self._read()]
        prefixes = list(dict.fromkeys([path.rpartition("/")[0] for path in found if path.count("/") > 1]))
        ending = ".json" if any(path.endswith(".json") for path in found) else ""
        for noun in words()["nouns"][kind]:
            yield from (f"/{spelled}{ending}" for spelled in spellings(noun))
        for prefix in prefixes[:3]:
            yield from (f"{prefix}/{noun}" for noun in words()["nouns"][kind][:12])
        yield from (f"/{noun.removesuffix('s')}" for noun in words()["nouns"][kind][:10] if noun.endswith("s"))

    def hinted(self, kind: str) -> Iterator[str]:
        """Yield paths for the nouns by which other objects name what they belong to, such as powerPoolId."""
        del kind
        nouns: dict[str, None] = {}
        for one in self._lists():
            for column in columns_of(one):
                parts = split(column.keys[-1])
                if len(parts) > 1 and parts[-1] in _NAMES:
                    nouns["-".join(parts[:-1])] = None
                elif len(column.keys) > 1 and column.keys[-1].lower() in _NAMES:
                    nouns["-".join(split(column.keys[-2]))] = None
        kept = list(nouns)[:_HINTS]
        for noun in kept:
            yield from (f"/{spelled}" for spelled in spellings(f"{noun}s"))
        for noun in [one for one in kept if _is_place(one)][:3]:
            for before in words()["nouns"]["before"]:
                yield from (f"/{spelled}" for spelled in spellings(f"{before}-{noun}s"))

    def composed(self, kind: str) -> Iterator[str]:
        """Yield nouns of two words, as those of this controller are spelled as far as that is known."""
        english = words()["nouns"]
        every = [spellings(f"{before}-{noun}") for noun in english[f"{kind}_after"] for before in english["before"]]
        yield from (f"/{spelled[self.style]}" for spelled in every)

    @property
    def style(self) -> int:
        """How this controller spells nouns of two words: 0 as kebab-case, 1 as camelCase, 2 as snake_case."""
        paths = "".join(document.path for document in self._read())
        names = [column.keys[-1] for one in self._lists()[:3] for column in columns_of(one)[:30]]
        if "_" in paths or "-" in paths:
            return 2 if "_" in paths else 0
        if sum(1 for name in names if name != name.lower() and "_" not in name) > len(names) / 3:
            return 1
        return 2 if any("_" in name for name in names) else 0

    def below(self, kind: str) -> list[str]:
        """Return what a list may be called that stands below an object, first in the languages that are spoken here."""
        return list(dict.fromkeys((*self.nouns(kind), *(path.removeprefix("/") for path in self.composed(kind)))))


def _keys(value: Json) -> Iterator[str]:
    """Yield the keys of a document, of each list those of its first objects."""
    if isinstance(value, dict):
        yield from value
    for inside in list(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())[:20]:
        yield from _keys(inside)


def _is_place(noun: str) -> bool:
    """Tell whether a noun may be one of what is sought."""
    return any(is_noun(kind, plain(noun)) for kind in KINDS)


def spellings(noun: str) -> list[str]:
    """Return a noun of several words as paths spell it."""
    first, *more = noun.split("-")
    if not more:
        return [noun]
    return [noun, first + "".join(one.capitalize() for one in more), "_".join((first, *more))]
