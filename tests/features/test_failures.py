"""The table of the ten failures: bad rows fail when it is loaded; and their page, which says what was measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from features.failures import page
from features.failures.compared import DRIFTED, Compared
from features.failures.limits import LIMITS
from features.failures.measuring import Measuring
from features.failures.table import FILE, FailuresError, failures

CASE = 'name = "a controller that refuses connections"'
Change = Callable[[str], str]


def measured() -> Measuring:
    """Return what a run may have measured: everything at once."""
    kinds = (page.NOTICED, page.OVER)
    return Measuring({(case.name, kind): 0.0 for failure in failures() for case in failure.cases for kind in kinds})


def replaced(old: str, new: str) -> Change:
    """Change the first place where something stands in the table."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def test_there_are_ten_failures_each_with_cases() -> None:
    assert [failure.number for failure in failures()] == list(range(1, 11))
    assert all(failure.cases for failure in failures())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (replaced('["refused"]', '["refuses"]'), "the simulator has no fault 'refuses'"),
        (replaced('notice = "uncertain"\n', ""), "lacks the column notice"),
        (replaced('notice = "uncertain"', 'notice = "soon"'), "there is no limit 'soon'"),
        (replaced('notice = "uncertain"', "notice = 0"), "a limit must be above 0 s, not 0"),
        (replaced(CASE, f'{CASE}\nurgency = "high"'), "has the column urgency, which nobody knows"),
        (replaced("every live value is Uncertain", "all is lost"), "Nobody can wait for this: all is lost"),
        (replaced('faults = ["refused"]\n', ""), "has the columns"),
        (replaced(CASE, 'name = "an answer that breaks off"'), "an answer that breaks off: stands twice"),
        (replaced('places = "N"', 'places = "X"'), "its places are letters of R, N, W, L, not 'X'"),
        (replaced('feature = "controller_reboots"', 'feature = "sunrise"'), "sunrise: there is no such feature"),
        (replaced("number = 1\n", "number = 2\n"), "has the number 2, and stands at place 1"),
        (replaced('do = "Wait', 'does = "Wait'), "controller_reboots: lacks the column do"),
    ],
)
def test_a_bad_row_fails_when_the_table_is_loaded_and_is_named(tmp_path: Path, change: Change, sentence: str) -> None:
    file = tmp_path / "failures.toml"
    file.write_text(change(FILE.read_text(encoding="utf-8")), encoding="utf-8")

    with pytest.raises(FailuresError) as error:
        failures(file)

    assert sentence in str(error.value)


def test_limits_follow_the_rule_of_age() -> None:
    seconds = {name: limit.seconds for name, limit in LIMITS.items()}

    assert (seconds["poll"], seconds["uncertain"], seconds["offline"]) == (15, 45, 60)


def test_the_page_has_a_row_for_each_case_and_for_each_fault() -> None:
    text = page.document(measured())

    assert [
        case.name for failure in failures() for case in failure.cases if f"| {case.name.rstrip(',')} |" not in text
    ] == []
    assert [name for name in page.catalogue() if f"| `{name}` |" not in text] == []


@pytest.mark.parametrize(
    ("known", "unknown", "sentences"),
    [
        (True, False, []),
        (False, False, ["an answer that drips: was not measured, over."]),
        (True, True, ["a sunrise: was measured, over, and is in no row."]),
    ],
)
def test_what_was_not_measured_is_named_and_what_no_row_speaks_of(
    *, known: bool, unknown: bool, sentences: list[str]
) -> None:
    found = measured()
    if not known:
        del found.seconds["an answer that drips", page.OVER]
    if unknown:
        found.seconds["a sunrise", page.OVER] = 1.0

    assert page.lacking(found) == sentences


def test_another_page_has_drifted(tmp_path: Path) -> None:
    text, file = page.document(measured()), tmp_path / "FAILURES.md"
    file.write_text(text, encoding="utf-8")

    assert not page.drifted(text, file)
    assert page.drifted(f"{text} ", file)
    assert page.drifted(text, tmp_path / "NONE.md")


def test_every_table_of_examples_stands_in_the_feature_of_its_failure() -> None:
    for failure in failures():
        text = (FILE.parents[1] / "specification/failures" / f"{failure.feature}.feature").read_text(encoding="utf-8")
        for case in failure.cases:
            assert f"# rows: {case.rows}\n" in text, case.name


@pytest.mark.parametrize(
    ("changed", "measures", "says"),
    [
        ({}, True, ""),
        ({("an answer that drips", page.OVER): 1.0}, True, DRIFTED),
        ({("an answer that drips", page.OVER): 1.0}, False, ""),
    ],
    ids=["as it was", "another figure", "not all measured"],
)
def test_a_run_of_all_features_fails_when_the_page_says_other_figures(
    tmp_path: Path, changed: dict[tuple[str, str], float], *, measures: bool, says: str
) -> None:
    file = tmp_path / "FAILURES.md"
    file.write_text(page.document(measured()), encoding="utf-8")
    compared, session = Compared(file), SimpleNamespace(exitstatus=0)
    compared.seconds = (measured().seconds if measures else {}) | changed

    compared.pytest_sessionfinish(session)  # type: ignore[arg-type]

    assert (compared.said, session.exitstatus) == (says, 1 if says else 0)
