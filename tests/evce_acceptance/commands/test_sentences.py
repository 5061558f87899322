"""What keeps an acceptance run from beginning is said as it is written, brackets included."""

from __future__ import annotations

import io

import pytest
from evce_acceptance.commands.begin import sentences
from evce_acceptance.site.simulated import SimulatedSiteError
from rich.console import Console


def test_the_name_of_an_extra_is_not_taken_for_a_colour() -> None:
    screen = io.StringIO()
    with pytest.raises(SystemExit) as ended, sentences(Console(file=screen, width=200)):
        raise SimulatedSiteError("pip install 'evce-connector[acceptance,simulators]'")
    assert screen.getvalue() == "pip install 'evce-connector[acceptance,simulators]'\n"
    assert ended.value.code == 3
