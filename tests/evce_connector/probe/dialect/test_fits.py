"""Values tell by themselves what they can be, and what they cannot."""

from __future__ import annotations

import pytest
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.fits import fit


@pytest.mark.parametrize("values", [("wss://cpo.example/ocpp/1", "wss://cpo.example/ocpp/2"), ("10.0.0.7", "10.0.0.8")])
def test_an_address_is_no_version_whatever_it_is_called(values: tuple[str, ...]) -> None:
    assert fit("version", Column("version", ("version",), values)) == 0


def test_a_number_with_points_is_a_version_and_a_word_may_be_one() -> None:
    numbers, words = (Column("x", ("x",), values) for values in (("3.4.1", "3.5.0"), ("lima", "oslo")))
    assert fit("version", numbers) == 1
    assert 0 < fit("version", words) < 0.5
