"""The client's page in a real browser: one sheet of paper, and no wider than a telephone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from evce_acceptance.report import summary
from evce_acceptance.results.run import Check, Proof, Run, Verdict
from playwright.sync_api import Browser

from tests.evce_acceptance.report.example_run import example

FILES = ("junit.xml", "points.csv", "report.html", "report.xlsx", "run.json", "run.schema.json", "wire.jsonl")
"""Those of a bundle that the sheet belongs to."""
pytestmark = [pytest.mark.once, pytest.mark.no_cover]


def read_only() -> Run:
    """Return a run as most are: nothing failed, much was not decided, for three reasons."""
    reasons = (
        "Nobody approved of writes: run again with --allow-writes and --approved-by NAME, when the owner agrees.",
        "Nobody is at hand: run again with --attended, and with somebody who can go to the charging stations.",
        "The histories are empty. Run again when the connector has run for 15 minutes.",
    )
    left = [
        Check("site_writes", f"A write of the kind {number}", (), Proof.LEASE, Verdict.INCONCLUSIVE, reason)
        for reason in reasons
        for number in range(4)
    ]
    run = example()
    run.checks = [*(check for check in run.checks if check.verdict is Verdict.PASS), *left]
    return run


@pytest.mark.parametrize("run", [example(), read_only()], ids=["failed", "read-only"])
@pytest.mark.parametrize("language", summary.LANGUAGES)
def test_it_prints_on_one_sheet_and_fits_a_telephone(browser: Browser, language: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "summary.html"
    file.write_text(summary.render(run, language, dict.fromkeys(FILES, "1" * 64)), encoding="utf-8")
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.goto(file.as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    page.close()
    assert wide <= 360
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
