from pathlib import Path

import pytest
from evce_connector.ews import coverage
from evce_connector.ews.contract import OPERATIONS
from evce_connector.ews.server import EwsServer


def test_every_operation_has_a_handler_or_a_written_reason() -> None:
    assert sorted([*coverage.HANDLERS, *coverage.NOT_OFFERED]) == sorted(OPERATIONS)


def test_the_server_offers_what_the_table_says(server: EwsServer) -> None:
    assert set(server.operations) == set(coverage.HANDLERS)


def test_reasons_are_given_for_faults_of_the_contract_only() -> None:
    pairs = {(operation.name, fault) for operation in OPERATIONS.values() for fault in operation.faults}
    assert set(coverage.impossible()) <= pairs


def test_the_document_has_not_drifted() -> None:
    assert coverage.DOCUMENT.read_text(encoding="utf-8") == coverage.document()


def test_the_document_can_be_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "DOCUMENT", tmp_path / "COVERAGE.md")
    coverage.main()
    assert coverage.DOCUMENT.read_text(encoding="utf-8").startswith("# What of the EWS contract is served")
