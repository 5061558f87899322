"""Which paths a controller may have: what its own words hint at, then what such ones are usually called."""

from __future__ import annotations

import re
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
_COMMON, _FEW = 14, 10
"""Nouns of a list that are tried before all others, and below what may stand before them."""
_WRAPPERS = frozenset({"data", "attributes", "relationships", "links", "value", "_embedded", "_links"})
"""Keys around a name of another object that say nothing of it."""
_SLUG = re.compile(r"[a-z][A-Za-z_-]{2,30}")
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

    def of_system(self) -> Iterator[str]:
        """Yield paths of who answers in other languages: those that are spoken here, all where nothing answers.

        Of all languages the first of each come before the second.
        """
        spoken_here = names.languages() if not self._read() else self.languages()
        for row in zip_longest(*(names.nouns("system", language) for language in spoken_here)):
            yield from (path for path in row if path)

    def languages(self) -> list[str]:
        """Return the languages but English of which what was read has words, the one with the most of them first."""
        read = {word for document in self._read() for key in _keys(document.value) for word in split(key)}
        paths = {word for document in self._read() for word in split(document.path)}
        found = Counter(language for word in read | paths if len(word) >= _SHORTEST for language in names.spoken(word))
        ahead = max(found.values(), default=0) / 2  # what is akin to the one that is spoken shares some of its words
        return [language for language, count in found.most_common() if count >= max(_EVIDENT, ahead)]

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

    def common(self, kind: str) -> Iterator[str]:
        """Yield the English nouns that are the most usual."""
        yield from (f"/{self._spelled(noun)}" for noun in words()["nouns"][kind][:_COMMON])

    def _spelled(self, noun: str) -> str:
        """Spell a noun of several words as this controller does."""
        return spellings(noun)[self.style] if "-" in noun else noun

    def usual(self, kind: str) -> Iterator[str]:
        """Yield English nouns, also as one, spelled as nouns are here where that is known."""
        found = [document.path for document in self._read()]
        ending = ".json" if any(path.endswith(".json") for path in found) else ""
        for noun in words()["nouns"][kind]:
            spelled = [self._spelled(noun)] if found else spellings(noun)
            yield from (f"/{one}{ending}" for one in spelled)
        yield from (f"/{noun.removesuffix('s')}" for noun in words()["nouns"][kind][:_FEW] if noun.endswith("s"))

    def spelled_otherwise(self, kind: str) -> Iterator[str]:
        """Yield English nouns of several words, spelled as nouns seem not to be here."""
        yield from (f"/{one}" for noun in words()["nouns"][kind] for one in spellings(noun))

    def beside(self, kind: str) -> Iterator[str]:
        """Yield nouns beside what was read, in the languages that are spoken here and in English."""
        found = [document.path for document in self._read()]
        prefixes = dict.fromkeys(path.rpartition("/")[0] for path in found if path.count("/") > 1)
        nouns = [noun for language in self.languages() for noun in names.nouns(kind, language)]
        for prefix in list(prefixes)[:3]:
            yield from (f"{prefix}/{noun}" for noun in (*nouns, *words()["nouns"][kind][:12]))

    def around(self, kind: str) -> Iterator[str]:
        """Yield nouns of the languages spoken here below what may stand before them, where no list stands alone."""
        for language in () if self._stand_alone() else self.languages():
            before = names.languages()[language]["nouns"].get("around", ())
            for noun in names.nouns(kind, language)[:_FEW]:
                yield from (f"/{one}/{noun}" for one in before)

    def _stand_alone(self) -> bool:
        """Tell whether a list was found at a path of one word, so that others are likely to be at such."""
        return any(one.document.path.count("/") == 1 for one in self._lists())

    def below_usual(self, kind: str) -> Iterator[str]:
        """Yield the most usual English nouns below what may stand before them, where no list stands alone."""
        trees = words()["nouns"]["trees"] if kind == "zones" else ()  # documents with all that is in one another
        for noun in () if self._stand_alone() else (*words()["nouns"][kind][:_FEW], *trees):
            yield from (f"/{one}/{noun}" for one in words()["nouns"]["around"])

    def across(self, kind: str) -> Iterator[str]:
        """Yield what lists of the other kinds are usually called: what is a station here may be a connector there."""
        for other in KINDS:
            yield from (f"/{self._spelled(noun)}" for noun in words()["nouns"][other] if other != kind)

    def hinted(self, kind: str) -> Iterator[str]:
        """Yield paths for the nouns by which objects name others, or say what they are."""
        del kind
        nouns, kinds = self._hints()
        yield from (f"/{one}" for one in kinds)
        yield from (f"/{self._spelled(f'{noun}s')}" for noun in nouns)

    def hinted_otherwise(self, kind: str) -> Iterator[str]:
        """Yield such nouns in other spellings, and behind words that are usual before them, such as powerPools."""
        del kind
        nouns, _ = self._hints()
        for noun in nouns:
            yield from (f"/{spelled}" for spelled in spellings(f"{noun}s"))
        for noun in [one for one in nouns if _is_place(one)][:3]:
            for before in words()["nouns"]["before"]:
                yield from (f"/{spelled}" for spelled in spellings(f"{before}-{noun}s"))

    def _hints(self) -> tuple[list[str], list[str]]:
        """Return nouns by which objects name what they belong to, such as powerPoolId, and names of their own kind."""
        nouns: dict[str, None] = {}
        kinds: dict[str, None] = {}
        for one in self._lists():
            for column in columns_of(one):
                parts = split(column.keys[-1])
                if len(parts) > 1 and parts[-1] in _NAMES:
                    nouns["-".join(parts[:-1])] = None
                elif column.keys[-1].lower() in _NAMES and (
                    around := [k for k in column.keys[:-1] if k not in _WRAPPERS]
                ):
                    nouns["-".join(split(around[-1]))] = None
                elif column.keys[-1] == "type":  # of JSON:API: what its objects are called, as paths do
                    kinds |= dict.fromkeys(word for word in column.words[:3] if _SLUG.fullmatch(word))
        return list(nouns)[:_HINTS], list(kinds)[:_HINTS]

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
