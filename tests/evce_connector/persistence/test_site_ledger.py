"""The site's ledger: what is read of it."""

from __future__ import annotations

from evce_connector.persistence.ledger import Change, Kind, SiteLedger
from sqlalchemy import Engine


def test_the_last_lines_are_read_in_their_order_as_many_as_are_asked_for(engine: Engine) -> None:
    ledger = SiteLedger(engine)
    ledger.wait_for(
        Change("2026-08-01T00:00:00Z", f"Stations/{number}", Kind.ADDED, "", f"S{number}") for number in range(5)
    )
    with engine.begin() as connection:
        ledger.let_go(ledger.write(connection))
    assert [line.id for line in ledger.lines(2)] == ["Stations/3", "Stations/4"]
    assert [line.id for line in ledger.lines()] == [f"Stations/{number}" for number in range(5)]
