"""The wrong connectors as data: every change is one, every page says what the tables say, and the run really kills."""

from __future__ import annotations

import subprocess  # the run forks: not from a process that other tests have filled
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from features.mutants import report, table
from features.mutants.outcomes import Became
from features.mutants.patches import Importer, Patch, PatchError, patch, source_of, span_of
from features.mutants.running import Verdict
from features.mutants.survivors import Survivor, survivors
from features.mutants.table import Mutant, TableError

pytestmark = pytest.mark.once

LEAST = 60
TOTAL = "evce_connector.site.formulas:active_power_total"
PHASES = "connector.active_power"
ROW = {"id": "a", "wrong": "b", "where": TOTAL, "old": PHASES, "new": f"{PHASES}[:2]", "expected": ["writes"]}
MUTANT = Mutant("two-phases", "Phase 3 | is left out.", TOTAL, PHASES, f"{PHASES}[:2]", ("writes",))
SURVIVOR = Survivor("evce_connector.site.formulas:maximum", "a or 0", "a or -1", "The same | for an AC connector.")
NOTICED = {"two-phases": "writes: <kind> | 25"}


def test_every_change_of_the_table_can_be_made() -> None:
    assert len(table.mutants()) >= LEAST


def test_the_page_is_up_to_date() -> None:
    assert report.drifted(table.mutants(), survivors()) == []


def test_a_change_is_made_in_its_place_alone() -> None:
    changed = patch(TOTAL, PHASES, "connector.rms_current").source

    assert changed == source_of("evce_connector.site.formulas").replace(
        f"fsum({PHASES})", "fsum(connector.rms_current)"
    )


@pytest.mark.parametrize(
    ("where", "old", "new", "why"),
    [
        ("evce_connector.gone:name", "a", "b", "no module evce_connector.gone"),
        ("json:loads", "a", "b", "no module json"),
        ("evce_connector.site.formulas:gone", "a", "b", "there is no gone"),
        (TOTAL, "no such text", "b", "0 times, not once"),
        (TOTAL, "o", "b", "times, not once"),
        (TOTAL, PHASES, "(", "is no Python"),
        (TOTAL, PHASES, f"({PHASES})", "means the same"),
    ],
)
def test_a_patch_point_that_is_not_there_is_an_error(where: str, old: str, new: str, why: str) -> None:
    with pytest.raises(PatchError, match=why):
        patch(where, old, new)


def test_a_name_is_found_with_its_decorators_in_a_class() -> None:
    source = "x = 1\nclass A:\n    @property\n    def b(self):\n        return 1\n    c: int = 2\n"

    assert (span_of(source, "A.b"), span_of(source, "A.c"), span_of(source, "x")) == ((2, 5), (5, 6), (0, 1))


def test_a_module_that_is_imported_already_is_not_patched() -> None:
    with pytest.raises(PatchError, match="was imported before"):
        Importer(Patch(__name__, "")).install()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"expected": []}, "no feature that is expected"),
        ({"expected": ["gone"]}, "there is no feature gone"),
        ({"new": 1}, "are texts"),
        ({"surplus": ""}, "has the columns"),
        ({"old": "no such text"}, "a: .* 0 times"),
    ],
)
def test_a_bad_row_is_named(
    change: dict[str, object], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_rows(tmp_path, ROW | change)
    monkeypatch.setattr(table, "WRONG", tmp_path)

    with pytest.raises((TableError, PatchError), match=why):
        table.mutants.__wrapped__()


def test_two_rows_with_one_id_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_rows(tmp_path, ROW, ROW)
    monkeypatch.setattr(table, "WRONG", tmp_path)

    with pytest.raises(TableError, match="a: stands twice"):
        table.mutants.__wrapped__()


def test_a_page_tells_of_each_mutant_and_survivor(tmp_path: Path) -> None:
    page = tmp_path / "MUTANTS.md"
    report.write(report.by_hand([MUTANT], NOTICED), made([SURVIVOR]), page)

    text = page.read_text(encoding="utf-8")
    assert report.drifted([MUTANT], [SURVIVOR], page) == []
    assert r"| `two-phases` | Phase 3 \| is left out. | writes: \<kind> \| 25 |" in text
    assert "| evce_connector.site.formulas | features | 3 | 1 | 75.0 % | 2 |" in text


def test_a_page_remembers_who_noticed_each_mutant(tmp_path: Path) -> None:
    page = tmp_path / "MUTANTS.md"
    report.write(report.by_hand([MUTANT], NOTICED), None, page)

    assert report.told(page) == NOTICED


def test_a_part_that_was_not_run_stays_on_the_page(tmp_path: Path) -> None:
    page = tmp_path / "MUTANTS.md"
    report.write(report.by_hand([MUTANT], NOTICED), made([SURVIVOR]), page)
    before = page.read_text(encoding="utf-8")

    report.write(report.by_hand([MUTANT], NOTICED), None, page)
    report.write(None, made([SURVIVOR]), page)

    assert page.read_text(encoding="utf-8") == before


def test_a_page_that_has_drifted_is_told_by_each_row(tmp_path: Path) -> None:
    page = tmp_path / "MUTANTS.md"
    report.write(report.by_hand([MUTANT], NOTICED), made([SURVIVOR]), page)
    other = MUTANT._replace(wrong="Other words.")
    new = MUTANT._replace(id="new")

    assert report.drifted([other, new], [SURVIVOR._replace(reason="Another.")], page) == [
        "MUTANTS.md lacks the mutant new.",
        "MUTANTS.md words two-phases otherwise.",
        f"MUTANTS.md and survivors.toml differ in {SURVIVOR.id}.",
    ]


def test_a_row_of_the_page_that_is_in_no_table_is_told(tmp_path: Path) -> None:
    page = tmp_path / "MUTANTS.md"
    report.write(report.by_hand([MUTANT], NOTICED), made([SURVIVOR]), page)

    assert report.drifted([], [SURVIVOR], page) == ["MUTANTS.md has the mutant two-phases, which is in no table."]


def test_mutants_are_counted_by_module_and_the_stillborn_for_none() -> None:
    verdicts = [Verdict.KILLED, Verdict.HUNG, Verdict.SURVIVED, Verdict.STILLBORN]

    (row,) = report.tally([Became(f"site.formulas:a > {verdict}", verdict, "") for verdict in verdicts])

    assert row == report.Made("evce_connector.site.formulas", killed=2, survived=1, stillborn=1)


@pytest.mark.skipif(sys.platform == "win32", reason="without fork it takes longer than a test may")
def test_a_mutant_is_killed_and_a_scenario_that_notices_is_right_about_the_connector() -> None:
    command = [sys.executable, "-m", "features.mutants", "--only", "total-without-phase-3"]
    root = Path(table.__file__).parents[2]

    run = subprocess.run(  # noqa: S603 - our own command
        command, cwd=root, capture_output=True, text=True, timeout=60, check=False
    )

    assert "1 of 1 mutants made by hand killed" in run.stdout
    assert "0 of them fail on the connector as it is" in run.stdout
    assert run.returncode == 0


def test_looking_at_the_source_of_every_patched_module_imports_nothing_of_the_connector() -> None:
    lines = [
        "import sys",
        "from features.mutants import table",
        "table.mutants()",
        "print([name for name in sys.modules if name.startswith('evce_connector')])",
    ]
    root = Path(table.__file__).parents[2]
    run = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", "; ".join(lines)], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout.strip() == "[]"


def write_rows(folder: Path, *rows: Mapping[str, object]) -> None:
    """Write rows as TOML."""
    blocks = ["[[mutant]]\n" + "".join(f"{key} = {value!r}\n" for key, value in row.items()) for row in rows]
    (folder / "rows.toml").write_text("".join(blocks), encoding="utf-8")


def made(explained: list[Survivor]) -> str:
    return report.generated([report.Made("evce_connector.site.formulas", killed=3, survived=1, stillborn=2)], explained)
