"""The client's page in a real browser: one sheet of paper, and no wider than a telephone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from evce_acceptance.report import summary
from playwright.sync_api import Browser

from tests.evce_acceptance.report.example_run import example

pytestmark = [pytest.mark.once, pytest.mark.no_cover]


@pytest.mark.parametrize("language", summary.LANGUAGES)
def test_it_prints_on_one_sheet_and_fits_a_telephone(browser: Browser, language: str, tmp_path: Path) -> None:
    file = tmp_path / "summary.html"
    file.write_text(summary.render(example(), language, {"report.html": "1" * 64}), encoding="utf-8")
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.goto(file.as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    page.close()
    assert wide <= 360
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
