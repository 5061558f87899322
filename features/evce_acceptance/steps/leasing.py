"""Steps that write to a site under a lease; when a step returns, the site is as before, and proven to be."""

from __future__ import annotations

from evce_acceptance.checks.inspection import Findings
from evce_acceptance.results.verdicts import all_right
from evce_acceptance.writes.writing import Writing, differing
from pytest_bdd import then, when


@when("a zone is reduced by a little under a lease", target_fixture="findings")
def zone_is_reduced(writing: Writing) -> Findings:
    return differing(*writing.reduce_zone())


@when("an idle connector is made inoperative under a lease", target_fixture="findings")
def connector_is_switched_off(writing: Writing) -> Findings:
    return differing(*writing.switch_connector_off())


@when("a data point that is not writeable is written with what it shows", target_fixture="findings")
def not_writeable_is_written(writing: Writing) -> Findings:
    return writing.what_is_not_writeable()


@then("both ends had what was written until it was taken back")
@then("the write was refused")
def nothing_was_found(findings: Findings) -> None:
    all_right(findings)
