"""Text of the controller reaches logs and items as one short line, wherever it enters."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceError
from evce_connector.evce.one_line import LONGEST, one_line
from evce_connector.host.service import ConnectorService
from evce_connector.points.tree import ValueItem
from evce_connector.points.write_request import WriteRequest
from evce_connector.writes.write_through import EvceWriter
from evce_simulator import EvceSimulator, generate

from tests.evce_connector.evce.scripted import Answer, ScriptedController, as_json
from tests.support.joined import see

FORGED = "No\r\n2026-01-01 00:00:00 INFO EvceProcessor: good\u2028\x85\x1b[2J"
LONG = FORGED + "x" * 100_000
Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("EVSimu1", "EVSimu1"),
        ("Zähler 2\u00a0kW \u200f\U0001f50c", "Zähler 2\u00a0kW \u200f\U0001f50c"),
        ("two  spaces ", "two  spaces "),
        ("a\r\nb\tc\x00d\x7fe\x85f\u2028g", "a b c d e f g"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        ("\n" * 10_000, " "),
    ],
)
def test_a_text_becomes_one_line_of_at_most_200_characters(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.fixture
def run() -> Iterator[Callable[[Answer], ScriptedController]]:
    """Run controllers that always answer the same, until the test ends."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(ScriptedController(lambda _path, _query: answer))


def is_a_line(text: str) -> bool:
    return len(text) < LONGEST + 200 and text.splitlines() == [text] and "\x1b" not in text


@pytest.mark.parametrize(
    "answer",
    [
        as_json({"title": LONG, "detail": LONG}, 400),
        as_json({"title": LONG}, 500),
        as_json({"title": [LONG]}, 409),
        Answer(b"<html>", 200, {"Content-Type": "text/" + "x" * 5000}),
    ],
    ids=["refusal", "failure", "list for a text", "content type"],
)
def test_an_error_quotes_a_line_of_what_the_controller_says(
    run: Callable[[Answer], ScriptedController], make_client: Callable[..., EvceClient], answer: Answer
) -> None:
    with pytest.raises(EvceError) as error:
        make_client(run(answer).url).system()
    assert is_a_line(str(error.value))


@pytest.fixture
def site(simulate: Simulate) -> EvceSimulator:
    return simulate(generate(1, 2, 4))


def test_nothing_that_the_controller_calls_itself_or_its_objects_forges_a_line(
    site: EvceSimulator, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    site.model.set_system(apiVersion=LONG)
    site.model.set_station(1, status=LONG, friendlyName=FORGED)
    site.model.set_connector(1, phaseConnection=LONG, errorCode=LONG, status="faulted", dc=False)
    service = serve(site.url)
    with caplog.at_level(logging.INFO, "evce_connector"):
        prompts = service.set_up()
        service.poll()
    shown = [see(service, id_)[0] for id_ in ("Interface/EvceApiVersion", "Stations/1/StationStatus")]
    alarm = service.stores.alarms.event("Stations/1/Alarm")
    assert alarm is not None
    texts = [*(prompt.message for prompt in prompts), *(record.getMessage() for record in caplog.records), *shown]
    assert len(texts) >= 4
    assert [text for text in [*texts, alarm.message] if not is_a_line(str(text))] == []


def test_a_title_of_a_hundred_kilobytes_is_a_line_of_the_log_and_of_the_state(
    site: EvceSimulator,
    serve: Serve,
    run: Callable[[Answer], ScriptedController],
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = serve(site.url)
    service.set_up()
    service.poll()
    odd = run(as_json({"title": LONG}, 400))
    object.__setattr__(service.configuration.evce, "base_url", odd.url)
    with caplog.at_level(logging.WARNING, "evce_connector"):
        service.poll()
    (record,) = caplog.records
    assert is_a_line(record.getMessage())
    assert is_a_line(str(see(service, "Interface/EvceState")[0]))
    assert "400 No 2026-01-01" in record.getMessage()


def test_the_word_that_answers_a_write_is_a_line_of_the_result(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    service.set_up()
    answer = {"status": LONG, "connector": site.model.connector(1)}
    setattr(site.model, "set_availability", lambda *_args, **_options: answer)  # noqa: B010 - a controller that misbehaves
    item = service.items.tree.get("Stations/1/Connectors/1/ConnectorAvailability")
    assert isinstance(item, ValueItem)
    (result,) = EvceWriter(service.context, service.stores.commands).write([WriteRequest(item, False)], "ebo", "client")
    assert "the controller answers No 2026-01-01" in result.message
    assert is_a_line(result.message)
    assert is_a_line(str(see(service, "Interface/LastWriteResult")[0]))
