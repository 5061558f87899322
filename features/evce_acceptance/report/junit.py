"""A run as JUnit XML, for build servers: one suite for each feature."""

from __future__ import annotations

from collections.abc import Sequence

from evce_acceptance.report.texts import clean, moment
from evce_acceptance.results.run import Check, Run, Verdict
from lxml import etree

ELEMENTS = {
    Verdict.FAIL: "failure",
    Verdict.UNEXPECTED_PASS: "failure",
    Verdict.ERROR: "error",
    Verdict.DEVIATION: "skipped",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.INCONCLUSIVE: "skipped",
}
"""What a verdict becomes; `pass` needs no element."""


def render(run: Run) -> bytes:
    """Write a run as JUnit XML, the reasons as messages, named items as text."""
    suites = etree.Element("testsuites", {"name": clean(f"Site acceptance: {run.site}"), **_totals(run.checks)})
    for feature in dict.fromkeys(check.feature for check in run.checks):
        checks = [check for check in run.checks if check.feature == feature]
        suite = etree.SubElement(suites, "testsuite", {"name": clean(feature), **_totals(checks)})
        started = moment(run.started)
        if started is not None:
            suite.set("timestamp", f"{started:%Y-%m-%dT%H:%M:%S}")
        properties = etree.SubElement(suite, "properties")
        for name, value in {"site": run.site, "approved by": run.approved_by, **run.environment}.items():
            etree.SubElement(properties, "property", name=clean(name), value=clean(value))
        for check in checks:
            _case(suite, check)
    return etree.tostring(suites, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _totals(checks: Sequence[Check]) -> dict[str, str]:
    kinds = [ELEMENTS.get(check.verdict) for check in checks]
    return {
        "tests": str(len(checks)),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "skipped": str(kinds.count("skipped")),
        "time": f"{sum(check.seconds for check in checks):.3f}",
    }


def _case(suite: etree._Element, check: Check) -> None:
    names = {"name": clean(check.scenario), "classname": clean(check.feature), "time": f"{check.seconds:.3f}"}
    case = etree.SubElement(suite, "testcase", names)
    kind = ELEMENTS.get(check.verdict)
    if kind is not None:
        message = " ".join(filter(None, (f"{check.verdict.capitalize()}: {check.reason}", check.link)))
        found = etree.SubElement(case, kind, message=clean(message))
        if kind != "skipped":
            found.set("type", check.verdict)
        found.text = clean("\n".join(check.items)) or None
    lines = [f"see it again: {check.again}"] * bool(check.again)
    lines += [f"proof: {check.proof}", f"requirements: {', '.join(check.requirements) or 'none'}"]
    etree.SubElement(case, "system-out").text = clean("\n".join(lines))
