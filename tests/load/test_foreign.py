"""Loading a connector that runs already, whoever made it: its ids are found, and what keeps from it is said."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner
from evce_connector.clock import ManualClock

from load.__main__ import main
from load.discovery import Ask, discover
from load.foreign import Foreign, look, not_offered
from load.profiles import PROFILES
from load.target import Target
from tests.ebo_simulator.ews_stub import SOAP_TYPE, E, Element, Stub, StubServer, envelope, ids_of
from tests.evce_connector.takeover.old_connector import disguise
from tests.support import tls
from tests.support.joined import EWS_PASSWORD, USER, JoinedSite

REDUCTION = "Zones/1/ZoneReduction"
needs_locust = pytest.mark.skipif(
    find_spec("locust") is None,  # importing it would patch this process
    reason="locust is in the extra [load]",
)
FEW = {"EnterpriseServer": 1, "AutomationServer": 1, "Pme": 1}


@pytest.fixture
def stub() -> Stub:
    """Serve a tree of three values with ids of another maker, one of them in two folders."""
    made = Stub()
    made.container("{0}", "Other", "Server", ["a&b", "{2}"])
    made.container("a&b", "Zone", "Folder", ["#1", "#2", "log"])
    made.container("{2}", "Station", "Folder", ["#2", "#3", "a&b"])
    for key in ("#1", "#2", "#3"):
        made.value(key, "Power", "Double", "1.5", "kW")
    row = {"Id": "log", "Name": "Readings", "Description": "", "Type": "Double", "Unit": "kW", "ValueItemId": "#1"}
    made.histories["log"] = row
    made.root = "{0}"
    return made


@pytest.fixture
def server(stub: Stub) -> Iterator[StubServer]:
    """Serve it; every request that was sent and every answer must have followed the contract."""
    running = StubServer(stub, USER, EWS_PASSWORD)
    yield running
    running.close()
    assert stub.invalid == []


def target(server: StubServer) -> Target:
    return Target("smoke", FEW, server.url, USER, EWS_PASSWORD, "unused")


def refusal(goal: Target) -> str:
    with pytest.raises(ClickException) as told:
        look(goal)
    return told.value.message


def test_what_there_is_is_found_from_the_root_each_once(server: StubServer, stub: Stub) -> None:
    shown = look(target(server))
    assert (shown.folders, shown.values, shown.histories) == (("a&b", "{2}"), ("#1", "#2", "#3"), ("log",))
    assert [ids_of(request) for request in stub.asked("GetContainerItems")] == [[], ["a&b", "{2}"]]


def test_an_operation_that_the_server_does_not_offer_is_named(server: StubServer, stub: Stub) -> None:
    stub.operations = ["GetValues", "GetHistory", "Subscribe"]
    missing = not_offered(look(target(server)))
    assert "GetAlarmEvents" in missing
    assert "GetHistory" not in missing


def test_a_server_that_lists_no_operations_is_asked_for_all(server: StubServer, stub: Stub) -> None:
    stub.operations = []
    assert not_offered(look(target(server))) == []


def paging(pages: dict[str, str]) -> Ask:
    """Answer the root in pages: of each reference what follows; each page has a value named by its reference."""

    def ask(operation: str, body: bytes) -> bytes:
        if operation != "GetContainerItems":
            return b""
        asked = body.partition(b"<MoreDataRef>")[2].partition(b"<")[0].decode()
        more = pages[asked]
        status = f"<MoreDataAvailable>{str(bool(more)).lower()}</MoreDataAvailable><MoreDataRef>{more}</MoreDataRef>"
        return f"<ValueItems><ValueItem><Id>value {asked}</Id></ValueItem></ValueItems>{status}".encode()

    return ask


def test_a_tree_that_comes_in_pages_is_read_to_the_last_one() -> None:
    assert discover(paging({"": "2", "2": "3", "3": ""})).values == ("value ", "value 2", "value 3")


def test_pages_that_go_in_circles_come_to_an_end() -> None:
    assert discover(paging({"": "2", "2": "2"})).values == ("value ", "value 2")
    assert discover(paging({"": "2", "2": "3", "3": "2"})).values == ("value ", "value 2", "value 3")


def test_a_server_that_shows_nothing_is_told_so(server: StubServer, stub: Stub) -> None:
    stub.containers = {"{0}": stub.containers["{0}"]}
    told = refusal(target(server))
    assert told == (
        f"{server.url} shows no values: 0 folders are below its root, and no value item in any. "
        "Wait until the connector has set up its site, and look at it with `ebo-simulator tree`."
    )


def test_an_item_to_write_that_is_not_there_is_named(server: StubServer) -> None:
    assert "no value item with the id '#9', which --write names" in refusal(replace(target(server), writes=["#9"]))


def test_a_login_that_is_refused_is_told_without_the_password(server: StubServer) -> None:
    told = refusal(replace(target(server), password="wrong-Word"))
    assert "refused the login of user 'ebo' (HTTP 401)" in told
    assert "wrong-Word" not in told


def test_a_path_that_is_no_service_is_told(server: StubServer) -> None:
    goal = replace(target(server), ews=f"{server.url}/other")
    assert "no EWS service at" in refusal(goal)


def test_a_server_that_is_no_ews_server_is_told(server: StubServer, stub: Stub) -> None:
    stub.replace["GetWebServiceInformation"] = lambda _: (200, "text/html", b"<html>Welcome</html>")
    assert "GetWebServiceInformation" in (told := refusal(target(server)))
    assert "it is no SOAP envelope" in told


def test_a_port_at_which_nobody_answers_is_told() -> None:
    goal = Target("smoke", FEW, "http://127.0.0.1:9/DataExchange", USER, EWS_PASSWORD, "unused")
    assert refusal(goal).startswith("No answer from http://127.0.0.1:9/DataExchange: ")


def test_https_is_spoken_with_the_issuer_that_ca_names(stub: Stub, tmp_path: Path) -> None:
    made = tls.make("connector", "127.0.0.1")
    running = StubServer(stub, USER, EWS_PASSWORD, tls.context(made, tmp_path))
    try:
        goal = target(running)
        assert "Name the file of its issuer with --ca." in refusal(goal)
        trusted = replace(goal, ca=str(made.saved(tmp_path / "ca.pem")))
        assert len(look(trusted).values) == 3
    finally:
        running.close()


def test_https_at_a_port_of_plain_http_is_told(server: StubServer) -> None:
    goal = replace(target(server), ews=server.url.replace("http:", "https:"))
    assert "Where the server speaks plain HTTP, write http://." in refusal(goal)


def test_a_ca_file_that_holds_no_certificate_is_told(server: StubServer, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    goal = replace(target(server), ews=server.url.replace("http:", "https:"), ca=str(tmp_path / "ca.pem"))
    assert "holds no certificate that can be read" in refusal(goal)


def test_nothing_is_written_unless_an_item_is_named(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("word\nnot this line\n")
    foreign = Foreign("http://x/y", USER, tmp_path / "password")
    goal = foreign.target(PROFILES["large"], tmp_path / "large")
    assert goal.users == {"EnterpriseServer": 2, "AutomationServer": 2, "Pme": 1}
    assert (goal.password, goal.writes, goal.is_ours) == ("word", [], False)
    written = replace(foreign, writes=("#1", "#2")).target(PROFILES["smoke"], tmp_path / "smoke")
    assert (written.users["CarefulOperator"], written.writes) == (2, ["#1", "#2"])


@pytest.mark.parametrize(
    "options",
    [("--ews", "http://x/y"), ("--user", "ebo"), ("--write", "#1"), ("--ews", "http://x/y", "--dialect", "areas")],
)
def test_half_of_what_a_running_connector_takes_is_a_mistake_in_use(options: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 2
    assert "Give --ews, --user and --password-file" in result.output


@needs_locust
@pytest.mark.once
def test_a_connector_with_ids_of_its_own_is_loaded_and_written_only_where_told(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{EWS_PASSWORD}\n")
    clock = ManualClock(datetime(2026, 11, 30, 12, tzinfo=UTC))
    with JoinedSite(tmp_path, clock) as site:
        ids = disguise(site.service)
        site.service.ews.start()
        before = site.see(ids[REDUCTION])
        said = loaded(tmp_path, site.service.ews.address, "--write", ids[REDUCTION])
        written = [one.item for one in site.service.stores.commands.lines()]
        assert set(written) == {REDUCTION}
        assert site.see(ids[REDUCTION]) == before
    assert "shows 178 values and 36 logs" in said
    assert "check: every value is answered" in said
    for left_out in ("check: no value too old", "check: writes arrive", "cycle time of the connector"):
        assert left_out in said.partition("not judged, without our simulated controller")[2]
    assert EWS_PASSWORD not in said


@pytest.mark.release
@needs_locust
@pytest.mark.once
def test_a_value_that_is_not_answered_breaks_the_run(server: StubServer, stub: Stub, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{EWS_PASSWORD}\n")

    def all_but_the_last(_: Element) -> tuple[int, str, bytes]:
        item = E.ValueItem(E.Id("#1"), E.State("0"), E.Value("1.5"))
        return 200, SOAP_TYPE, envelope(E.GetValuesResponse(E.GetValuesItems(item)))

    stub.replace["GetValues"] = all_but_the_last
    said = loaded(tmp_path, server.url, status=1)
    assert "operations and checks failed; 0.0% may." in said
    assert "not written: no item was allowed with --write" in said
    assert "not asked, for the server does not offer it: GetAlarmEvents" in said
    assert {operation for operation, _ in stub.requests} == {
        "GetWebServiceInformation",
        "GetContainerItems",
        "GetValues",
    }


def loaded(folder: Path, address: str, *options: str, status: int = 0) -> str:
    """Load a connector for a few seconds by the command line; what it says."""
    command = [sys.executable, "-m", "load", "--ews", address, "--user", USER, "--seconds", "5"]
    places = ["--password-file", str(folder / "password"), "--output", str(folder / "output")]
    environment = {**os.environ, "COLUMNS": "400"}
    done = subprocess.run(  # noqa: S603 - our own module
        [*command, *places, *options], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    return " ".join(done.stdout.split())
