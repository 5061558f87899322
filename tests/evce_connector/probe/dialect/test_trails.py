"""Where answers lead: root documents, HAL, OData, JSON:API, HTML index pages and headers."""

from __future__ import annotations

from typing import Any

import pytest
from evce_connector.probe.asking import Answer
from evce_connector.probe.dialect.trails import trails

ORIGIN = "https://10.0.0.5"


def led(document: Any = None, *, text: str = "", status: int = 200, **headers: str) -> list[str]:  # noqa: ANN401 - JSON
    answer = Answer("GET", "/api", status, headers, document, not text, text=text)
    return trails([answer], "/api", ORIGIN)


@pytest.mark.parametrize(
    "root",
    [
        {"_links": {"areas": {"href": "/api/areas"}}},
        {"value": [{"name": "Areas", "kind": "EntitySet", "url": "areas"}]},
        {"data": [{"relationships": {"area": {"links": {"related": "/api/areas/7"}}}}]},
        ["/api/areas"],
        {"zones_url": f"{ORIGIN}/api/areas?page=1"},
    ],
)
def test_a_list_that_a_document_names_is_found(root: Any) -> None:  # noqa: ANN401 - JSON
    assert led(root) == ["/areas"]


def test_a_list_that_a_page_or_a_header_names_is_found() -> None:
    assert led(text="<html><a href='/api/areas'>Areas</a><link href=/x.css></html>") == ["/areas"]
    assert led({}, Link='</api/areas>; rel="areas"') == ["/areas"]
    assert led(text="moved", status=302, Location="/api/areas") == ["/areas"]


def test_what_stands_below_an_object_is_sought_beside_its_list_as_well() -> None:
    assert led({"self": "/api/cabinets/7/dispensers"}) == ["/cabinets", "/dispensers"]
    assert led({"href": "/api/posts/{postId}"}) == ["/posts"]


def test_another_host_and_what_is_no_document_are_left_alone() -> None:
    assert led({"url": "https://example.org/api/areas", "href": "/logo.svg", "link": "http://[oops/api"}) == []
