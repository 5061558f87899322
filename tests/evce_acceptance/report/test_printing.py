"""A page of a bundle is printed by the browser of the machine."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from evce_acceptance.cli import main
from evce_acceptance.report import bundle, printing

from tests.evce_acceptance.report.example_run import example


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return bundle.write(example(), tmp_path / "sat")


def pdf(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["pdf", *(str(one) for one in arguments)])


@pytest.mark.once
@pytest.mark.skipif(printing.browser() is None, reason="no Chromium, Chrome or Edge is on this machine")
@pytest.mark.parametrize(("page", "least", "most"), [("report", 5, 60), ("summary.fr", 1, 1)])
def test_a_page_is_printed_beside_the_bundle(written: Path, page: str, least: int, most: int) -> None:
    result = pdf(written, "--page", page)
    file = written.with_name(f"{written.stem}.{page}.pdf")
    assert (result.exit_code, result.output) == (0, f"Printed: {file}\n")
    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert least <= len(re.findall(rb"/Type\s*/Page\b", content)) <= most


def test_a_page_that_is_not_there_is_told_with_those_that_are(written: Path) -> None:
    result = pdf(written, "--page", "summary.it")
    assert result.exit_code == 1
    assert "has no page 'summary.it'; it has report, summary.en, summary.fr, summary.de." in result.output


def test_a_bundle_that_was_changed_is_not_printed(written: Path) -> None:
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("more.html", "<h1>Passed</h1>")
    result = pdf(written, "--page", "more", "--output", written.with_name("more.pdf"))
    assert (result.exit_code, written.with_name("more.pdf").exists()) == (1, False)
    assert "is not as the run wrote it" in result.output


def test_without_a_browser_it_says_what_to_do(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "BROWSERS", ("no-such-browser",))
    result = pdf(written)
    assert (result.exit_code, "Name it with --browser, or open the page" in result.output) == (1, True)


@pytest.mark.parametrize("program", ["no-such-browser", "true"])
def test_a_program_that_prints_nothing_is_named(written: Path, program: str) -> None:
    result = pdf(written, "--browser", program)
    assert (result.exit_code, f"{program} printed nothing: " in result.output) == (1, True)
