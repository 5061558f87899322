"""Figures, sites and the bare servers of the benchmark."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from load import messages
from load.bench import gsoap, lxml_server, machine
from load.bench.figures import Figure, middle, percentile, table
from load.bench.sites import make_pages


@pytest.mark.parametrize(
    ("value", "limit", "at_most", "verdict"),
    [
        (8, 8, True, "reached"),
        (8.1, 8, True, "NOT reached"),
        (1.5, 1.5, False, "reached"),
        (1.4, 1.5, False, "NOT reached"),
        (1, None, True, ""),
    ],
)
def test_a_figure_is_held_against_its_target(value: float, limit: float | None, at_most: bool, verdict: str) -> None:
    figure = Figure("s", "f", value, "x", limit, at_most=at_most)
    assert figure.as_json()["verdict"] == verdict


def test_the_table_names_figure_target_and_verdict() -> None:
    console = Console(width=120, record=True, quiet=True)
    console.quiet = False
    with console.capture() as shown:
        console.print(table([Figure("polls", "CPU", 1234.5, "ms", 2000), Figure("reads", "rate", 0.5, "x")]))
    for words in ("polls", "1,234 ms", "<= 2000", "reached", "0.5 x"):
        assert words in shown.get()


def test_medians_and_percentiles() -> None:
    assert middle([5, 1, 3]) == 3
    assert percentile(range(1, 101), 0.99) == 100
    assert percentile([7], 0.99) == 7


def test_a_site_has_the_pages_that_a_poll_asks_for() -> None:
    pages = make_pages(1_100)["first"]
    assert sorted(pages) == [
        "/connectors?limit=1000&offset=0",
        "/connectors?limit=1000&offset=1000",
        "/stations?limit=1000&offset=0",
        "/system",
        "/zones?limit=1000&offset=0",
    ]


@pytest.mark.parametrize(("before", "after", "share"), [("first", "second", 1.0), ("second", "few", 0.05)])
def test_variants_differ_in_all_or_in_five_per_cent(before: str, after: str, share: float) -> None:
    variants = make_pages(200)
    old, new = (json.loads(variants[name]["/connectors?limit=1000&offset=0"])["items"] for name in (before, after))
    assert sum(one != other for one, other in zip(old, new, strict=True)) == share * 200


def test_the_bare_server_answers_what_it_was_given() -> None:
    answer = lxml_server.answer(messages.get_values(["a", "b"]), {"a": ("0", "1.5"), "b": ("3", "")})
    assert [tuple(value) for value in messages.values_of(answer)] == [("a", 0, "1.5"), ("b", 3, "")]


def test_operations_that_are_not_measured_are_not_offered_by_the_gsoap_server() -> None:
    header = (
        "virtual int GetValues(_ns1__A *a, _ns1__B &b) SOAP_PURE_VIRTUAL;\n"
        "virtual int Renew(_ns1__C *c, _ns1__D &d) SOAP_PURE_VIRTUAL;\n"
    )
    defined = gsoap._others(header)
    assert "::Renew(_ns1__C *c, _ns1__D &d) { return SOAP_NO_METHOD; }" in defined
    assert "GetValues" not in defined


def test_a_missing_gsoap_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gsoap, "TOOLS", ("no-such-tool",))
    assert gsoap.why_missing() == "gSOAP is left out: no-such-tool not found (packages gsoap, libgsoap-dev, g++)"


def test_the_machine_is_described() -> None:
    described = machine.describe()
    assert described["cores"] >= 1
    assert "lxml" in described["packages"]
