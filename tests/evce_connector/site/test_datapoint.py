"""Sources that are read together give what each of them gives alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from evce_connector.site import formulas
from evce_connector.site.datapoint import Field, Formula, OfReduction, Phase, Read, StatusIs, read_together
from evce_connector.site.model import Connector, Zone

CONNECTOR = Connector(
    9, 7, 1, "charging", True, False, False, 32, None, "triphase", 16, 11, (1.5, 2.5, 3.5), (6.0, 7.0, 8.0), 99.5, "", 4
)
ZONE = Zone(1, "North", "dynamic", 250, 120, 80, 3, None)
PHASES = [Phase("active_power", phase) for phase in (1, 2, 3)]


@pytest.mark.parametrize(
    ("sources", "model"),
    [
        ([Field("status")], CONNECTOR),
        ([Field("set_point_current"), Field("set_point_power"), Field("available")], CONNECTOR),
        (PHASES, CONNECTOR),
        (PHASES[::-1], CONNECTOR),
        (PHASES[1:], CONNECTOR),
        ([*PHASES[:2], Phase("rms_current", 3)], CONNECTOR),
        ([StatusIs("available"), StatusIs("charging"), StatusIs("faulted")], CONNECTOR),
        ([StatusIs("charging")], CONNECTOR),
        ([Formula(formulas.active_power_total), Formula(formulas.rms_current_average)], CONNECTOR),
        ([Field("status"), StatusIs("charging"), PHASES[0]], CONNECTOR),
        ([OfReduction("value"), OfReduction("description"), Field("name")], ZONE),
    ],
)
def test_what_is_read_together_is_what_each_gives_alone(sources: Sequence[Read], model: Connector | Zone) -> None:
    assert list(read_together(sources)(model)) == [source.reader()(model) for source in sources]
