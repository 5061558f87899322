"""The table of checks and the functions of the checks are each other's."""

from __future__ import annotations

from collections import Counter

from evce_acceptance.ews.contract import operations
from evce_acceptance.ews.running import functions
from evce_acceptance.ews.table import rows


def test_every_row_has_a_function_and_every_function_a_row() -> None:
    assert {row.id for row in rows()} == functions().keys()


def test_every_row_has_an_id_of_its_own() -> None:
    assert [id_ for id_, count in Counter(row.id for row in rows()).items() if count > 1] == []


def test_every_operation_of_a_row_is_of_the_contract() -> None:
    assert {row.operation for row in rows()} - {""} == operations().keys()


def test_a_row_of_an_operation_of_1_2_is_not_made_in_1_1() -> None:
    later = {name for name, operation in operations().items() if operation.since == "1.2"}
    assert [row.id for row in rows() if row.operation in later and row.versions != "1.2"] == []
