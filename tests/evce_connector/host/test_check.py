"""`check`: what would go wrong with a configuration, before it runs."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from evce_connector import cli
from evce_connector.evce.profile import PROFILES
from evce_connector.host.check import Finding, check
from evce_connector.host.service import ConnectorService
from evce_connector.http_server.tls import made
from evce_simulator import EvceSimulator

from tests.support.connector_process import configuration_file, free_port
from tests.support.joined import NOBODY, PASSWORD

Simulate = Callable[..., EvceSimulator]
Document = dict[str, dict[str, Any]]
Write = Callable[[], Path]


@pytest.fixture
def write(document: Document, tmp_path: Path) -> Write:
    """Write the configuration as it is by then, and return its path."""

    def to_file() -> Path:
        path = configuration_file(document, tmp_path)
        path.chmod(0o600)
        return path

    return to_file


def texts(findings: list[Finding], kind: str) -> list[str]:
    assert all(PASSWORD not in finding.text for finding in findings)
    return [finding.text for finding in findings if finding.kind == kind]


def test_all_that_is_right_is_said(simulate: Simulate, document: Document, write: Write) -> None:
    simulator = simulate(tls=True)
    document["evce"] |= {"base_url": simulator.url, "verify_tls": str(simulator.ca_file)}
    path = write()
    findings = check(path)
    assert texts(findings, "error") == []
    assert texts(findings, "good") == [
        f"{path} is a valid configuration.",
        "The charge controller answers with API version 6.",
        "The EWS server can listen at http://127.0.0.1:0/EcoStruxure/DataExchange.",
        "The database can be opened.",
    ]
    assert [text.split()[0] for text in texts(findings, "warning")] == ["evce.password", "ews.password", "ews.address:"]


def test_passwords_in_files_are_no_warning(
    simulate: Simulate, document: Document, write: Write, tmp_path: Path
) -> None:
    (tmp_path / "evce").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "evce").chmod(0o600)
    document["evce"] = {"base_url": simulate().url, "login": "bms", "password_file": str(tmp_path / "evce")}
    document["ews"]["users"] = []
    warnings = texts(check(write()), "warning")
    assert not any(text.startswith("evce.password") for text in warnings)


def test_a_file_with_errors_is_said_line_by_line(document: Document, write: Write) -> None:
    document["evce"]["login"] = ""
    document["status"] = {"interval_seconds": 5}
    findings = check(write())
    assert [finding.kind for finding in findings] == ["error", "error"]
    assert [finding.text.split(":")[0] for finding in findings] == ["evce.login", "status.interval_seconds"]


def test_what_run_would_refuse_of_processors_is_an_error(document: Document, write: Write) -> None:
    document["processors.EvceProcessor"] = {}
    assert "processors.EvceProcessor is the connector's own and runs anyway: its keys are in [status]." in texts(
        check(write()), "error"
    )


def test_threads_that_are_too_few_are_an_error(document: Document, write: Write) -> None:
    document["host"] = {"threads": 2}
    assert next(text.partition(",")[0] for text in texts(check(write()), "error")) == "host.threads is 2"


def test_plain_http_is_a_warning(simulate: Simulate, document: Document, write: Write) -> None:
    document["evce"]["base_url"] = simulate().url
    assert any("crosses the network in clear" in text for text in texts(check(write()), "warning"))


def test_verification_that_is_off_is_a_warning(simulate: Simulate, document: Document, write: Write) -> None:
    document["evce"] |= {"base_url": simulate(tls=True).url, "verify_tls": False}
    assert any("evce.verify_tls is false" in text for text in texts(check(write()), "warning"))


def test_verification_by_the_systems_own_cas_is_tried(simulate: Simulate, document: Document, write: Write) -> None:
    document["evce"]["base_url"] = simulate(tls=True).url
    assert any("certificate is not trusted" in text for text in texts(check(write()), "error"))


def test_a_ca_file_that_is_missing_is_named(
    simulate: Simulate, document: Document, write: Write, tmp_path: Path
) -> None:
    document["evce"] |= {"base_url": simulate(tls=True).url, "verify_tls": str(tmp_path / "ca.pem")}
    assert any(
        text.startswith("evce.verify_tls: ") and text.endswith("is not there.")
        for text in texts(check(write()), "error")
    )


@pytest.mark.parametrize(
    ("fault", "words"), [("refused", "connection refused"), ("unauthorized", "check evce.login and evce.password")]
)
def test_a_controller_that_does_not_let_us_in_is_an_error(
    simulate: Simulate, document: Document, write: Write, fault: str, words: str
) -> None:
    simulator = simulate()
    document["evce"]["base_url"] = simulator.url
    path = write()
    simulator.inject(fault)
    assert any(words in text for text in texts(check(path), "error"))


@pytest.mark.parametrize(("refuse", "kind"), [(False, "warning"), (True, "error")])
def test_another_api_version_is_named(
    simulate: Simulate, document: Document, write: Write, refuse: bool, kind: str
) -> None:
    simulator = simulate()
    simulator.model.set_system(apiVersion="7")
    document["evce"] |= {"base_url": simulator.url, "refuse_other_versions": refuse}
    assert any("speaks API version 7" in text for text in texts(check(write()), kind))


def test_a_port_in_use_is_named(simulate: Simulate, document: Document, write: Write) -> None:
    document["evce"]["base_url"] = simulate().url
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        document["ews"]["address"] = f"http://127.0.0.1:{port}/EWS"
        errors = texts(check(write()), "error")
    assert [text.startswith(f"ews.address: cannot listen at 127.0.0.1:{port}: ") for text in errors] == [True]


def test_a_port_of_the_pages_in_use_is_named(simulate: Simulate, document: Document, write: Write) -> None:
    document["evce"]["base_url"] = simulate().url
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        document["portal"] = {"enabled": True, "address": f"http://127.0.0.1:{port}"}
        errors = texts(check(write()), "error")
    assert [text.startswith(f"portal.address: cannot listen at 127.0.0.1:{port}: ") for text in errors] == [True]


@pytest.mark.parametrize("what", ["not there", "no certificate", "over"])
def test_what_is_wrong_with_the_certificate_of_the_pages_is_named(
    simulate: Simulate, document: Document, write: Write, tmp_path: Path, what: str
) -> None:
    document["evce"]["base_url"] = simulate().url
    file = tmp_path / "pages.pem"
    document["portal"] = {"enabled": True, "address": "https://127.0.0.1:0", "certificate": str(file)}
    if what == "no certificate":
        file.write_text("of wood", encoding="utf-8")
    elif what == "over":
        made(file, "127.0.0.1", datetime(2020, 1, 1, tzinfo=UTC))
    (said,) = [text for text in texts(check(write()), "warning" if what == "over" else "error") if str(file) in text]
    assert {"not there": "cannot be read", "no certificate": "cannot be used", "over": "has ended on 2022-"}[
        what
    ] in said


def test_a_database_that_cannot_be_opened_is_named(
    simulate: Simulate, document: Document, write: Write, tmp_path: Path
) -> None:
    document["evce"]["base_url"] = simulate().url
    document["storage"]["url"] = f"sqlite:///{(tmp_path / 'no' / 'such.db').as_posix()}"
    assert any("Check storage.url" in text for text in texts(check(write()), "error"))


def test_a_profile_that_cannot_be_read_is_named(document: Document, write: Write) -> None:
    document["evce"]["profile"] = "v99"
    assert any("The profile 'v99' cannot be read" in text for text in texts(check(write()), "error"))


def test_a_password_file_that_is_missing_is_named_without_a_traceback(
    document: Document, write: Write, tmp_path: Path
) -> None:
    document["evce"] = {"base_url": "http://127.0.0.1:9/x", "login": "bms", "password_file": str(tmp_path / "no")}
    assert any("password_file" in text and "cannot be read" in text for text in texts(check(write()), "error"))


def test_what_a_dialect_costs_a_poll_is_said(
    simulate: Simulate, document: Document, write: Write, tmp_path: Path
) -> None:
    text = (PROFILES / "areas.toml").read_text(encoding="utf-8")
    place = '[connectors]\ninside = true\nitems = "outlets"'
    profile = tmp_path / "by_each.toml"
    profile.write_text(
        text.replace(place, '[connectors]\npath = "/chargers/{id}/outlets"\neach = true'), encoding="utf-8"
    )
    document["evce"] |= {"base_url": simulate(profile=str(profile)).url, "profile": str(profile)}
    findings = check(write())
    assert "The charge controller answers with API version 3." in texts(findings, "good")
    (told,) = (text for text in texts(findings, "warning") if text.startswith("evce.profile"))
    assert told.startswith("evce.profile: each poll asks for the connectors of every station by a request of its own: ")


def test_a_mistake_in_a_profile_is_found_without_the_controller(
    document: Document, write: Write, tmp_path: Path
) -> None:
    text = (PROFILES / "areas.toml").read_text(encoding="utf-8")
    profile = tmp_path / "wrong.toml"
    profile.write_text(text.replace('unit = "W" }', 'unit = "MW" }', 1), encoding="utf-8")
    document["evce"] |= {"base_url": NOBODY, "profile": str(profile)}
    (error,) = texts(check(write()), "error")
    line = text[: text.index('unit = "W" }')].count("\n") + 1
    where = f"evce.profile: In the profile {str(profile)!r}, line {line}, zones.fields.set_point_power.unit"
    assert error == f"{where} must be kW or W, not 'MW'."


@pytest.fixture
def started(
    simulate: Simulate, document: Document, serve: Callable[..., ConnectorService]
) -> Iterator[ConnectorService]:
    """Run a connector with its pages, whose configuration is written as it runs."""
    addresses = {"address": f"http://127.0.0.1:{free_port()}/EWS"}, {"address": f"http://127.0.0.1:{free_port()}"}
    document["portal"]["enabled"] = True
    with serve(simulate().url, ews=addresses[0], portal=addresses[1]) as service:
        yield service


def test_beside_its_own_connector_no_port_is_taken_by_another(started: ConnectorService, write: Write) -> None:
    findings = check(write())
    assert texts(findings, "error") == []
    ews, portal = started.configuration.ews.address, started.configuration.portal.address
    good = texts(findings, "good")
    assert f"The EWS server is served at {ews} by the connector that runs." in good
    assert f"The pages are served at {portal} by the connector that runs." in good
    (running,) = (text for text in good if text.startswith("The connector is running: process "))
    assert running.endswith(f", EWS server at {ews}.")


def test_a_port_that_pages_are_to_move_to_is_looked_at_beside_their_connector(
    started: ConnectorService, document: Document, write: Write
) -> None:
    assert started.portal
    with socket.create_server(("127.0.0.1", 0)) as other:
        document["portal"]["address"] = f"http://127.0.0.1:{other.getsockname()[1]}"
        path = write()
        other.settimeout(0)
        (error,) = texts(check(path), "error")
    assert error.startswith("portal.address: cannot listen at 127.0.0.1:")


def test_a_connector_at_another_address_is_an_error_that_says_how_to_go_on(
    started: ConnectorService, document: Document, write: Write
) -> None:
    before = document["ews"]["address"]
    document["ews"]["address"] = f"http://127.0.0.1:{free_port()}/EWS"
    document["portal"]["enabled"] = False
    (error,) = texts(check(write()), "error")
    assert started.ews.address == before
    assert error.startswith("Another connector runs on the database ")
    assert f", EWS server at {before}. Stop it, or give this one a storage.url of its own." in error
    assert error.endswith("`evce-connector reload` lets it serve there.")


def test_a_check_makes_no_log_and_no_certificate_and_changes_no_file(
    simulate: Simulate, document: Document, write: Write, tmp_path: Path
) -> None:
    document["evce"]["base_url"] = simulate().url
    document["portal"] = {"enabled": True, "address": "https://127.0.0.1:0"}
    document["logging"] = {"file": str(tmp_path / "connector.log")}
    path = write()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    check(path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_poll_shows_data_points_and_keeps_nothing(
    simulate: Simulate, document: Document, write: Write, tmp_path: Path
) -> None:
    document["evce"]["base_url"] = simulate().url
    path = write()
    before = (tmp_path / "connector.db").read_bytes()
    done = CliRunner().invoke(cli.cli, ["check", "--poll", "--config", str(path)])
    assert done.exit_code == 0
    rows = [line.split() for line in done.output.splitlines()]
    assert ["Zones/1/ZoneReduction", "10.0", "Good"] in rows
    assert (tmp_path / "connector.db").read_bytes() == before


def test_a_poll_is_json_for_programs(simulate: Simulate, document: Document, write: Write) -> None:
    document["evce"]["base_url"] = simulate().url
    said = json.loads(CliRunner().invoke(cli.cli, ["check", "--poll", "--json", "--config", str(write())]).stdout)
    assert {"kind": "good", "text": "The database can be opened."} in said["findings"]
    point = next(point for point in said["data_points"] if point["item"] == "Zones/1/ZoneMaxCurrent(A)")
    assert (point["value"], point["unit"], point["state"]) == ("100", "A", "Good")


def test_a_poll_of_a_controller_that_does_not_answer_is_a_sentence(document: Document, write: Write) -> None:
    document["evce"]["base_url"] = NOBODY
    done = CliRunner().invoke(cli.cli, ["check", "--poll", "--config", str(write())])
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert "The site cannot be read: " not in done.output  # it was said already
    assert done.output.count("connection refused") == 1
