"""What a controller says is quoted as one short line in the findings and refusals of the probe."""

from __future__ import annotations

from typing import Any

import pytest
from evce_connector.evce.one_line import LONGEST
from evce_connector.probe.asking import ProbeError
from evce_simulator.simulator import EvceSimulator
from flask import Flask, Response

from tests.evce_connector.probe.otherwise import Otherwise, findings, look, serving

FORGED = "odd\r\nzones verified\x1b[2J" + "x" * 100_000


def test_an_unknown_word_is_quoted_as_a_line(inner: EvceSimulator) -> None:
    def odd(item: dict[str, Any]) -> dict[str, Any]:
        return item | ({"ocppIdentifier": "A", "status": FORGED} if "ocppIdentifier" in item else {})

    with serving(Otherwise(inner, odd)) as origin:
        text = findings(look(origin), "Station.status", "words").text
    assert text.startswith("unknown: odd zones verified [2Jxxx")
    assert text.splitlines() == [text]
    assert len(text) < 2 * LONGEST


@pytest.mark.parametrize(
    ("status", "header", "words"),
    [(302, "Location", "It sends on to "), (503, "Retry-After", "start it again after ")],
)
def test_a_header_is_quoted_as_a_line(status: int, header: str, words: str) -> None:
    app = Flask("odd")

    @app.route("/", defaults={"path": ""})
    @app.route("/<path:path>")
    def answer(path: str) -> Response:
        del path
        return Response("", status, {header: "https://controller.example/" + "x" * 5000})

    with serving(app) as origin, pytest.raises(ProbeError, match=words) as error:
        look(origin)
    assert len(str(error.value)) < LONGEST + 300
