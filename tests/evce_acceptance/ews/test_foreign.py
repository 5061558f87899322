"""A server of another make passes when it is right, and does not with any of the faults that servers have."""

from __future__ import annotations

import pytest
from evce_acceptance.ews.results import Outcome

from tests.evce_acceptance.ews.bench import conform, failures, untested
from tests.evce_acceptance.ews.foreign_faults import WRONGS
from tests.evce_acceptance.ews.foreign_front import Wrong, foreign
from tests.support.at_length import cases

pytestmark = pytest.mark.once

WRITES = {"Pump/Setpoint": "1600.5"}
ASKING = ("values.*", "items.*", "containers.*", "history.*", "alarms.*")
"""Checks whose answers are looked at by those that look back."""


def test_it_passes_when_it_is_right() -> None:
    with foreign() as url:
        result = conform(url, writes=WRITES)
    assert failures(result) == {}
    assert result.versions == ("1.2", "1.1")
    others = {id_ for id_, why in untested(result).items() if "does not offer" not in why}
    assert others == {"history.paging", "information.not-offered"}


@pytest.mark.parametrize("wrong", cases(WRONGS.items()))
def test_each_fault_is_found(wrong: Wrong) -> None:
    family = wrong.check.partition(".")[0]
    looks_back = family in ("answers", "faults", "schema", "information")
    with foreign(wrong) as url:
        result = conform(url, writes=WRITES, only=(f"{family}.*", *(ASKING if looks_back else ())))
    assert wrong.check in {line.row.id for line in result.of(Outcome.FAIL)}, wrong.what
