"""Where a request is answered: what is small and in memory at once, all else on a thread."""

from __future__ import annotations

import pytest
from evce_connector.ews.web import EwsRequest
from evce_connector.http_server.messages import Cost, Head

from tests.evce_connector.ews.conftest import WRITER, Serve, envelope, ids, request


def bulk(operation: str, count: int) -> bytes:
    return envelope(request(operation, ids(f"{operation}Ids", *(f"Stations/{number}" for number in range(count)))))


@pytest.mark.parametrize(
    ("body", "cost"),
    [
        (bulk("GetValues", 1), Cost.QUICK),
        (bulk("GetValues", 2_000), Cost.QUICK),
        (bulk("GetValues", 2_001), Cost.LARGE),
        (bulk("GetItems", 200), Cost.QUICK),
        (bulk("GetItems", 201), Cost.USUAL),
        (bulk("GetContainerItems", 10), Cost.USUAL),
        (bulk("GetContainerItems", 1_000), Cost.LARGE),
        (envelope(request("GetHistory")), Cost.USUAL),
        (envelope(request("SetValues")).ljust(100_000), Cost.USUAL),
        (b"", Cost.USUAL),
        (b"GetValuesRequest", Cost.USUAL),
    ],
)
def test_only_small_reads_from_memory_are_answered_in_the_loop(serve: Serve, body: bytes, cost: Cost) -> None:
    head = Head("POST", "/", "", {}, "127.0.0.1")
    assert EwsRequest(serve().application, head, WRITER).cost(body) is cost
