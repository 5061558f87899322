"""Headers that a controller wants beside its login: told, found, or asked for by their name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evce_connector.evce import profile as profiles
from evce_connector.probe.asking import ProbeError
from evce_connector.probe.dialect.more_headers import UnknownHeaderError

from tests.evce_connector.probe.dialect.measuring import look, served
from tests.evce_connector.probe.dialect.test_doors import Answer, Controller, way_in

SYSTEM = '[headers]\nX-System = "EV"\n'


def wanting(value: str, said: str = "The header X-Operator is missing.") -> Callable[..., Answer]:
    """Return what a controller answers that wants a header with a value."""

    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401, ARG001 - as a controller is asked
        if headers.get("x-operator") != value:
            return "400 No", {"message": said}, {}
        return "200 OK", {"zones": []}, {}

    return say


def test_a_header_that_carries_the_logins_name_is_found() -> None:
    assert way_in(Controller(wanting("bms"))).headers == {"X-Operator": "{login}"}


def test_a_header_whose_value_nobody_knows_is_asked_for_by_its_name_after_two_requests() -> None:
    controller = Controller(wanting("EV"))
    with pytest.raises(UnknownHeaderError, match=r"refuses requests without the header X-Operator \(400\)"):
        way_in(controller)
    assert len(controller.asked) == 2


def test_a_header_that_was_told_goes_with_each_request() -> None:
    assert way_in(Controller(wanting("EV")), headers={"X-Operator": "EV"}).headers == {"X-Operator": "EV"}


@pytest.mark.parametrize(
    "said", ["Something is missing.", "The header Content-Type is wrong.", "The header X-API-Key is missing."]
)
def test_an_error_of_no_header_or_of_one_that_is_not_asked_for_wants_none(said: str) -> None:
    with pytest.raises(ProbeError) as raised:
        way_in(Controller(wanting("EV", said)))
    assert not isinstance(raised.value, UnknownHeaderError)


@pytest.mark.parametrize(
    ("answer", "said"),
    [("X-Operator", "it is no table of headers"), ({"X-Operator": "{nobody}"}, "nobody")],
)
def test_an_answer_that_is_no_header_is_refused_with_a_sentence(answer: object, said: str) -> None:
    with pytest.raises(ProbeError, match=f"The answer to the question headers cannot be read:.*{said}"):
        way_in(Controller(wanting("EV")), headers=answer)


def test_headers_that_were_told_stand_in_the_proposal_and_the_site_is_read_with_them(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(profiles.text_of("areas").replace("[system]", f"{SYSTEM}\n[system]", 1), encoding="utf-8")
    with served(str(file), "guide") as simulator:
        asked, found = look(simulator.url), look(simulator.url, {"headers": {"X-System": "EV"}})
    assert [(one.name, one.candidates) for one in asked.questions] == [("headers", ({"X-System": "{login}"},))]
    assert SYSTEM in found.profile
    assert found.proof.told.startswith("the whole site was read through it")
