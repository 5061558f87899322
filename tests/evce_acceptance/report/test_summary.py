"""The client's page says in each language what was tested and what is open, to sign."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from evce_acceptance.report import summary
from evce_acceptance.results.run import Check, Proof, Run, Verdict
from evce_acceptance.results.untested import AREAS, IN_PART, TITLES
from lxml.html import document_fromstring

from tests.evce_acceptance.report.example_run import SCRIPT, example
from tests.evce_acceptance.report.report_page import check, words
from tests.evce_acceptance.report.report_page import run as run_of

HASHES = {"report.html": "1" * 64, "run.json": "2" * 64}
TRANSLATED = [language for language in summary.LANGUAGES if language != "en"]


def shown(run: Run, language: str) -> str:
    """Return the words of the page as its reader sees them."""
    return words(document_fromstring(summary.render(run, language, HASHES)))


def said_by_the_page() -> set[str]:
    template = Path(summary.__file__).with_name("summary.html.j2")
    found = extract_from_file("jinja2.ext:babel_extract", template, keywords={"_": None})
    return {str(message) for _, message, _, _ in found}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_text_of_the_page_and_every_word_of_its_verdict(language: str) -> None:
    with (summary.FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    translated = {message.id: message.string for message in catalogue if message.id}
    wanted = said_by_the_page() | {*TITLES.values()} | {area.word for area in AREAS} | {IN_PART}
    assert translated.keys() == wanted
    assert [text for text, other in translated.items() if not other] == []
    wrong = [text for text, other in translated.items() if placeholders(text) != placeholders(str(other))]
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "left", "open_"),
    [
        ("en", "Not tested: writes (in part).", "A reduction Not decided: The budget is used up."),
        ("fr", "Non testé : écritures (en partie).", "A reduction Non décidé : The budget is used up."),
        ("de", "Nicht geprüft: Schreiben (zum Teil).", "A reduction Nicht entschieden: The budget is used up."),
    ],
)
def test_writes_of_which_some_were_tried_are_said_to_be_tested_in_part_and_what_is_open_is_named(
    language: str, left: str, open_: str
) -> None:
    tried = Check("site_writes", "An idle connector", (), Proof.LEASE, Verdict.PASS)
    undecided = Check("site_writes", "A reduction", (), Proof.LEASE, Verdict.INCONCLUSIVE, "The budget is used up.")
    text = shown(run_of(tried, undecided), language)
    assert left in text
    assert open_ in text


def test_what_one_reason_left_open_is_one_line_and_of_many_reasons_the_first_are_named() -> None:
    left = [
        Check("site_writes", f"Write {number}", (), Proof.LEASE, Verdict.INCONCLUSIVE, f"Reason {number // 2}.")
        for number in range(10)
    ]
    text = shown(run_of(check(Verdict.PASS), *left), "en")
    assert "Write 0 (+1) Not decided: Reason 0." in text
    assert "Write 4 (+1) Not decided: Reason 2." in text
    assert "Reason 3." not in text
    assert "And 4 more, in report.html." in text


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s", text))


@pytest.mark.parametrize(
    ("language", "verdict", "left"),
    [
        ("en", "Passed, read-only", "Not tested: writes, alarms."),
        ("fr", "Réussi, en lecture seule", "Non testé : écritures, alarmes."),
        ("de", "Bestanden, nur lesend", "Nicht geprüft: Schreiben, Alarme."),
    ],
)
def test_it_says_the_verdict_and_what_was_not_tested(language: str, verdict: str, left: str) -> None:
    undecided = [
        Check("site_writes", "An idle connector", (), Proof.LEASE, Verdict.INCONCLUSIVE, "Nobody approved."),
        Check("any_site", "The alarms are served", (), Proof.READ_ONLY, Verdict.INCONCLUSIVE, "None."),
    ]
    text = shown(run_of(check(Verdict.PASS), *undecided), language)
    assert f"{verdict} {left}" in text


def test_it_says_when_by_whom_and_with_which_versions() -> None:
    text = shown(example(), "de")
    assert "Beginn 23. November 2026" in text
    assert f"Schreiben genehmigt von {example().approved_by}" in text
    assert f"EVCE API {example().environment['EVCE API']}" in text


def test_it_says_what_is_open_and_of_many_points_how_many_more_there_are() -> None:
    reasons = [f"Item {number} is wrong." for number in range(summary.MOST + 2)]
    text = shown(run_of(*(check(Verdict.FAIL, reason) for reason in reasons)), "fr")
    assert "Scenario that is fail Item 0 is wrong." in text
    assert reasons[-1] not in text
    assert "Et 2 de plus, dans report.html." in text


def test_it_names_the_hashes_of_what_it_belongs_to() -> None:
    assert f"report.html {HASHES['report.html']}" in shown(example(), "en")


def test_a_name_of_the_site_runs_nothing() -> None:
    assert SCRIPT not in summary.render(example(), "en", HASHES)
