"""Retention without its pauses."""

from __future__ import annotations

from evce_connector.host.service import ConnectorService


def run_out(service: ConnectorService) -> None:
    """Let retention delete all that is too old, without a pause."""
    for _ in range(100_000):
        service.retention._due = 0.0
        service.retention.turn()
        if service.retention.until_due() > 1:
            return
    raise AssertionError("retention does not end")
