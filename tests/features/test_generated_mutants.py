"""Mutants that a tool makes: what is changed, who looks at it, and what is kept of what became of it."""

from __future__ import annotations

import subprocess  # a change of code is made in a process of its own
import sys
from collections import Counter
from pathlib import Path

import pytest

from features.mutants import mutated, outcomes, report
from features.mutants.outcomes import Became
from features.mutants.patches import patch, source_of
from features.mutants.recording import Recording, Seen, statement_at
from features.mutants.running import Verdict
from features.mutants.scenarios import FEATURES
from features.mutants.survivors import name_of, survivors
from features.mutants.swapping import can_swap

pytest.importorskip("cosmic_ray")

from features.mutants import generated

pytestmark = pytest.mark.once

FORMULAS = "evce_connector.site.formulas"
ROOT = Path(mutated.__file__).parents[2]
LEAST_RATE = 95.0


def test_the_tool_changes_one_line_of_what_is_named() -> None:
    made = generated.generate(FORMULAS)

    third = [one for one in made if one.where == f"{FORMULAS}:rms_current_average" and "/ 4" in one.new]
    assert [one.new for one in third] == ["return fsum(connector.rms_current) / 4"]


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("    if a := b:\n        pass\n", "    if not (a := b):\n        pass\n"),
        ("    while ä_ := b - 1:\n        pass\n", "    while not (ä_ := b - 1):\n        pass\n"),
        ("    if a:\n        pass\n", "    if not a:\n        pass\n"),
    ],
)
def test_a_condition_that_names_its_value_is_turned_round_in_brackets(line: str, changed: str) -> None:
    source = f"def f(b):\n{line}"

    assert generated._text(source, generated.Place("", "core/AddNot", 0)) == f"def f(b):\n{changed}"


def test_how_arguments_are_given_is_not_mutated() -> None:
    source = "def f(a, *, b=1) -> int:\n    return a * b\n"

    same = generated._meaning("def f(a, /, b=1) -> None:\n    return a * b\n")

    assert generated._meaning(source) == same
    assert generated._meaning("def f(a, *, b=2):\n    return a * b\n") != same


@pytest.mark.parametrize(
    ("caught", "replaced"),
    [
        ("ValueError", "CosmicRayTestingException"),
        ("json.JSONDecodeError", "CosmicRayTestingException"),
        ("(OSError, ValueError)", "(CosmicRayTestingException, ValueError)"),
    ],
)
def test_an_exception_is_replaced_as_a_whole(caught: str, replaced: str) -> None:
    source = "try:\n    a()\nexcept {}:\n    pass\n"

    text = generated._text(source.format(caught), generated.Place("", "core/ExceptionReplacer", 0))

    assert text == source.format(replaced)


def test_of_several_exceptions_those_of_packages_are_left_as_they_are() -> None:
    source = "try:\n    a()\nexcept (json.JSONDecodeError, csv.Error):\n    pass\n"

    assert generated._text(source, generated.Place("", "core/ExceptionReplacer", 0)) is None


def test_mutants_of_equal_lines_have_names_of_their_own() -> None:
    made = [one.id for one in generated.generate("evce_connector.writes.entry")]

    assert [times for times in Counter(made).values() if times > 1] == []
    assert name_of("m:f", "return 1", "return 2", 2) == "m:f: return 1 > return 2 (2)"


def test_what_is_listed_as_unnoticeable_is_not_mutated() -> None:
    left_out = {where for where, rows in mutated.guards().items() if any(not row.lines for row in rows)}

    made = {one.where for one in generated.generate("evce_connector.alarms.rules")}

    assert "evce_connector.alarms.rules:AlarmRule.__post_init__" in left_out
    assert made & left_out == set()


def test_what_is_left_out_is_there() -> None:
    for where, rows in mutated.guards().items():
        module, _, name = where.partition(":")
        source = source_of(module)
        lines = [
            line for number, line in enumerate(source.splitlines(), 1) if generated.name_at(source, number) == name
        ]
        for row in rows:
            assert any(line.strip().startswith(row.lines) for line in lines), where


def test_one_seed_chooses_one_sample_and_another_seed_another() -> None:
    first, again, other = (
        [one.id for one in generated.sample([FORMULAS, "evce_connector.writes.rules"], 3, seed)] for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other
    assert len(first) == len(other) == 3


@pytest.mark.parametrize(
    ("line", "lines"),
    [(1, {1}), (2, {2}), (3, {3, 4, 5}), (4, {3, 4, 5}), (6, {6}), (7, {7, 8}), (10, {10}), (11, {11})],
)
def test_a_line_stands_for_its_statement_and_of_one_that_holds_others_for_its_head(line: int, lines: set[int]) -> None:
    source = """import a
def f(b):
    if (b and
        b.c
    ):
        return 1
    d = [
    ]
    try:
        return d
    except ValueError:
        return 2"""

    assert statement_at(source, line) == lines


def test_who_executes_a_line_looks_at_its_mutants_with_all_examples_that_pass() -> None:
    line = 1 + source_of(FORMULAS).splitlines().index("    return fsum(connector.active_power)")
    nodes = [f"{FEATURES}::power[{n}]" for n in range(3)] + [f"{FEATURES}::other", f"{FEATURES}::wrong"]
    recording = Recording(nodes=dict.fromkeys(nodes, "calculations"))
    executed = {FORMULAS: frozenset({line})}

    assert set(recording.wanted()) == {nodes[0], *nodes[2:]}
    recording.take(Seen(nodes[0], passed=True, seconds=0.1, lines={}))
    recording.take(Seen(nodes[2], passed=True, seconds=0.2, lines=executed))
    recording.take(Seen(nodes[3], passed=True, seconds=0.1, lines={FORMULAS: frozenset({1})}))
    recording.take(Seen(nodes[4], passed=False, seconds=0.1, lines=executed))

    assert recording.of(FORMULAS, line) == nodes[:3]


def test_a_line_that_is_executed_on_import_concerns_everyone() -> None:
    nodes = [f"{FEATURES}::one", f"{FEATURES}::other"]
    recording = Recording(at_import={FORMULAS: frozenset({1})}, nodes=dict.fromkeys(nodes, "tree"))
    for node in nodes:
        recording.take(Seen(node, passed=True, seconds=0.1, lines={}))

    assert recording.of(FORMULAS, 1) == nodes
    assert recording.of(FORMULAS, 99) == []


def test_only_a_change_within_functions_is_made_without_importing_anew() -> None:
    inside = patch(f"{FORMULAS}:active_power_total", "connector.active_power", "connector.rms_current")
    outside = patch("evce_connector.processors.latecomers:PAUSE", "300.0", "301.0")

    assert (can_swap(inside), can_swap(outside)) == (True, False)


def test_a_function_that_was_imported_does_what_the_patch_says_wherever_it_is_held() -> None:
    lines = [
        "from evce_connector.site import catalogue, formulas",
        "from evce_connector.site.formulas import active_power_total as held",
        "from features.mutants.patches import patch",
        "from features.mutants.swapping import swap",
        "from types import SimpleNamespace as Some",
        "import gc",
        "gc.freeze()",  # as the collection of tests does: what it holds is then in no list of objects
        "swap(patch('evce_connector.site.formulas:active_power_total', 'fsum(', '7 * fsum('))",
        "print(held(Some(active_power=[1.0, 2.0, 0.5])))",
    ]
    run = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", "; ".join(lines)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert run.stdout.strip() == "24.5"


def test_what_became_of_mutants_is_kept_module_by_module(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.csv"
    rules, formulas = Became("alarms.rules:a", Verdict.KILLED, "x"), Became("site.formulas:a, b", Verdict.HUNG, "")
    gone = Became("site.gone:a", Verdict.KILLED, "x")
    outcomes.keep([rules, gone], {FORMULAS: 0, "evce_connector.alarms.rules": 1, "evce_connector.site.gone": 2}, file)

    outcomes.keep([formulas], {FORMULAS: 0, "evce_connector.alarms.rules": 1}, file)

    assert list(outcomes.load(file).values()) == [formulas, rules]


def test_every_survivor_has_its_reason_and_whoever_has_a_reason_survives() -> None:
    lived = {row.mutant for row in outcomes.load().values() if row.verdict == Verdict.SURVIVED}

    assert lived == {one.id for one in survivors()}


def test_enough_of_the_generated_mutants_are_noticed() -> None:
    assert report.total(report.tally(outcomes.load().values())).rate >= LEAST_RATE


def test_the_page_says_what_became_of_the_generated_mutants() -> None:
    part = report.generated(report.tally(outcomes.load().values()), sorted(survivors()))

    assert part.strip() in report.PAGE.read_text(encoding="utf-8")
