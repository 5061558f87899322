"""Known deviations excuse what they name, and nothing else; what is mended must be taken out."""

from pathlib import Path

import pytest
from evce_acceptance.results.deviations import Deviation, DeviationsError, apply, load
from evce_acceptance.results.run import Check, Proof, Verdict

LINK = "https://support.example/4711"
URL_EMPTY = "Z1/EVSimu1/StationCpoUrl"


def check(verdict: Verdict, *items: str, scenario: str = "Polled values", feature: str = "data points") -> Check:
    return Check(feature, scenario, ("D-2",), Proof.LEASE, verdict, "2 items differ.", items)


def deviation(*items: str, scenario: str = "data points: *") -> Deviation:
    return Deviation(scenario=scenario, items=items, reason="The firmware leaves it empty.", link=LINK)


def verdicts(checks: list[Check]) -> list[Verdict]:
    return [one.verdict for one in checks]


def test_a_failure_whose_items_are_all_covered_is_a_known_deviation() -> None:
    (judged,) = apply([check(Verdict.FAIL, URL_EMPTY, "Z2/EVSimu2/StationCpoUrl")], [deviation("*/StationCpoUrl")])
    assert (judged.verdict, judged.link) == (Verdict.DEVIATION, LINK)
    assert judged.reason == "The firmware leaves it empty. (Found: 2 items differ.)"


def test_a_failure_with_one_item_that_is_not_covered_stays_a_failure() -> None:
    found = check(Verdict.FAIL, URL_EMPTY, "Z1/ZoneReduction")
    assert apply([found], [deviation("*/StationCpoUrl")]) == [found]


def test_two_deviations_together_may_cover_a_failure() -> None:
    other = Deviation(scenario="*", items=("*/ZoneReduction",), reason="The zone is locked.", link=LINK)
    (judged,) = apply([check(Verdict.FAIL, URL_EMPTY, "Z1/ZoneReduction")], [deviation("*/StationCpoUrl"), other])
    assert judged.verdict is Verdict.DEVIATION
    assert judged.reason.startswith("The firmware leaves it empty. The zone is locked.")


def test_a_failure_without_a_reason_of_its_own_has_that_of_its_deviation() -> None:
    bare = Check("data points", "x", (), Proof.READ_ONLY, Verdict.FAIL)
    assert apply([bare], [deviation()])[0].reason == "The firmware leaves it empty."


@pytest.mark.parametrize("items", [(), (URL_EMPTY, "Z1/ZoneReduction")])
def test_a_deviation_without_items_covers_the_scenario_as_such(items: tuple[str, ...]) -> None:
    assert verdicts(apply([check(Verdict.FAIL, *items)], [deviation()])) == [Verdict.DEVIATION]


def test_a_failure_that_names_no_item_is_not_covered_by_a_deviation_of_items() -> None:
    assert apply([check(Verdict.FAIL)], [deviation(URL_EMPTY)])[0].verdict is Verdict.FAIL


def test_a_failure_of_another_scenario_is_not_covered() -> None:
    found = check(Verdict.FAIL, feature="logs")
    assert apply([found, check(Verdict.FAIL)], [deviation()])[0] == found


@pytest.mark.parametrize("items", [(), (URL_EMPTY,)])
def test_a_passing_check_that_should_fail_is_an_unexpected_pass(items: tuple[str, ...]) -> None:
    (judged,) = apply([check(Verdict.PASS, *items)], [deviation(*items)])
    assert (judged.verdict, judged.link) == (Verdict.UNEXPECTED_PASS, LINK)
    assert "Take the deviation out of the file." in judged.reason


def test_a_passing_example_beside_a_failing_one_is_no_surprise_when_the_deviation_names_items() -> None:
    checks = [check(Verdict.PASS, scenario="Zone"), check(Verdict.FAIL, URL_EMPTY, scenario="Station")]
    assert verdicts(apply(checks, [deviation(URL_EMPTY)])) == [Verdict.PASS, Verdict.DEVIATION]


def test_an_item_that_fails_no_more_is_an_unexpected_pass_of_its_own() -> None:
    judged = apply([check(Verdict.FAIL, URL_EMPTY)], [deviation(URL_EMPTY, "Z9/*")])
    assert verdicts(judged) == [Verdict.DEVIATION, Verdict.UNEXPECTED_PASS]
    assert "No failing item is Z9/* any more." in judged[1].reason
    assert judged[1].proof is Proof.LEASE


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE])
def test_what_was_not_decided_stays_as_it_is(verdict: Verdict) -> None:
    assert verdicts(apply([check(verdict)], [deviation(URL_EMPTY)])) == [verdict]


def test_a_deviation_that_matches_no_check_is_an_error_that_says_so() -> None:
    passed = check(Verdict.PASS)
    kept, error = apply([passed], [deviation(scenario="data point: Poled values")])
    assert kept == passed
    assert error.verdict is Verdict.ERROR
    assert (error.feature, error.scenario) == ("known deviations", "data point: Poled values")
    assert error.reason.startswith("The known deviation matches no check of this run. Correct its scenario")


@pytest.mark.parametrize(
    ("glob", "name", "covered"),
    [
        ("*/Status [a]*", "Z1/Status [a] b", True),
        ("*/Status [a]*", "Z1/Status a b", False),
        ("Z?/x", "Z1/x", True),
        ("Z?/x", "Z12/x", False),
        ("Z1/*", "z1/x", False),
        ("Z1/(A)", "Z1/(A)", True),
        ("Z1/*", "Z1/a\nb", True),
    ],
)
def test_only_star_and_question_mark_are_special_in_a_glob(glob: str, name: str, covered: bool) -> None:
    assert deviation(glob).covers(name) is covered


def write(folder: Path, text: str) -> Path:
    path = folder / "deviations.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_is_read(tmp_path: Path) -> None:
    row = f'[[deviation]]\nscenario = "data points: *"\nreason = "Läuft."\nlink = "{LINK}"\n'
    both = load(write(tmp_path, f'{row}{row}items = ["Z1/*", "Z2/*"]\n'))
    assert both == [
        Deviation(scenario="data points: *", reason="Läuft.", link=LINK),
        Deviation(scenario="data points: *", reason="Läuft.", link=LINK, items=("Z1/*", "Z2/*")),
    ]


def test_an_empty_file_knows_no_deviation(tmp_path: Path) -> None:
    assert load(write(tmp_path, "")) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[deviation]]\nscenario = "a"\nlink = "https://x"', "deviation 1: reason: Field required"),
        ('[[deviation]]\nscenario = "a"\nreason = "b"', "deviation 1: link: Field required"),
        ('[[deviation]]\nscenario = "a"\nreason = "b"\nlink = "ask Joe"', "deviation 1: link: "),
        ('[[deviation]]\nscenario = "a"\nreason = ""\nlink = "https://x"', "deviation 1: reason: "),
        ('[[deviation]]\nscenario = "a"\nreason = "b"\nlink = "https://x"\nitem = ["c"]', "deviation 1: item: "),
        ('[[deviation]]\nscenario = "a"\nreason = "b"\nlink = "https://x"\nitems = "c"', "deviation 1: items: "),
        ('[[deviation]]\nscenario = "a"\nreason = "b"\nlink = "https://x"\nitems = [""]', "deviation 1: items.0: "),
        ('[deviation]\nscenario = "a"', "holds [deviation]; write each known deviation as a table [[deviation]]"),
        ('[[deviations]]\nscenario = "a"', "holds deviations; write each known deviation as a table [[deviation]]"),
        ("deviation = [1]", "deviation 1: "),
        ("[[", "is not TOML"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DeviationsError) as caught:
        load(write(tmp_path, text))
    assert words in str(caught.value)
    assert str(tmp_path / "deviations.toml") in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeviationsError, match="cannot be read"):
        load(tmp_path / "deviations.toml")
