"""Which words of an enumeration were seen on the site, and which of the contract's nobody saw: they may come later."""

from __future__ import annotations

from evce_connector.probe.dialect.choices import Choice
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.names import meaning, meanings
from evce_connector.probe.dialect.survey import Survey

_TRUTHS = ("connected", "available", "accepted", "fixed", "dc")
_PHASES = ("mono1", "mono2", "mono3", "tri")
_KEPT = {
    "status": "is shown as it came, and no state of the contract is true then",
    "phases": "is shown as it came",
    **dict.fromkeys(_TRUTHS, "cannot be read: the last value stays, Uncertain"),
}
"""What becomes of a word that a table lacks, by the form of its field."""


def of(survey: Survey) -> dict[str, list[str]]:
    """Tell what was seen of each enumeration, by the names of their tables of words; of those without one by ""."""
    told: dict[str, list[str]] = {}
    for choice in survey.choices.values():
        kind = choice.table if choice.table == "reduction" else choice.table.removesuffix("s")
        if choice.field not in meanings().get(kind, {}):
            continue
        form = meaning(kind, choice.field).form
        contract = _contract(form)
        seen = _column(survey, choice)
        if not contract or seen is None or (form in _TRUTHS and not _table_of(choice)):
            continue
        told.setdefault(_table_of(choice), []).append(_told(survey, choice, form, contract, seen.words))
    return told


def _contract(form: str) -> list[str]:
    if form in _TRUTHS:
        return ["true", "false"]
    if form == "phases":
        return list(_PHASES)
    return list(meanings()["said"].get(form, {})) if form in ("status", "zone_type", "authentication") else []


def _column(survey: Survey, choice: Choice) -> Column | None:
    """Return the column that a choice names, None where it names none."""
    path = choice.said.get("at") if isinstance(choice.said, dict) else choice.said
    return next((one for one in survey.columns.get(choice.table, ()) if one.path == path), None)


def _table_of(choice: Choice) -> str:
    return str(choice.said.get("words", "")) if isinstance(choice.said, dict) else ""


def _told(survey: Survey, choice: Choice, form: str, contract: list[str], seen: list[str]) -> str:
    table = survey.tables.get(_table_of(choice), {})
    meant = {_spelled(table.get(word, word)) for word in seen}
    lacking = [word for word in contract if word not in meant]
    text = f"{choice.name}: seen {', '.join(seen) or 'no word'}; "
    if not lacking:
        return f"{text}that is every word of the contract."
    guessed = {_spelled(meaning): word for word, meaning in table.items() if word not in seen}
    listed = ", ".join(f"{word} (taken to be {guessed[word]})" if word in guessed else word for word in lacking)
    kept = _KEPT.get(form, "is shown as it came")
    otherwise = choice.said.get("otherwise") if isinstance(choice.said, dict) else None
    kept = kept if otherwise is None else f"is told as {_spelled(otherwise)}"
    return f"{text}not seen what means {listed}. A word that is not in the table {kept}: ask for the others."


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
