"""Where nothing stands at a usual path, the probe asks for one, and takes any address that somebody has."""

from __future__ import annotations

from evce_connector.clock import SystemClock
from evce_connector.probe.asking import Target
from evce_connector.probe.dialect.search import Found, find

from tests.evce_connector.probe.dialect.measuring import FAST, PASSWORD, served

DIALECT, DOCUMENT = "verbose", "/installation"
"""One without a login, and the only document of it, whose name nobody guesses."""
WHOLE = "the whole site was read through it: 6 zones, 40 stations, 70 connectors; no fields cannot be read"


def sought(path: str, answers: dict[str, str] | None = None) -> Found:
    """Look at a path of a controller, with answers."""
    with served(DIALECT) as simulator:
        origin = simulator.url.removesuffix("/api/v2")
        return find(Target(origin + path, "bms", PASSWORD, True, FAST), SystemClock(), lambda _: None, answers)


def test_a_controller_with_nothing_at_a_usual_path_is_asked_about() -> None:
    found = sought("")
    assert found.profile == ""
    assert [question.name for question in found.questions] == ["zones", "stations", "connectors"]
    assert "has nothing at the usual paths below /api/v2, " in found.questions[0].text
    assert "# 1 = " in found.form


def test_a_path_that_is_answered_is_found_below_whatever_base_it_stands() -> None:
    assert sought("", {"zones": DOCUMENT}).proof.told == WHOLE
    assert sought("", {"zones": f"/api/v2{DOCUMENT}"}).proof.told == WHOLE


def test_an_address_of_a_document_instead_of_a_base_path_is_taken_for_that() -> None:
    found = sought(f"/api/v2{DOCUMENT}")
    assert (found.base, found.proof.told) == ("/api/v2", WHOLE)
