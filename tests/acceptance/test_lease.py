"""Write leases on a real connector and a simulated controller, over HTTP."""

from __future__ import annotations

from tests.acceptance.stage import Stage

Items = dict[str, dict[str, str]]


def test_a_zone_without_reduction_is_reduced_and_has_none_afterwards(stage: Stage, items: Items) -> None:
    with stage.lease() as lease:
        with lease.zone_reduction(2, 10, items["zone 2"]) as held:
            assert stage.reduction(2) == (10, held.controller["validity"])
        assert stage.reduction(2) is None
    assert held.differences == ()
    assert float(held.connector["ZoneReduction"]) == 10
    assert stage.changes() == ["PUT /zones/2/reduction", "DELETE /zones/2/reduction"]
