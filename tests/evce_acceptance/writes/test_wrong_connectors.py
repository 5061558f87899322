"""Whole acceptance runs with writes on connectors that write wrong: each is red and names what it wrote to.

Some kinds are accepted always; before a release every one that the tables of features/mutants hold, some 30.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from evce_acceptance.report import bundle
from evce_acceptance.results.run import Check, Proof, Verdict
from evce_connector.clock import ScaledClock
from evce_simulator import EvceSimulator

from features.mutants.table import Mutant, mutants
from features.seen.sites import PLAIN, STATION
from tests.evce_acceptance.writes.wrong_connector import PASSWORDS

SPEED = 20
PATIENCE = 150
"""Seconds that a run may take on a busy machine."""
pytestmark = [pytest.mark.once, pytest.mark.timeout(PATIENCE + 60)]
CHOSEN = "EVCE Zones/North/CP-9/Connector-2"
"""The connector whose id, 8, is neither number nor position nor station; the zone North has the id 40."""
TARGETS = ("EVCE Zones/North", "EVCE Zones/Z1", "EVCE Zones/Z2", CHOSEN)
"""What a run writes to."""
BESIDE = {"availability-of-the-neighbour-too": "connector 9 of station 9 (3)", "reduction-of-all-zones": "zone 2 (Z2)"}
"""What some write to as well."""
LEFT = ("reduction-left-is-not-written", "reduction-left-is-not-read")
"""What is wrong only where the controller's reductions say what is left."""
LATE = ("validity-judged-by-our-clock",)
"""What is wrong only where the controller's clock is behind."""
KINDS = ("availability-to-the-number", "half-a-zone-after-a-refusal", "reduction-of-all-zones")
"""What is accepted always: one that writes to another, one that writes half, one that writes to others too."""


WRONG = [
    pytest.param(one, id=one.id, marks=[] if one.id in KINDS else [pytest.mark.release])
    for one in mutants()
    if one.writes and not one.unseen
]


SITE = """
name = "Bench"
[controller]
url = "{controller}"
user = "bms"
password_file = "controller.password"
writes = true
reduction_percent = "{reductions}"
[connector]
url = "{connector}"
user = "ebo"
password_file = "connector.password"
poll_seconds = 0.75
late_seconds = 1
settle_seconds = 1.5
[limits]
requests_per_second = 100
[budget]
zones = 3
reduction_lowers = true
kw_minutes = 1000
"""


@pytest.fixture
def controller() -> Iterator[EvceSimulator]:
    """Start a site on which ids, numbers, positions and stations differ."""
    with EvceSimulator("guide", login="bms", password=PASSWORDS["controller"], clock=ScaledClock(SPEED)) as simulator:
        model = simulator.model
        model.add("zone", id=40, name="North", type="STATIC", maxCurrent=63, setPointCurrent=63, setPointPower=43)
        model.add("station", id=9, zoneId=40, **STATION)
        model.add("connector", id=2, stationId=9, logicalConnector=1, **PLAIN)
        model.add("connector", id=8, stationId=9, logicalConnector=2, **PLAIN)
        model.add("connector", id=9, stationId=9, logicalConnector=3, **PLAIN)
        yield simulator


@contextmanager
def connector(wrong: str, folder: Path, url: str) -> Iterator[str]:
    """Run a connector with one change; gives its address."""
    line = [sys.executable, "-m", "tests.evce_acceptance.writes.wrong_connector", wrong, str(folder), url]
    line += [reductions(wrong), str(SPEED)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdin
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def reductions(wrong: str) -> str:
    """Say what the site's reductions say."""
    return "left" if wrong in LEFT else "taken"


def accept(wrong: str, folder: Path, controller: str, connector_: str) -> tuple[int, list[Check]]:
    """Accept the site with writes; gives the exit status and what did not pass, or wrote."""
    for name, password in PASSWORDS.items():
        (folder / f"{name}.password").write_text(password, encoding="utf-8")
    path = folder / "site.toml"
    text = SITE.format(controller=controller, connector=connector_, reductions=reductions(wrong))
    path.write_text(text, encoding="utf-8")
    line = [sys.executable, "-m", "evce_acceptance", "run", "--site", str(path), "--output", str(folder / "out")]
    line += ["--allow-writes", "--approved-by", "A. Tester"]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603
    (package,) = (folder / "out").glob("*.zip")
    checks = bundle.read(package).checks
    return done.returncode, [one for one in checks if one.proof is Proof.LEASE or one.verdict is Verdict.FAIL]


def test_the_right_connector_is_accepted_and_tried_where_a_mix_up_would_show(
    controller: EvceSimulator, tmp_path: Path
) -> None:
    with connector("", tmp_path, controller.url) as address:
        status, checks = accept("", tmp_path, controller.url, address)
    assert (status, {check.verdict for check in checks}) == (0, {Verdict.PASS})
    written = {entry.path for entry in controller.journal.entries("PUT")}
    assert written == {f"/zones/{zone}/reduction" for zone in (1, 2, 40)} | {"/connectors/8/availability"}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_connector_that_writes_wrong_is_not_accepted(
    controller: EvceSimulator, tmp_path: Path, wrong: Mutant
) -> None:
    if wrong.id in LEFT:
        controller.model.let_reductions_leave(True)
    if wrong.id in LATE:
        controller.clock.jump(-3600)
    with connector(wrong.id, tmp_path, controller.url) as address:
        status, checks = accept(wrong.id, tmp_path, controller.url, address)
    failing = [check for check in checks if check.verdict is Verdict.FAIL]
    assert status == 1
    named = [BESIDE[wrong.id]] if wrong.id in BESIDE else TARGETS
    assert any(item in check.reason for check in failing for item in named), failing


def test_every_kind_that_is_tried_is_in_the_tables() -> None:
    assert {*KINDS, *BESIDE, *LEFT, *LATE} <= {one.id for one in mutants() if one.writes and not one.unseen}
