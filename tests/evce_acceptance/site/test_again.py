"""The command that shows a failure again."""

from __future__ import annotations

from pathlib import Path

import pytest
from evce_acceptance.results.run import Check, Exchange, Proof, Verdict
from evce_acceptance.site.again import command_for
from evce_acceptance.site.settings import Connector, Controller, Site

CONTROLLER, CONNECTOR = "https://10.1.2.3/api/v2", "https://10.1.2.4:8093/EcoStruxure/DataExchange"


def site(**ends: object) -> Site:
    return Site(
        name="Depot",
        controller=Controller(url=CONTROLLER, user="bms", password="Geheim-1", **ends),
        connector=Connector(url=CONNECTOR, user="ebo", password="Geheim-2", **ends),
    )


def check(verdict: Verdict, *items: str) -> Check:
    return Check("any_site", "Every value", (), Proof.READ_ONLY, verdict, "It is not.", items)


def asked(party: str, url: str) -> list[Exchange]:
    return [Exchange("2026-11-30T12:00:00+00:00", party, "GET /zones", url, 500, 0.1)]


def test_a_wrong_item_is_read_again_by_its_path() -> None:
    said = command_for(check(Verdict.FAIL, "EVCE Zones/R&D/ZoneType"), site(), [])
    assert said == f"ebo-simulator values --url {CONNECTOR} --user ebo --version 1.2 'EVCE Zones/R&D/ZoneType'"


def test_an_answer_of_the_controller_that_was_an_error_is_asked_again_by_curl() -> None:
    url = f"{CONTROLLER}/zones?offset=0&limit=1000"
    said = command_for(check(Verdict.ERROR), site(), asked("controller", url))
    assert said == f"curl --include --user bms '{url}'"


def test_an_endpoint_that_failed_is_asked_who_it_is() -> None:
    said = command_for(check(Verdict.ERROR), site(), asked("connector", CONNECTOR))
    assert said == f"ebo-simulator info --url {CONNECTOR} --user ebo"


@pytest.mark.parametrize(
    ("trusted", "options"), [(True, ""), (False, " --insecure"), (Path("/site/ca.pem"), " --ca /site/ca.pem")]
)
def test_certificates_are_trusted_as_in_the_sites_file(trusted: bool | Path, options: str) -> None:
    said = command_for(check(Verdict.FAIL, "Z"), site(verify_tls=trusted), [])
    assert said == f"ebo-simulator values --url {CONNECTOR} --user ebo{options} --version 1.2 Z"


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.ERROR])
def test_no_command_holds_a_password(verdict: Verdict) -> None:
    said = command_for(check(verdict, "Z"), site(), asked("controller", CONTROLLER))
    assert "Geheim" not in said


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.DEVIATION, Verdict.NOT_APPLICABLE])
def test_what_fails_no_run_need_not_be_seen_again(verdict: Verdict) -> None:
    assert command_for(check(verdict, "Z"), site(), []) == ""


def test_a_failure_without_an_item_has_no_command() -> None:
    assert command_for(check(Verdict.FAIL), site(), asked("controller", CONTROLLER)) == ""
