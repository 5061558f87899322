"""How long a simulator's certificate holds: the machine's clock counts there, as its clients judge by theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from evce_simulator.certificate import make_certificate
from evce_simulator.clock import ManualClock


@pytest.mark.parametrize(
    ("today", "begins", "ends"),
    [
        ("2026-03-01T12:00:00", "2026-02-28T12:00:00", "2027-03-01T12:00:00"),
        ("2028-02-29T00:30:00", "2028-02-28T00:30:00", "2029-02-28T00:30:00"),
        ("2026-12-31T23:59:59", "2026-12-30T23:59:59", "2027-12-31T23:59:59"),
    ],
)
def test_a_certificate_holds_from_yesterday_for_clocks_that_go_slow_to_a_year_from_now(
    tmp_path: Path, today: str, begins: str, ends: str
) -> None:
    # Not by freezegun: cryptography keeps the first datetime class that it sees, for all tests that follow.
    file, _ = make_certificate(tmp_path, clock=ManualClock(datetime.fromisoformat(today).replace(tzinfo=UTC)))
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    assert certificate.not_valid_before_utc == datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert certificate.not_valid_after_utc == datetime.fromisoformat(ends).replace(tzinfo=UTC)
