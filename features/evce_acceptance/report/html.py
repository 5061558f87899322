"""The report as one HTML file: to read on a screen, to print on A4, and to sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from evce_acceptance.report import texts
from evce_acceptance.report.latency import summary
from evce_acceptance.report.plots import plots
from evce_acceptance.report.proofs import requirements, rows
from evce_acceptance.report.sheet import sheet
from evce_acceptance.results.run import Check, Proof, Reading, Run, Verdict
from evce_acceptance.results.untested import TITLES, untested, verdict_in_words
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent
MAX_CHECKS = 1_000
"""Checks up to which each passing one has a row."""
MAX_ITEMS = 40
"""Items that a failing check lists with their readings; all are in the sheet."""

MARKS = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.DEVIATION: "≈",
    Verdict.UNEXPECTED_PASS: "!",
    Verdict.NOT_APPLICABLE: "○",
    Verdict.INCONCLUSIVE: "?",
    Verdict.ERROR: "⚠",
}
"""Verdicts must be told apart on a black and white print too."""


class Failure(NamedTuple):
    """A check that fails the run, with the sheet's lines of the items that it names."""

    check: Check
    items: list[tuple[str, Reading | None]]
    more: int


def environment() -> Environment:
    """Give the templates' environment: everything is escaped, and cleaned of what HTML cannot carry."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) or not isinstance(value, str) else texts.clean(value),
    )
    made.filters |= {name: getattr(texts, name) for name in ("utc", "milliseconds", "difference", "count")}
    made.globals |= {
        "css": Markup((FOLDER / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        "Verdict": Verdict,
        "Proof": Proof,
        "marks": MARKS,
    }
    made.tests["web"] = lambda link: link.startswith(("https://", "http://"))
    return made


def render(run: Run, *, simulation: Run | None = None, hashes: Mapping[str, str] | None = None) -> str:
    """Write a run as one HTML file that needs nothing else.

    `simulation` is a run of the same features on simulators: its checks stand in the table of requirements only.
    `hashes` are the SHA-256 of the files beside the report, printed where it is signed.
    """
    counts = Counter(check.verdict for check in run.checks)
    failing = [check for check in run.checks if check.verdict.fails_run]
    known = requirements()
    drawn = {plot.party: plot for plot in plots(run.exchanges)}
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            run=run,
            foot=texts.css_string(f"{run.site}, run of {texts.utc(run.started)}: {TITLES[run.verdict].lower()}"),
            title=TITLES[run.verdict],
            verdict=verdict_in_words(run),
            is_whole=not untested(run.checks),
            headline=headline(run, counts),
            counts=counts,
            span=texts.span(run.started, run.ended),
            failures=_failures(failing, run),
            open_points=open_points(run),
            requirements=rows([*run.checks, *(simulation.checks if simulation else ())], known),
            simulation=simulation,
            features=_features(run),
            sheet=sheet(run.readings),
            latencies=summary(run.exchanges),
            plots=drawn,
            deviations=[check for check in run.checks if check.verdict is Verdict.DEVIATION],
            settings=texts.flat(run.settings),
            hashes=hashes or {},
        )
    )


def headline(run: Run, counts: Mapping[Verdict, int]) -> str:
    """Say in a sentence how the run ended."""
    total = texts.count(len(run.checks), "check")
    if run.verdict is Verdict.INCONCLUSIVE:
        return f"Of {total} none passed and none failed: this run proves nothing about the site."
    parts = [
        (counts[Verdict.FAIL], "failed"),
        (counts[Verdict.ERROR], "could not be carried out"),
        (counts[Verdict.UNEXPECTED_PASS], "passed although the known deviations say otherwise"),
        (counts[Verdict.PASS], "passed"),
        (counts[Verdict.DEVIATION], "failed as the known deviations say"),
        (counts[Verdict.NOT_APPLICABLE] + counts[Verdict.INCONCLUSIVE], "did not apply or stayed undecided"),
    ]
    return f"Of {total}, {', '.join(f'{number:,} {words}' for number, words in parts if number)}."


def _failures(failing: list[Check], run: Run) -> list[Failure]:
    readings = {reading.item: reading for reading in run.readings}
    order = (Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.ERROR)
    return [
        Failure(
            check,
            [(item, readings.get(item)) for item in check.items[:MAX_ITEMS]],
            max(0, len(check.items) - MAX_ITEMS),
        )
        for check in sorted(failing, key=lambda check: order.index(check.verdict))
    ]


def open_points(run: Run) -> list[tuple[Verdict, str, list[Check]]]:
    """Group what was not decided by its reason: often one reason explains many checks."""
    groups: dict[tuple[Verdict, str], list[Check]] = {}
    for verdict in (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE):
        for check in run.checks:
            if check.verdict is verdict:
                groups.setdefault((verdict, check.reason), []).append(check)
    return [(verdict, reason, checks) for (verdict, reason), checks in groups.items()]


def _features(run: Run) -> list[tuple[str, list[Check], int]]:
    """Give the checks by feature; beyond MAX_CHECKS the passing ones are only counted."""
    features: dict[str, list[Check]] = {}
    for check in run.checks:
        features.setdefault(check.feature, []).append(check)
    if len(run.checks) <= MAX_CHECKS:
        return [(name, checks, 0) for name, checks in features.items()]
    shown = {name: [one for one in checks if one.verdict is not Verdict.PASS] for name, checks in features.items()}
    return [(name, shown[name], len(checks) - len(shown[name])) for name, checks in features.items()]
