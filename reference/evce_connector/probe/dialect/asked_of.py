"""Gathers what a person has to be asked, and puts the answers in the place of what was found."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

from evce_connector.probe.dialect import openapi, questions
from evce_connector.probe.dialect.answers import OF_LISTS, PLACES
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.names import concepts_of
from evce_connector.probe.dialect.paging import Paging
from evce_connector.probe.dialect.questions import Question
from evce_connector.probe.dialect.roles import KINDS
from evce_connector.probe.dialect.survey import Survey
from evce_connector.probe.dialect.walk import Walk

Tables = dict[str, dict[str, Any]]
_PAGES = (
    {"by": "number", "key": "page", "size_key": "per_page", "size": 100},
    {"by": "offset", "key": "offset", "size_key": "limit", "size": 100},
    False,
)
_WRITES = {
    "reduction": "How is a zone's reduction set and taken away?",
    "availability": "How is a connector made operative or inoperative?",
}


def gather(
    walk: Walk, seen: Survey, tables: Tables, paging: Mapping[str, Paging], known_writes: Collection[str]
) -> list[Question]:
    """Return the questions: the same ones with the same numbers, whatever is answered already."""
    asked: list[tuple[str, str, list[Any]]] = [
        (f"{kind}.pages", f"Do {kind} come in pages? {paged.why}.", [paged.pages or False, *_PAGES])
        for kind, paged in paging.items()
        if paged.unsure
    ]
    if not seen.matched["system"].get("time"):
        who = "At which path does the controller say who it is, and what time it has? Nothing that was read does."
        asked.append(("system", who, [document.path for document in walk.documents]))
    asked += [(name, questions.asks(one), one.to_choose) for name, one in seen.choices.items() if _is_asked(one, seen)]
    asked += [
        (
            f"{name}.{word}",
            f"What does {word!r} at {name} mean?",
            [*_guess(seen, name, word), *openapi.meanings_of(name)],
        )
        for name, words in seen.unknown.items()
        for word in words
    ]
    asked += [
        (f"{kind}.skip", _gone(kind, column), [{column.path: column.words[1:]}])
        for kind in KINDS
        for column in seen.columns.get(kind, ())
        if "lifecycle" in concepts_of(column.keys[-1])[0] and len(column.words) > 1
    ]
    for name, text in _WRITES.items():
        if name not in known_writes:
            more = "Without an answer the connector refuses such writes."
            asked.append((name, f"{text} {more}", openapi.guesses(name, seen, tables)))
    return [_with_words(one, seen) for one in questions.of(asked)]


def _guess(seen: Survey, name: str, word: str) -> list[str]:
    """Return what the proposal takes a word for that nobody knows: one meaning, or none."""
    said = seen.choices[name].said
    meant = seen.tables.get(said.get("words", ""), {}).get(word, "?") if isinstance(said, dict) else "?"
    return [] if meant == "?" else [meant]


def _with_words(question: Question, seen: Survey) -> Question:
    """Show with a question the tables of words that its candidates name and the profile has not."""
    table = question.name.partition(".")[0]
    columns = {one.path: one for one in seen.columns.get(table, ())}
    words: dict[str, dict[str, bool]] = {}
    for one in question.candidates:
        name = one.get("words", "") if isinstance(one, dict) else ""
        column = columns.get(str(one["at"])) if name and name not in seen.tables else None
        if column is not None:
            words[name] = {word: place > 0 for place, word in enumerate(column.words)}
    return dataclasses.replace(question, words=words)


def _is_asked(choice: Choice, seen: Survey) -> bool:
    if choice.table == "system" and (choice.field == "at" or choice.evidence == ["it was not found"]):
        return False
    return choice.confidence is Confidence.ASKED and choice.name not in seen.unknown


def _gone(kind: str, column: Column) -> str:
    return f"Which {kind} are gone, though they are listed? {column.path} reads {', '.join(column.words)}."


def answer(answers: dict[str, Any], seen: Survey, tables: Tables) -> list[str]:
    """Put answers in the place of what was found; returns the names of those that belong to nothing.

    Answers in tables of words are put beside the others, as those to the questions of single words.
    """
    fields = {name: value for name, value in answers.items() if name not in ("words", *PLACES)}
    unused = [name for name, value in fields.items() if not _take(name, value, seen, tables)]
    said = [choice.said for choice in seen.choices.values() if isinstance(choice.said, dict)]
    said += [answers[name] for name in ("reduction", "availability") if name in answers]
    named = {one.get(key) for one in said for key in ("words", "statuses")}
    for name, words in answers.get("words", {}).items():
        if name in named:
            seen.tables[name] = seen.tables.get(name, {}) | words
        else:
            unused.append(f"words.{name}")
    _words_told(answers, seen)
    return unused


def _take(name: str, value: Any, seen: Survey, tables: Tables) -> bool:  # noqa: ANN401 - as a person wrote it
    table, _, rest = name.partition(".")
    if name in seen.choices:
        choice = seen.choices[name]
        choice.said, choice.confidence, choice.evidence = value, Confidence.HIGH, ["as answered"]
        return True
    if table in tables and rest == "pages":
        tables[table].pop("pages", None)
        tables[table] |= {"pages": value} if isinstance(value, dict) else {}
        return True
    if table in tables and rest in OF_LISTS:
        tables[table][rest] = value
        return True
    field, _, word = rest.partition(".")
    of_word = seen.choices.get(f"{table}.{field}")
    if of_word is None or not word or not isinstance(of_word.said, dict) or "words" not in of_word.said:
        return False
    seen.tables.setdefault(of_word.said["words"], {})[word] = value
    of_word.evidence.append(f"{word} as answered")
    return True


def _words_told(answers: dict[str, Any], seen: Survey) -> None:
    """Take what a table of words says for the answer to the questions of its words; ask no longer of fields so told."""
    for name, unknown in seen.unknown.items():
        choice = seen.choices[name]
        table = choice.said.get("words", "") if isinstance(choice.said, dict) else ""
        given = answers.get("words", {}).get(table, {})
        for word in unknown:
            if word in given:
                answers.setdefault(f"{name}.{word}", given[word])
        if choice.confidence is Confidence.ASKED and all(f"{name}.{word}" in answers for word in unknown):
            choice.confidence = Confidence.LIKELY
