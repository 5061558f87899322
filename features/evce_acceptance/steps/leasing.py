"""Steps that write to a site under a lease; when a step returns, the site is as before, and proven to be."""

from __future__ import annotations

from evce_acceptance.checks.inspection import Findings
from evce_acceptance.results.verdicts import all_right
from evce_acceptance.writes.writing import Writing
from pytest_bdd import then, when


@when("a zone is reduced by a little under a lease", target_fixture="findings")
def zone_is_reduced(writing: Writing) -> Findings:
    return writing.reduce_zone()


@when("an idle connector is made inoperative under a lease", target_fixture="findings")
def connector_is_switched_off(writing: Writing) -> Findings:
    return writing.switch_connector_off()


@when("reduction and validity of a leased zone are written together and each alone", target_fixture="findings")
def written_in_turn(writing: Writing) -> Findings:
    return writing.write_in_turn()


@when("a leased zone is written validities that are over, and what is no value", target_fixture="findings")
def no_values_are_written(writing: Writing) -> Findings:
    return writing.write_no_values()


@when("a leased zone is written reductions that cannot be", target_fixture="findings")
def impossible_reductions_are_written(writing: Writing) -> Findings:
    return writing.write_out_of_range()


@when("several leased zones are written in one request", target_fixture="findings")
def several_zones_are_written(writing: Writing) -> Findings:
    return writing.write_several_zones()


@when("what is not writeable is written with what it shows", target_fixture="findings")
def not_writeable_is_written(writing: Writing) -> Findings:
    return writing.what_is_not_writeable()


@then("both ends had what was written until it was taken back")
@then("the write was refused")
@then("what can be was taken, and nothing was lost")
@then("each was refused, and nothing changed")
@then("each zone got its own")
def nothing_was_found(findings: Findings) -> None:
    all_right(findings)
