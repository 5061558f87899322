"""FAILURES.md: the ten failures with what was measured, and the fault contract; made of data and of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from evce_simulator.catalogue import FaultRow, catalogue

from features.failures.limits import LIMITS, POLL
from features.failures.measuring import FOLDER, Measuring
from features.failures.table import PLACES, Case, Failure, failures

PAGE = FOLDER / "FAILURES.md"
NOTICED, OVER = "noticed", "over"
HEADING = f"""# The ten failures of a site

What happens on every site sooner or later, what an operator sees of it, what is to be done, and how long it takes.
Written by `python -m features.failures --write`, which runs the features of the failures on the simulated controller
and measures in the time of the site. Times are in s, with {POLL:g} s between polls and all else by default. *After* is
what was measured, looking each second, or each 5 or 15 s where it may take minutes; *limit* is what a feature allows.
"""


def lacking(found: Measuring) -> list[str]:
    """Say in sentences what was not measured, and what no row speaks of."""
    cases = {case.name for failure in failures() for case in failure.cases}
    wanted = {(name, kind) for name in cases for kind in (NOTICED, OVER)}
    return [
        *(f"{name}: was not measured, {kind}." for name, kind in sorted(wanted - found.seconds.keys())),
        *(f"{name}: was measured, {kind}, and is in no row." for name, kind in sorted(found.seconds.keys() - wanted)),
    ]


def document(found: Measuring) -> str:
    """Write the page; everything was measured."""
    parts = [HEADING, _overview(found), *(_section(failure, found) for failure in failures()), _limits(), _contract()]
    return "\n".join(parts)


def _overview(found: Measuring) -> str:
    def longest(failure: Failure, kind: str) -> str:
        return f"{max(found.seconds[case.name, kind] for case in failure.cases):g}"

    rows = [
        (f"{failure.number}", _link(failure), longest(failure, NOTICED), longest(failure, OVER), _places(failure))
        for failure in failures()
    ]
    places = "".join(f"- {letter}: {words}.\n" for letter, words in PLACES.items())
    heading = ("", "failure", "noticed after at most", "over after at most", "where it can be tried")
    return f"{_table(heading, rows)}\n{places}"


def _link(failure: Failure) -> str:
    """Link to a failure's section, by the rule that makes anchors of headings."""
    kept = "".join(letter for letter in _heading(failure).lower() if letter.isalnum() or letter in " -_")
    return f"[{failure.title}](#{kept.replace(' ', '-')})"


def _heading(failure: Failure) -> str:
    return f"{failure.number}. {failure.title}"


def _places(failure: Failure) -> str:
    return ", ".join(failure.places)


def _section(failure: Failure, found: Measuring) -> str:
    feature = f"specification/failures/{failure.feature}.feature"
    heading = ("case", "noticed: that", "after", "limit", "over: that", "after", "limit")
    return "\n".join(
        [
            f"## {_heading(failure)}\n",
            f"{failure.happens}\n",
            f"- **What an operator sees:** {failure.sees}",
            f"- **What to do:** {failure.do}",
            f"- **Trying it ({_places(failure)}):** {failure.tried}",
            f"- **Feature:** [{failure.feature}]({feature})\n",
            _table(heading, (_measured(case, found) for case in failure.cases)),
        ]
    )


def _measured(case: Case, found: Measuring) -> Sequence[str]:
    name = case.name.rstrip(",")
    noticed, over = (f"{found.seconds[case.name, kind]:g}" for kind in (NOTICED, OVER))
    return name, case.seen, noticed, f"{case.notice:g}", case.over, over, f"{case.recover:g}"


def _limits() -> str:
    rows = [(f"{limit.seconds:g}", limit.rule) for limit in LIMITS.values()]
    return f"## Where the limits come from\n\n{_table(('s', 'what the connector promises'), rows)}"


def _contract() -> str:
    tried = {
        fault: failure.number for failure in reversed(failures()) for case in failure.cases for fault in case.faults
    }

    def row(fault: FaultRow) -> Sequence[str]:
        expect, number = fault.expect, tried.get(fault.name)
        shown = (expect.poll, f"{expect.state}, {expect.of}", expect.alarm, f"{expect.notice}", f"{expect.recover}")
        return f"`{fault.name}`", fault.about, *shown, f"{number or ''}"

    words = (
        "What the simulated controller can be made to do by name (`evce-simulator faults`), and what a connector\n"
        "shows while it hits every call: whether polls fail, the worst state and of what, the alarm; *noticed* within\n"
        "so many intervals and a time-out, *over* within so many after it. The last column is its failure.\n"
    )
    heading = ("fault", "what it is", "poll", "state", "alarm", "noticed", "over", "failure")
    return f"## The fault contract\n\n{words}\n{_table(heading, map(row, catalogue().values()))}"


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(_lines(heading, rows))


def _lines(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (heading, ["---"] * len(heading), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def drifted(text: str, page: Path = PAGE) -> bool:
    """Tell whether the page is another than it should be."""
    return not page.exists() or page.read_text(encoding="utf-8") != text
