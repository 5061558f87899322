"""Secrets planted wherever a configuration takes one are in no output of the connector."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
import requests
from click.testing import CliRunner
from evce_connector import cli, config
from evce_connector.errors import ConnectorError
from evce_connector.ews.wire.contract import NAMESPACE
from evce_connector.host.journal import logging_to
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from features.driver.waiting import until

Simulate = Callable[..., EvceSimulator]
Document = dict[str, dict[str, Any]]

EVCE, EWS, USER, FILE = "Evce-planted-1", 'Ews"planted\\2-ä', "User-planted-3", "File-planted-4"
DATABASE, OPTION, PROCESSOR = "Db@planted/5", "Option-planted-6", "Processor-planted-7"
PLANTED = (EVCE, EWS, USER, FILE, DATABASE, OPTION, PROCESSOR)
POSTGRES = f"postgresql+psycopg://ebo:{quote(DATABASE, safe='')}@127.0.0.1:9/evce?sslpassword={OPTION}"
"""A database that refuses the connection: nobody listens at port 9."""


def traces(text: str) -> list[str]:
    """Return which secrets stand in a text, as they are or as JSON, Python or a URL writes them."""
    return [
        secret
        for secret in PLANTED
        for form in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe=""))
        if form in text
    ]


@pytest.fixture
def planted(document: Document, tmp_path: Path) -> Document:
    """Plant a secret in each place that takes one."""
    (tmp_path / "user").write_text(f"{FILE}\n", encoding="utf-8")
    document["evce"]["password"] = EVCE
    document["ews"]["password"] = EWS
    document["ews"]["users"] = [
        {"username": "boss", "password": USER, "role": "writer"},
        {"username": "guest", "password_file": str(tmp_path / "user")},
    ]
    document["portal"] = {"address": "http://127.0.0.1:0"}
    document["logging"] = {"level": "DEBUG", "file": str(tmp_path / "connector.log")}
    return document


@pytest.fixture
def path(planted: Document, tmp_path: Path) -> Callable[[], Path]:
    """Write the configuration as it is by then, and return its path."""

    def to_file() -> Path:
        lines = []
        for section, entries in planted.items():
            users = entries.get("users", [])
            plain = {key: value for key, value in entries.items() if key != "users"}
            lines += [f"[{section}]", *(f"{key} = {json.dumps(value)}" for key, value in plain.items())]
            for user in users:
                lines += [f"[[{section}.users]]", *(f"{key} = {json.dumps(value)}" for key, value in user.items())]
        (tmp_path / "connector.toml").write_text("\n".join(lines), encoding="utf-8")
        return tmp_path / "connector.toml"

    return to_file


def printed(*arguments: str | Path) -> str:
    """Run a command, and return what it prints, with the sentence of the error that it ends by."""
    result = CliRunner().invoke(cli.cli, [str(argument) for argument in arguments])
    said = str(result.exception) if isinstance(result.exception, ConnectorError) else ""
    assert result.exception is None or said or isinstance(result.exception, SystemExit), repr(result.exception)
    return result.output + said


def contents(bundle: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(bundle) as opened:
        for name in opened.namelist():
            yield name, opened.read(name).decode("utf-8")


@pytest.mark.parametrize("command", ["check", "run", "setup", "ledger", "commands"])
def test_no_command_prints_a_secret_when_the_database_fails(
    planted: Document, path: Callable[[], Path], command: str
) -> None:
    planted["storage"]["url"] = POSTGRES
    text = printed(command, "--config", path())
    assert "postgresql+psycopg://ebo:***@127.0.0.1:9/evce" in text
    assert traces(text) == []


def test_the_bundle_holds_no_secret_when_the_database_fails(
    planted: Document, path: Callable[[], Path], tmp_path: Path
) -> None:
    planted["storage"]["url"] = POSTGRES
    planted["processors.Other"] = {"api_token": PROCESSOR}
    (tmp_path / "connector.log").write_text(f"{POSTGRES} {EWS!r} {json.dumps(EWS)}\n{DATABASE}\n", encoding="utf-8")
    text = printed("diagnose", "--config", path(), "--output", tmp_path / "bundle.zip")
    found = dict(contents(tmp_path / "bundle.zip"))
    assert "cannot be used" in found["database.txt"]
    assert json.loads(found["configuration.json"])["storage"]["url"].startswith("postgresql+psycopg://ebo:***@")
    assert {name: traces(content) for name, content in found.items() if traces(content)} == {}
    assert traces(text) == []


@pytest.mark.parametrize("kind", ["text", "json"])
@pytest.mark.parametrize("authentication", ["basic", "token"])
def test_a_running_connector_shows_no_secret_whom_the_controller_refuses(
    simulate: Simulate, planted: Document, path: Callable[[], Path], tmp_path: Path, kind: str, authentication: str
) -> None:
    simulator = simulate("guide")  # its password is another one
    planted["evce"] |= {"base_url": simulator.url, "authentication": authentication}
    planted["logging"]["format"] = kind
    file, log = path(), tmp_path / "connector.log"
    configuration = config.load(file, {})
    with logging_to(configuration), ConnectorService(configuration) as service:
        until(lambda: "refuses the login" in log.read_text(encoding="utf-8"))
        assert service.portal is not None
        pages = [requests.get(f"{service.portal.address}{page}", timeout=20) for page in ("/metrics", "/health/ready")]
        wsdl = requests.get(f"{service.ews.address}?wsdl", timeout=20)
        seen = [*(page.text for page in pages), wsdl.text, str(wsdl.headers)]
    seen += [log.read_text(encoding="utf-8"), printed("check", "--config", file)]
    seen.append(printed("diagnose", "--config", file, "--output", tmp_path / "bundle.zip"))
    seen += [content for _, content in contents(tmp_path / "bundle.zip")]
    assert [traces(text) for text in seen if traces(text)] == []


def test_with_debug_no_secret_is_logged_of_requests_writes_and_logins(
    simulate: Simulate, planted: Document, path: Callable[[], Path], tmp_path: Path
) -> None:
    simulator = simulate("guide", password=EVCE)
    planted["evce"]["base_url"] = simulator.url
    planted["ews"]["server_name"] = "Depot 7"
    log = tmp_path / "connector.log"
    configuration = config.load(path(), {})
    right, wrong = HTTPDigestAuth("ebo", EWS), HTTPDigestAuth("ebo", USER)
    swapped, basic = HTTPDigestAuth(FILE, "ebo"), HTTPBasicAuth("ebo", EWS.encode())
    with logging_to(configuration), ConnectorService(configuration) as service:
        until(lambda: "EvceProcessor: good" in log.read_text(encoding="utf-8"), "it polls")
        statuses = [_set(service, EWS, login) for login in (right, swapped, wrong, basic)]
        assert service.portal is not None
        metrics = requests.get(f"{service.portal.address}/metrics", timeout=20).text
        kept = [line.new for line in service.stores.refused_writes.lines()]
    text = log.read_text(encoding="utf-8")
    assert statuses == [200, 401, 401, 401]
    for told in ("EVCE: GET /zones: 200", "EWS: SetValues of user 'ebo'", "Write of user", "An EWS login from", "ends"):
        assert told in text
    assert "the login of user '~ Encrypted ~'" in text
    assert "-> '~ Encrypted ~': INVALID_VALUE" in text
    assert kept == ["~ Encrypted ~"]
    assert (traces(text), traces(metrics)) == ([], [])


def _set(service: ConnectorService, value: str, login: AuthBase) -> int:
    """Try to set a secret where a number belongs, and return the status."""
    item = f"<ValueItem><Id>Zones/1/ZoneReduction</Id><Value>{escape(value)}</Value></ValueItem>"
    content = f'<SetValuesRequest xmlns="{NAMESPACE}"><SetValuesItems>{item}</SetValuesItems></SetValuesRequest>'
    body = f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{content}</s:Body></s:Envelope>'
    headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
    return requests.post(service.ews.address, body.encode(), headers=headers, auth=login, timeout=20).status_code
