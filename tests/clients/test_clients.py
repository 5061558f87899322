"""Clients of other makes do what a building management system does: discover, read, write, history and alarms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.clients.programs import PROGRAMS, Program, need, visit
from tests.clients.proxy import Proxy
from tests.clients.site import Site, running_site

pytestmark = pytest.mark.once

every_client = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)


def judge(site: Site, program: Program, address: str, subtests: pytest.Subtests) -> dict[str, dict[str, Any]]:
    """Let a client visit; each step is judged by itself, so that a failure names client and step."""
    need(program.packages, program.probe)
    seen = visit(program, address)
    for step, expected in site.shown().items():
        with subtests.test(step):
            assert seen.steps.get(step) == expected, seen.trouble
    with subtests.test("what controller and connector hold"):
        assert site.holds() == {"reduction": 12.5, "alarm": "ACKNOWLEDGED"}
    return seen.steps


@every_client
def test_a_client_does_every_step(site: Site, program: Program, subtests: pytest.Subtests) -> None:
    judge(site, program, site.address, subtests)


@every_client
def test_a_client_gets_in_by_sha_256_alone_if_it_computes_that(tmp_path: Path, program: Program) -> None:
    need(program.packages, program.probe)
    with running_site(tmp_path, digest=["SHA-256"]) as site:
        seen = visit(program, site.address)
    assert ("discover" in seen.steps) == program.computes_sha_256, seen.trouble


@every_client
def test_a_client_does_every_step_through_nginx(
    site: Site, program: Program, proxy: Proxy, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    with proxy.pass_to(site.address, tmp_path):
        judge(site, program, f"http://{proxy.place}/EcoStruxure/DataExchange", subtests)


def test_a_client_that_sends_chunks_keeps_its_one_connection_through_login_and_all_steps(
    site: Site, subtests: pytest.Subtests
) -> None:
    (node,) = [program for program in PROGRAMS if program.name == "node"]
    steps = judge(site, node, site.address, subtests)
    assert steps["connections"] == {"opened": 1}
