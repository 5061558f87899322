"""Gathers what a person has to be asked, and puts the answers in the place of what was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from evce_connector.probe.dialect import openapi, questions
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.names import concepts_of
from evce_connector.probe.dialect.paging import Paging
from evce_connector.probe.dialect.questions import Question
from evce_connector.probe.dialect.roles import KINDS
from evce_connector.probe.dialect.survey import Survey
from evce_connector.probe.dialect.walk import Walk

Tables = dict[str, dict[str, Any]]
PLACES = ("login", "system", *KINDS, "reduction", "availability")
"""Names of answers that are heard before or beside the fields."""
_PAGES = (
    {"by": "number", "key": "page", "size_key": "per_page", "size": 100},
    {"by": "offset", "key": "offset", "size_key": "limit", "size": 100},
    False,
)
_WRITES = {
    "reduction": "How is a zone's reduction set and taken away?",
    "availability": "How is a connector made operative or inoperative?",
}
_OF_LISTS = ("one", "one_at", "path", "items", "ids", "query", "skip")


def gather(
    walk: Walk, seen: Survey, tables: Tables, paging: Mapping[str, Paging], known_writes: Collection[str]
) -> list[Question]:
    """Return the questions: the same ones with the same numbers, whatever is answered already."""
    asked: list[tuple[str, str, list[Any]]] = [
        (f"{kind}.pages", f"Do {kind} come in pages? {paged.why}.", list(_PAGES))
        for kind, paged in paging.items()
        if paged.unsure
    ]
    if not seen.matched["system"].get("time"):
        who = "At which path does the controller say who it is, and what time it has? Nothing that was read does."
        asked.append(("system", who, [document.path for document in walk.documents]))
    asked += [(name, questions.asks(one), one.candidates) for name, one in seen.choices.items() if _is_asked(one, seen)]
    asked += [
        (f"{name}.{word}", f"What does {word!r} at {name} mean?", openapi.meanings_of(name))
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
    return questions.of(asked)


def _is_asked(choice: Choice, seen: Survey) -> bool:
    if choice.table == "system" and (choice.field == "at" or choice.evidence == ["it was not found"]):
        return False
    return choice.confidence is Confidence.ASKED and choice.name not in seen.unknown


def _gone(kind: str, column: Column) -> str:
    return f"Which {kind} are gone, though they are listed? {column.path} reads {', '.join(column.words)}."


def answer(answers: Mapping[str, Any], seen: Survey, tables: Tables) -> list[str]:
    """Put answers in the place of what was found; returns the names of those that belong to nothing."""
    return [name for name, value in answers.items() if not _take(name, value, seen, tables) and name not in PLACES]


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
    if table in tables and rest in _OF_LISTS:
        tables[table][rest] = value
        return True
    field, _, word = rest.partition(".")
    of_word = seen.choices.get(f"{table}.{field}")
    if of_word is None or not word or not isinstance(of_word.said, dict) or "words" not in of_word.said:
        return False
    seen.tables[of_word.said["words"]][word] = value
    of_word.evidence.append(f"{word} as answered")
    return True
