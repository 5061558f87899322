"""The simulator as an object and as a command."""

from __future__ import annotations

import logging
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from cryptography import x509
from evce_simulator import EvceSimulator, ManualClock, generate
from evce_simulator.certificate import make_certificate
from evce_simulator.cli import _wait_for_interrupt, main
from evce_simulator.server import CutConnectionError
from werkzeug.test import Client as WerkzeugClient

Run = Callable[..., Any]


def test_https_is_trusted_with_the_certificate_made_at_start(run: Run) -> None:
    client = run("guide", tls=True)
    assert client.simulator.url.startswith("https://127.0.0.1:")
    assert client.json("/zones")["total"] == 3


def test_https_is_not_trusted_without_it(run: Run) -> None:
    simulator = run("guide", tls=True).simulator
    context = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", simulator.port), 5) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="localhost")


def test_it_listens_on_the_loopback_address_only_by_default(run: Run) -> None:
    assert run("guide").simulator.url.startswith("http://127.0.0.1:")


def test_a_taken_port_is_one_sentence() -> None:
    with EvceSimulator("guide") as simulator:
        result = CliRunner().invoke(main, ["run", "--port", str(simulator.port)])
    assert result.exit_code == 1
    assert f"127.0.0.1:{simulator.port}" in result.output
    assert "Traceback" not in result.output


def test_no_thread_is_left_behind() -> None:
    before = set(threading.enumerate())  # some of which may be an earlier test's, and end meanwhile
    with EvceSimulator("guide") as simulator:
        requests.get(f"{simulator.url}/zones", timeout=10)
    assert set(threading.enumerate()) <= before


def test_the_journal_notes_requests_with_their_times(run: Run, clock: ManualClock) -> None:
    client = run("guide")
    client.json("/zones")
    clock.advance(15)
    client.json("/zones?limit=1")
    client.get("/zones/9")
    journal = client.simulator.journal
    assert journal.count() == 3
    assert journal.intervals("/zones") == [15]
    assert journal.count(path="/zones*", status=404) == 1
    assert [entry.query for entry in journal.entries("get", "/zones", since=15)] == ["limit=1"]
    assert journal.entries(fault="any") == []
    journal.clear()
    assert len(journal) == 0


def test_waiting_for_requests_that_do_not_come_says_how_many_came(run: Run) -> None:
    client = run("guide")
    client.json("/zones")
    client.simulator.journal.wait_for(1, "/zones")
    with pytest.raises(TimeoutError, match="1 of 2"):
        client.simulator.journal.wait_for(2, "/zones", timeout=0.05)


def test_the_journal_counts_to_the_last_request(run: Run) -> None:
    client = run("guide")
    client.json("/system")
    (entry,) = list(client.simulator.journal)
    assert entry.as_json()["time"] == "2026-01-05T06:00:00Z"
    assert (entry.method, entry.path, entry.status, entry.seconds) == ("GET", "/system", 200, 0)


def test_anything_on_the_site_can_be_changed(run: Run) -> None:
    client = run("campus")
    model = client.simulator.model
    model.set_system(apiVersion="5")
    model.set_connector(1, status="faulted", errorCode="GroundFailure", activePower=[1, 2, 3])
    model.rename("zone", 1, "A & B")
    model.rename("station", 1, "Door")
    model.move_station(1, 2)
    model.remove_connector(2)
    model.remove_station(40)
    model.remove_zone(5)
    model.add("connector", id=500, stationId=1, logicalConnector=7, maxCurrent=16)
    assert client.json("/system")["apiVersion"] == "5"
    assert client.json("/connectors/1")["activePower"] == [1, 2, 3]
    assert client.json("/zones/1")["name"] == "A & B"
    assert (client.json("/stations/1")["friendlyName"], client.json("/stations/1")["zoneId"]) == ("Door", 2)
    assert [each["id"] for each in client.json("/connectors?stationId=1")["items"]] == [1, 500]
    assert client.json("/stations")["total"] == 35
    assert client.json("/zones")["total"] == 5


def test_generated_sites_repeat_and_differ_by_seed() -> None:
    first, again, other = (generate(2, 5, 9, seed).tables for seed in (1, 1, 2))
    assert first == again != other
    assert [len(table) for table in first.values()] == [2, 5, 9]


def test_a_generated_site_is_served(run: Run) -> None:
    client = run(generate(3, 30, 61, 4))
    assert [client.json(f"/{kind}")["total"] for kind in ("zones", "stations", "connectors")] == [3, 30, 61]


def test_the_command_prints_the_free_port_and_answers_there() -> None:
    command = [sys.executable, "-u", "-m", "evce_simulator", "run", "--port", "0", "--password", "x", "--zones", "2"]
    command += ["--stations", "3", "--connectors", "4"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        try:
            answer = requests.get(f"{url}/connectors", auth=("bms", "x"), timeout=10)
        finally:
            process.kill()
    assert answer.json()["total"] == 4


def test_the_command_prints_all_that_a_user_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the wait for Ctrl-C is left out."""
    monkeypatch.setattr("evce_simulator.cli._wait_for_interrupt", lambda _: None)
    options = ["--port", "0", "--tls", "--start", "2026-03-01", "--speed", "60", "--live", "--scenario", "campus"]
    result = CliRunner().invoke(main, ["run", *options])
    assert result.exit_code == 0, result.output
    printed = dict(line.split(": ", 1) for line in result.output.splitlines())
    assert printed["EVCE API"].startswith("https://127.0.0.1:")
    assert printed["Page"].endswith(f"#{printed['Control token']}")
    assert {"Login", "Password", "Certificate", "API page", "Control"} <= set(printed)


def test_a_given_password_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evce_simulator.cli._wait_for_interrupt", lambda _: None)
    result = CliRunner().invoke(main, ["run", "--port", "0", "--password", "hidden", "--control-port", "-1"])
    assert "hidden" not in result.output
    assert "Control" not in result.output


def test_the_command_ends_when_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = iter([False, False])

    def interrupted(*_: object) -> bool:
        if (ended := next(waits, None)) is None:
            raise KeyboardInterrupt
        return ended

    monkeypatch.setattr("evce_simulator.clock.SystemClock.wait", interrupted)
    _wait_for_interrupt(threading.Event())
    assert not list(waits)


@pytest.mark.parametrize(
    ("host", "names", "addresses"),
    [
        ("charger.example", ["localhost", "charger.example"], ["127.0.0.1"]),
        ("192.0.2.7", ["localhost"], ["127.0.0.1", "192.0.2.7"]),
        ("127.0.0.1", ["localhost"], ["127.0.0.1"]),
    ],
)
def test_a_certificate_names_the_host_that_is_listened_on(
    tmp_path: Path, host: str, names: list[str], addresses: list[str]
) -> None:
    file, _ = make_certificate(tmp_path, host)
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert named.get_values_for_type(x509.DNSName) == names
    assert [str(address) for address in named.get_values_for_type(x509.IPAddress)] == addresses


def test_the_api_can_be_called_without_a_socket() -> None:
    simulator = EvceSimulator("guide", password="x")
    client = WerkzeugClient(simulator.wsgi)
    assert client.get("/api/v2/zones", auth=("bms", "x")).get_json()["total"] == 3
    simulator.inject("reset")
    with pytest.raises(CutConnectionError):
        client.get("/api/v2/zones", auth=("bms", "x"))
    simulator.stop()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--scenario", "nowhere"], "campus"),
        (["--zones", "3", "--stations", "2"], "--stations"),
        (["--speed", "0"], "speed"),
    ],
)
def test_a_wrong_option_is_one_sentence(options: list[str], named: str) -> None:
    result = CliRunner().invoke(main, ["run", "--port", "0", *options])
    assert result.exit_code == 1
    assert named in result.output


def test_beside_a_dialect_the_contracts_own_api_is_served_at_another_port() -> None:
    with EvceSimulator("guide", login="bms", password="x", profile="onedoc", contract_port=0) as simulator:
        assert simulator.contract_url is not None
        contract = requests.get(f"{simulator.contract_url}/zones/1", auth=("bms", "x"), timeout=10).json()
        dialect = requests.get(f"{simulator.url}/site.json", headers={"X-API-Key": "x"}, timeout=10).json()
    assert contract["name"] == dialect["site"]["groups"][0]["name"]


def test_without_a_port_for_it_the_contracts_own_api_is_not_served() -> None:
    with EvceSimulator("guide", profile="onedoc") as simulator:
        assert simulator.contract_url is None


def test_the_command_prints_where_the_contracts_own_api_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evce_simulator.cli._wait_for_interrupt", lambda _: None)
    result = CliRunner().invoke(main, ["run", "--port", "0", "--profile", "areas", "--contract-port", "0"])
    printed = dict(line.split(": ", 1) for line in result.output.splitlines())
    assert printed["Contract's API"].startswith("http://127.0.0.1:")
    assert printed["Contract's API"] != printed["EVCE API"]


def test_no_table_of_the_process_keeps_a_simulator_for_ever() -> None:
    before = dict(logging.statistics)  # type: ignore[attr-defined] # cheroot's, which enters each server
    with EvceSimulator("guide", password="secret"):
        assert logging.statistics == before  # type: ignore[attr-defined] # as above
