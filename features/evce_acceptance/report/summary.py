"""The client's page, in his language, to sign: what was tested, by whom, when, in which versions, and what is open."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from datetime import UTC
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from evce_acceptance.report import html, texts
from evce_acceptance.report.proofs import requirements, rows
from evce_acceptance.results.run import Run, Verdict
from evce_acceptance.results.untested import AREAS, IN_PART, TITLES, is_by_ews_alone, is_only_read, untested
from jinja2 import Environment

FOLDER = Path(__file__).with_name("languages")
LANGUAGES = ("en", "fr", "de")
"""What a client may read; English is how the texts are written."""
MOST, MOST_REASONS = 8, 3
"""What failed, and reasons why something was not decided, that the page lists; the report has all."""


def translations(language: str) -> NullTranslations:
    """Return the catalogue of a language."""
    if language == LANGUAGES[0]:
        return NullTranslations()
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    made = io.BytesIO()
    write_mo(made, catalogue)
    made.seek(0)
    return GNUTranslations(made)


def pages(run: Run, hashes: Mapping[str, str]) -> dict[str, str]:
    """Return the page in each language, by the name of its file; `hashes` are those of the files beside it."""
    return {f"summary.{language}.html": render(run, language, hashes) for language in LANGUAGES}


def render(run: Run, language: str, hashes: Mapping[str, str]) -> str:
    """Write the page in a language, as one HTML file that needs nothing else."""
    said = translations(language)
    environment = _environment(said)
    proven = rows(run.checks, requirements())
    failing = [check for check in run.checks if check.verdict.fails_run]
    undecided = [(why, checks) for verdict, why, checks in html.open_points(run) if verdict is Verdict.INCONCLUSIVE]
    return environment.get_template("summary.html.j2").render(
        run=run,
        language=language,
        title=said.gettext(TITLES[run.verdict]),
        tone=_tone(run),
        is_only_read=is_only_read(run),
        is_by_ews_alone=is_by_ews_alone(run),
        left=[_area(said, one) for one in untested(run.checks)],
        began=_moment(run.started, language),
        ended=_moment(run.ended, language),
        proven=sum(1 for row in proven if row.proven),
        requirements=len(proven),
        counts=Counter(check.verdict for check in run.checks),
        failing=failing[:MOST],
        undecided=undecided[:MOST_REASONS],
        more=max(0, len(failing) - MOST) + sum(len(checks) for _, checks in undecided[MOST_REASONS:]),
        deviations=[check for check in run.checks if check.verdict is Verdict.DEVIATION],
        hashes=hashes,
    )


def _environment(said: NullTranslations) -> Environment:
    environment = html.environment()
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_translations(said, newstyle=True)  # type: ignore[attr-defined] # the extension's
    return environment


def _tone(run: Run) -> str:
    if run.verdict is Verdict.FAIL:
        return "bad"
    return "good" if run.verdict is Verdict.PASS and not untested(run.checks) else "warn"


def _area(said: NullTranslations, area: str) -> str:
    """Translate the word for what was not tested; the name of a scenario stays as the report has it."""
    word, part, _ = area.partition(f" ({IN_PART})")
    translated = said.gettext(word) if word in {one.word for one in AREAS} else word
    return f"{translated} ({said.gettext(IN_PART)})" if part else translated


def _moment(iso: str, language: str) -> str:
    """Write a time as the language does, in UTC; what is no time stays as it is."""
    time = texts.moment(iso)
    return iso if time is None else format_datetime(time, "long", tzinfo=UTC, locale=language)
