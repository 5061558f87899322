"""A whole acceptance run as a process of its own, against parties whose time runs twenty times as fast."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from evce_acceptance.plugin import verdict_of
from evce_acceptance.report import bundle
from evce_acceptance.results.run import Proof, Run, Verdict
from evce_acceptance.results.verdicts import InconclusiveError, NotApplicableError, WrongItemsError
from evce_connector.clock import ScaledClock
from evce_simulator import EvceSimulator, generate
from lying_proxy import Lie, LyingProxy

from tests.support.joined import EWS_PASSWORD, PASSWORD, JoinedSite

SPEED = 20
PATIENCE = 150
"""Seconds that a run may take on a busy machine; it takes ten on a quiet one."""
pytestmark = [pytest.mark.once, pytest.mark.timeout(PATIENCE + 30)]
PASSWORDS = {"controller": PASSWORD, "connector": EWS_PASSWORD}
ITEM = "EVCE Zones/Z1/ZoneMaxCurrent(A)"
Accept = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Start the guide's site with a connector; gives both addresses."""
    folder, clock = tmp_path_factory.mktemp("site"), ScaledClock(SPEED)
    with JoinedSite(folder, clock) as joined:
        joined.service.start()
        yield joined.simulator.url, joined.service.ews.address


@pytest.fixture
def accept(site: tuple[str, str], tmp_path: Path) -> Accept:
    """Accept the site as a technician would; gives exit status and what was said."""

    def run(
        *options: str,
        command: str = "run",
        controller: str = "",
        connector: str = "",
        budget: str = "reduction_lowers = true",
    ) -> tuple[int, str]:
        for name, password in PASSWORDS.items():
            (tmp_path / f"{name}.password").write_text(password, encoding="utf-8")
        (tmp_path / "site.toml").write_text(
            f"""
            name = "Bench"
            [controller]
            url = "{controller or site[0]}"
            user = "bms"
            password_file = "controller.password"
            writes = true
            [connector]
            url = "{connector or site[1]}"
            user = "ebo"
            password_file = "connector.password"
            poll_seconds = {15 / SPEED}
            late_seconds = 1
            settle_seconds = {30 / SPEED}
            [limits]
            requests_per_second = 100
            [budget]
            {budget}
            """,
            encoding="utf-8",
        )
        line = [sys.executable, "-m", "evce_acceptance", command, "--site", str(tmp_path / "site.toml")]
        line += ["--output", str(tmp_path / "out")] * (command == "run") + [*options]
        done = subprocess.run(  # noqa: S603 - our own module
            line,
            cwd=tmp_path,
            env=os.environ | {"PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def handed_over(folder: Path) -> Run:
    (path,) = (folder / "out").glob("*.zip")
    assert bundle.verify(path) == []
    return bundle.read(path)


def test_a_site_that_is_right_passes_and_is_handed_over_whole(accept: Accept, tmp_path: Path) -> None:
    status, said = accept()
    assert (status, "pass: Bench" in said) == (0, True), said
    assert re.search(r"^Passed, read-only: .*what a technician does and writes not tested$", said, re.MULTILINE), said
    assert "pass: ZoneId of the site is written by set-up (1 of 135)" in said
    run = handed_over(tmp_path)
    assert {check.verdict for check in run.checks} <= {Verdict.PASS, Verdict.INCONCLUSIVE}
    assert {check.proof for check in run.checks if check.verdict is Verdict.PASS} == {Proof.READ_ONLY}
    assert (len(run.readings), run.environment["controller"]) == (128, "EVCE simulator 6.0.0, API 6")
    assert not any(password in (tmp_path / "out" / said).name for password in PASSWORDS.values())
    assert all(exchange.operation != "SetValues" for exchange in run.exchanges)
    (taken,) = (tmp_path / "out" / "home").glob("*.bundle.zip")
    assert "To take home, without names of the site, names of zones, " in said
    with EvceSimulator(capture=taken, live=False) as simulator:
        assert len(simulator.model.connectors()) == 1


def first_look(folder: Path, *options: str, patience: float = PATIENCE) -> tuple[int, str]:
    """Run without a file, as somebody does who has addresses and logins alone."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "evce_acceptance", "run", *options, "--output", str(folder / "out")],
        cwd=folder,
        env=os.environ | {"PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=patience,
    )
    return done.returncode, done.stdout + done.stderr


def by_addresses(site: tuple[str, str], folder: Path) -> list[str]:
    """Return the options that tell both ends, with passwords in files."""
    files = {}
    for end, password in PASSWORDS.items():
        files[end] = str(folder / f"{end}.password")
        (folder / f"{end}.password").write_text(f"{password}\n", encoding="utf-8")
    connector = ["--ews", site[1], "--user", "ebo", "--password-file", files["connector"]]
    return [*connector, "--evce", site[0], "--login", "bms", "--evce-password-file", files["controller"]]


def test_a_first_look_needs_addresses_and_logins_alone(site: tuple[str, str], tmp_path: Path) -> None:
    ends = by_addresses(site, tmp_path)
    status, said = first_look(tmp_path, *ends, "--poll-seconds", "1.5", "--requests-per-second", "100")
    assert (status, f"pass: First look at {site[1]}" in said, "Passed, read-only: " in said) == (0, True, True), said
    run = handed_over(tmp_path)
    assert len(run.readings) == 128
    assert not any(password in run.to_json() for password in PASSWORDS.values())


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        (2, "A first look needs --user too."),
        (8, "A first look needs --login too."),
        (4, "The password of ebo at the connector is missing."),
        (10, "The password of bms at the controller is missing."),
    ],
)
def test_what_a_first_look_lacks_is_named(site: tuple[str, str], tmp_path: Path, left_out: int, says: str) -> None:
    ends = by_addresses(site, tmp_path)
    status, said = first_look(tmp_path, *ends[:left_out], *ends[left_out + 2 :])
    assert (status in {2, 3}, says in said) == (True, True), said


def test_a_first_look_at_a_controller_alone_lacks_the_connector(site: tuple[str, str], tmp_path: Path) -> None:
    status, said = first_look(tmp_path, *by_addresses(site, tmp_path)[6:])
    assert (status, "A first look needs the EWS server: --ews and --user too." in said) == (2, True), said


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Start a small site where a vehicle charges, with a connector that polls every 15 s; gives both addresses."""
    folder, clock = tmp_path_factory.mktemp("living"), ScaledClock(SPEED)
    with JoinedSite(folder, clock, replace(generate(2, 4, 6), live=True)) as joined:
        joined.service.start()
        joined.model.plug(1)
        yield joined.simulator.url, joined.service.ews.address


@pytest.mark.release
@pytest.mark.timeout(3 * PATIENCE)  # what nobody tells is waited for: the interval, and that alarms settle
def test_ews_alone_is_judged_without_the_controllers_address(living: tuple[str, str], tmp_path: Path) -> None:
    ends = by_addresses(living, tmp_path)[:6]
    status, said = first_look(tmp_path, *ends, "--requests-per-second", "100", patience=2 * PATIENCE)
    assert status == 0, said
    (told,) = re.findall(r"^(Values are polled every ([\d.]+) s, as measured\.)$", said, re.MULTILINE)
    assert float(told[1]) == pytest.approx(15 / SPEED, rel=0.5)  # a busy machine polls late
    (verdict,) = re.findall(r"^Passed, read-only, by EWS alone: (.*) not tested$", said, re.MULTILINE)
    assert {"values beside the controller's", "ages of values", "writes"} <= {*re.split(", | and ", verdict)}
    run = handed_over(tmp_path)
    undecided = {check.scenario for check in run.checks if check.reason.startswith("Nobody told the charge controller")}
    assert "Every value is what the guide's formula gives on the controller's figures" in undecided
    passed = {check.scenario for check in run.checks if check.verdict is Verdict.PASS}
    assert {"Sums, averages and numbers shown are those of what is shown", "The states shown fit each other"} <= passed
    assert {exchange.party for exchange in run.exchanges} == {"connector"}
    assert run.environment["polling"] == told[0]


@pytest.mark.release
def test_a_sites_file_without_a_controller_names_a_sum_that_is_altered_and_writes_nothing(
    living: tuple[str, str], tmp_path: Path
) -> None:
    altered = "EVCE Zones/Zone 1/ZoneOverallActivePowerTotal"
    (tmp_path / "connector.password").write_text(EWS_PASSWORD, encoding="utf-8")
    with LyingProxy(living[1], Lie("value", altered)) as proxy:
        (tmp_path / "site.toml").write_text(
            f"""
            name = "Alone"
            [connector]
            url = "{proxy.url}"
            user = "ebo"
            password_file = "connector.password"
            poll_seconds = "measured"
            late_seconds = 1
            settle_seconds = 2
            [limits]
            requests_per_second = 100
            """,
            encoding="utf-8",
        )
        status, said = first_look(tmp_path, "--site", "site.toml", "--allow-writes", "--approved-by", "A. Tester")
    assert (status, "fail: Alone" in said) == (1, True), said
    checks = handed_over(tmp_path).checks
    assert {item for check in checks if check.verdict is Verdict.FAIL for item in check.items} == {altered}
    assert {(check.verdict, check.reason) for check in checks if check.proof is Proof.LEASE} == {
        (Verdict.INCONCLUSIVE, "Nobody told the charge controller's address: --evce URL --login NAME.")
    }


def test_a_first_look_writes_nothing_on_a_site(site: tuple[str, str], tmp_path: Path) -> None:
    status, said = first_look(tmp_path, *by_addresses(site, tmp_path), "--allow-writes", "--approved-by", "A. Tester")
    assert (status, "A first look reads" in said) == (2, True), said


@pytest.mark.release
def test_a_connector_whose_controller_speaks_a_dialect_is_accepted(accept: Accept, tmp_path: Path) -> None:
    """What is true is read at the contract's own API, beside the dialect."""
    folder, clock = tmp_path / "dialect", ScaledClock(SPEED)
    folder.mkdir()
    speaks = {"profile": "areas", "contract_port": 0}
    with JoinedSite(folder, clock, controller=speaks, evce={"profile": "areas"}) as joined:
        joined.service.start()
        status, said = accept(controller=str(joined.simulator.contract_url), connector=joined.service.ews.address)
    assert (status, "pass: Bench" in said) == (0, True), said


def test_a_lie_on_the_wire_makes_the_run_fail_and_is_named(
    accept: Accept, site: tuple[str, str], tmp_path: Path
) -> None:
    with LyingProxy(site[1], Lie("value", ITEM)) as proxy:
        status, said = accept(connector=proxy.url)
        assert (status, "fail: Bench" in said) == (1, True), said
        failing = [check for check in handed_over(tmp_path).checks if check.verdict is Verdict.FAIL]
        assert {item for check in failing for item in check.items} == {ITEM}
        (before,) = (tmp_path / "out").glob("*.zip")
        status, beside = accept("--baseline", str(before), connector=proxy.url)
        assert (status, "fail: Bench" in beside, "Nothing is worse than" in beside) == (0, True, True), beside
        (again,) = {line.partition("See it again: ")[2] for line in said.splitlines() if "See it again: " in line}
        program, *options = shlex.split(again)
        repeated = subprocess.run(  # noqa: S603 - our own command
            [Path(sys.executable).with_name(program), *options],
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
    (line,) = [line for line in repeated.stdout.splitlines() if "ZoneMaxCurrent" in line]
    assert "101" in line


def test_approved_writes_are_made_under_leases_and_taken_back(accept: Accept, tmp_path: Path) -> None:
    status, said = accept(
        "--allow-writes", "--approved-by", "A. Tester", budget="reduction_lowers = true\nkw_minutes = 1000"
    )
    assert status == 0, said
    run = handed_over(tmp_path)
    leased = [check.verdict for check in run.checks if check.proof is Proof.LEASE]
    assert (run.approved_by, leased.count(Verdict.PASS)) == ("A. Tester", 6), said
    assert [entry.phase for entry in run.lease].count("closed") == 5


def test_the_plan_lists_every_call_and_makes_none_that_changes(accept: Accept) -> None:
    status, said = accept(command="plan")
    assert (status, "SetValues ZoneReduction," in said) == (0, True), said


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--allow-writes",), "--approved-by NAME"),
        (("--simulation", "nowhere.zip"), "does not exist"),
    ],
)
def test_a_run_that_cannot_begin_says_why(accept: Accept, options: tuple[str, ...], says: str) -> None:
    status, said = accept(*options)
    assert (status, says in said) == (2, True), said


def test_a_site_that_does_not_answer_is_named(accept: Accept) -> None:
    status, said = accept(connector="http://127.0.0.1:9/EcoStruxure/DataExchange")
    assert (status, "The site cannot be inspected" in said, "127.0.0.1:9" in said) == (3, True, True), said


@pytest.mark.parametrize(
    ("error", "verdict", "reason", "items"),
    [
        (None, Verdict.PASS, "", ()),
        (WrongItemsError({"b": "is wrong", "a": "too"}), Verdict.FAIL, "a: too\nb: is wrong", ("a", "b")),
        (AssertionError(), Verdict.FAIL, "An expectation does not hold.", ()),
        (NotApplicableError("No claim."), Verdict.NOT_APPLICABLE, "No claim.", ()),
        (InconclusiveError("Too early."), Verdict.INCONCLUSIVE, "Too early.", ()),
        (KeyError("x"), Verdict.ERROR, "KeyError: 'x'", ()),
    ],
)
def test_how_a_scenario_ends_gives_its_verdict(
    error: BaseException | None, verdict: Verdict, reason: str, items: tuple[str, ...]
) -> None:
    assert verdict_of(error) == (verdict, reason, items)
