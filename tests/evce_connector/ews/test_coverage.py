from connector_documents import ews_coverage
from evce_connector.ews.server import EwsServer
from evce_connector.ews.wire.contract import OPERATIONS


def test_every_operation_has_a_handler_or_a_written_reason() -> None:
    assert sorted([*ews_coverage.HANDLERS, *ews_coverage.NOT_OFFERED]) == sorted(OPERATIONS)


def test_the_server_offers_what_the_table_says(server: EwsServer) -> None:
    assert set(server.operations) == set(ews_coverage.HANDLERS)


def test_reasons_are_given_for_faults_of_the_contract_only() -> None:
    pairs = {(operation.name, fault) for operation in OPERATIONS.values() for fault in operation.faults}
    assert set(ews_coverage.impossible()) <= pairs
