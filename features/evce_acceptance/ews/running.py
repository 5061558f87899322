"""A whole run: every row of the table, in every version that the server speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from ebo_simulator.clock import Clock
from evce_acceptance.ews import checks
from evce_acceptance.ews.checking import Case, Check, NotTestedError, WrongError, entered
from evce_acceptance.ews.contract import VERSIONS
from evce_acceptance.ews.messages import text
from evce_acceptance.ews.results import Line, Outcome, Result
from evce_acceptance.ews.server import Server
from evce_acceptance.ews.site import Site
from evce_acceptance.ews.speaking import NoAnswerError, OutOfBudgetError, Speaker
from evce_acceptance.ews.table import Row, rows
from evce_acceptance.site.wire import Pace

SILENCES = 5
"""Checks in a row without any answer after which the server is taken for gone."""
_END = frozenset({"information.offered"})
"""Rows beside those of `throughout` that look back at the run: they send nothing."""

Tell = Callable[[Line, int, int], None]
"""Is told of each line, its number, and how many there are."""


@dataclass(frozen=True)
class Wanted:
    """What is to be tested: the server, as whom, how fast, with how many requests, and what may be changed."""

    url: str
    user: str
    password: str = field(repr=False)
    ca: Path | None = None
    requests_per_second: float = 5.0
    most: int = 400
    writes: Mapping[str, str] = field(default_factory=dict)
    acknowledge: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    """Patterns of the ids of checks, with * and ?; all where there are none."""


def functions() -> Mapping[str, Check]:
    """Return every check's function by its id; each module of `checks` is imported for it."""
    for module in iter_modules(checks.__path__):
        import_module(f"{checks.__name__}.{module.name}")
    return entered()


def run(wanted: Wanted, clock: Clock, tell: Tell = lambda *_: None) -> Result:
    """Test a server, and return what came of each check; `tell` hears of each line as it is there."""
    result = Result(wanted.url, clock.now().isoformat(timespec="seconds"))
    begun = clock.monotonic()
    pace = Pace(wanted.requests_per_second, clock)
    speaker = Speaker(wanted.url, wanted.user, wanted.password, ca=wanted.ca, pace=pace, most=wanted.most)
    try:
        cases = {version: _case(speaker, version, wanted, clock) for version in VERSIONS}
        spoken = tuple(version for version in VERSIONS if _is_spoken(cases[version])) or VERSIONS[:1]
        result.versions, result.server = spoken, _named(cases[spoken[0]])
        _run(result, cases, list(_plan(spoken, wanted.only)), tell)
    finally:
        speaker.close()
    result.requests, result.seconds = speaker.sent, round(clock.monotonic() - begun, 1)
    return result


def _run(result: Result, cases: Mapping[str, Case], plan: Sequence[tuple[Row, str]], tell: Tell) -> None:
    """Make every check of a plan."""
    silences = 0
    for number, (row, version) in enumerate(plan, 1):
        hindrance = "" if version in result.versions else f"the server does not speak EWS {version}"
        if silences >= SILENCES and not _looks_back(row):
            hindrance = hindrance or "the server does not answer any more"
        speaker = cases[version].server.speaker
        before = speaker.sent
        line = _line(row, version, cases[version], hindrance)
        if speaker.sent > before:
            silences = silences + 1 if line.is_silent else 0
        result.lines.append(line)
        tell(line, number, len(plan))


def _case(speaker: Speaker, version: str, wanted: Wanted, clock: Clock) -> Case:
    server = Server(speaker, version)
    return Case(server, Site(server), clock, wanted.writes, wanted.acknowledge)


def _is_spoken(case: Case) -> bool:
    """Tell whether a server answers a version in that version."""
    try:
        found = case.site.information
    except (NoAnswerError, OutOfBudgetError):
        return False
    return found is not None and found.get("version") == case.server.version


def _named(case: Case) -> str:
    try:
        found = case.site.information
    except (NoAnswerError, OutOfBudgetError):
        return ""
    name, version = (text(found, f"GetWebServiceInformationSystem/{part}") for part in ("Name", "Version"))
    return f"{name} {version}".strip()


def _plan(spoken: tuple[str, ...], only: tuple[str, ...]) -> Iterator[tuple[Row, str]]:
    """Yield each row with each version; those that look back come last."""
    table = [row for row in rows() if not only or any(fnmatchcase(row.id, pattern) for pattern in only)]
    looking_back = [row for row in table if _looks_back(row)]
    for version in VERSIONS:
        yield from ((row, version) for row in table if not _looks_back(row) and row.versions in ("each", version))
    yield from ((row, spoken[0]) for row in table if row.versions == "once")
    for version in VERSIONS:
        yield from ((row, version) for row in looking_back if row.versions in ("each", version))


def _looks_back(row: Row) -> bool:
    return row.id.partition(".")[0] in ("answers", "faults", "schema") or row.id in _END


def _line(row: Row, version: str, case: Case, hindrance: str) -> Line:
    """Make a check, unless something hinders it."""
    server = case.server
    server.last = None
    outcome, why, is_silent = Outcome.NOT_TESTED, hindrance, False
    try:
        if not why and row.operation and row.operation not in case.site.offered:
            why = f"the server does not offer {row.operation}"
        if not why:
            functions()[row.id](case)
            outcome = Outcome.PASS
    except NotTestedError as reason:
        why = str(reason)
    except OutOfBudgetError:
        why = f"budget: {server.speaker.most} requests were sent (--most)"
    except WrongError as wrong:
        outcome, why = Outcome.FAIL, str(wrong)
    except NoAnswerError as error:
        is_silent = True
        outcome, why = Outcome.FAIL, f"{server.last.operation if server.last else 'A request'}: {error}."
    except (ValueError, LookupError) as error:
        outcome, why = Outcome.FAIL, f"The answer cannot be read: {error}."
    return Line(row, version, outcome, why, server.last if outcome is Outcome.FAIL else None, is_silent)
