"""What tests of the report share: small runs, and the page of a run as a reader sees it."""

from functools import cache

from evce_acceptance.report import html
from evce_acceptance.results.run import Check, Proof, Reading, Run, Verdict
from lxml.html import HtmlElement, document_fromstring

from tests.evce_acceptance.report.example_run import example


@cache
def example_report() -> str:
    return html.render(example())


def page(run: Run, *, simulation: Run | None = None) -> HtmlElement:
    report = example_report() if run == example() else html.render(run, simulation=simulation)
    return document_fromstring(report)


def words(element: HtmlElement | None) -> str:
    """Give the text that a reader sees."""
    assert element is not None
    return " ".join(" ".join(element.itertext()).split())


def section(run: Run, name: str, **more: Run) -> HtmlElement:
    return page(run, **more).get_element_by_id(name)


def lines(run: Run, name: str, **more: Run) -> list[str]:
    """Give the rows of a section's tables, without their heads."""
    return [words(row) for row in section(run, name, **more).iterfind(".//tbody/tr")]


def check(verdict: Verdict, reason: str = "", *items: str, proof: Proof = Proof.READ_ONLY, ids: str = "D-2") -> Check:
    return Check("data points", f"Scenario that is {verdict}", (ids,), proof, verdict, reason, items)


def run(*checks: Check, readings: list[Reading] | None = None) -> Run:
    return Run("site", "2026-11-23T08:00:00Z", checks=list(checks), readings=readings or [])


def reading(number: int, verdict: Verdict = Verdict.PASS, note: str = "") -> Reading:
    name = f"DataPoint{number % 26}"
    item = f"EVCE Zones/Z1/EVSimu{number // 26}/Connector-1/{name}"
    return Reading(item, name, "Double", "kW", "1.0", f"{number / 100}", "Good", number / 100 - 1, verdict, note)


def requirement(name: str, *checks: Check, **more: Run) -> str:
    return next(line for line in lines(run(*checks), "requirements", **more) if line.startswith(f"{name} "))
