"""First contact with a controller that speaks as assumed: how it is reached, what is written, and no secret in it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from evce_connector.clock import SystemClock
from evce_connector.probe import bundle, contact
from evce_connector.probe.asking import ProbeError, Target
from evce_connector.probe.contact import Contact
from evce_connector.probe.finding import Finding, Word
from evce_simulator.capture import compare, read_capture
from evce_simulator.simulator import EvceSimulator

from tests.evce_connector.probe.otherwise import (
    FAST,
    PASSWORD,
    Otherwise,
    findings,
    look,
    probe,
    read_site,
    serving,
    snake,
    wrongs,
)


@pytest.mark.parametrize("site", ["at_guide", "at_campus"])
def test_a_controller_that_speaks_as_assumed_is_usable_as_it_is(site: str, request: pytest.FixtureRequest) -> None:
    assert wrongs(request.getfixturevalue(site)) == []


def test_the_command_ends_with_0_and_shows_its_progress_and_a_table(guide: EvceSimulator, tmp_path: Path) -> None:
    result = probe(guide.url, tmp_path)
    assert result.exit_code == 0
    assert "GET /api/v2/zones?limit=1: 401" in result.stderr
    assert "Zone.maxCurrent" in result.stdout
    assert "0 wrong" in result.stdout


def test_the_probe_only_reads_but_for_one_login(guide: EvceSimulator) -> None:
    look(guide.url)
    assert {entry.method for entry in guide.journal} == {"GET", "POST"}
    assert [entry.path for entry in guide.journal.entries(method="POST")] == ["/login"]


def test_the_direction_of_a_reduction_is_asked_of_the_technician(at_campus: Contact) -> None:
    finding = findings(at_campus, "Reduction.value", "direction")
    assert finding.word is Word.OPEN
    assert finding.advice.startswith("ask the technician")


def test_writes_stay_open(at_guide: Contact) -> None:
    words = {finding.part: finding.word for finding in at_guide.findings}
    assert words["PUT /zones/{id}/reduction"] is Word.OPEN
    assert words["DELETE /zones/{id}/reduction"] is Word.OPEN
    assert words["PUT /connectors/{id}/availability"] is Word.OPEN


def test_what_a_site_cannot_show_is_open_and_says_what_to_do(at_guide: Contact) -> None:
    assert findings(at_guide, "Connector.maxPower") == Finding(
        "Connector.maxPower",
        "field",
        Word.OPEN,
        "maxPower is there and empty everywhere",
        "probe again once there is a DC connector",
    )


def test_an_address_without_path_is_enough(guide: EvceSimulator) -> None:
    found = look(guide.url.removesuffix("/api/v2"))
    assert found.places.base == "/api/v2"
    assert found.usable


def test_https_is_trusted_by_its_issuer(tmp_path: Path) -> None:
    with EvceSimulator("guide", tls=True, password=PASSWORD) as simulator:
        result = probe(simulator.url, tmp_path, "--ca", str(simulator.ca_file))
    assert result.exit_code == 0, result.output


def test_https_is_trusted_blindly_when_told_to() -> None:
    with EvceSimulator("guide", tls=True, password=PASSWORD) as simulator:
        assert look(simulator.url, verify=False).usable


def test_https_without_its_issuer_names_the_option_and_ends_with_2(tmp_path: Path) -> None:
    with EvceSimulator("guide", tls=True, password=PASSWORD) as simulator:
        result = probe(simulator.url, tmp_path)
    assert result.exit_code == 2
    assert "--ca" in result.stderr


def test_a_wrong_password_is_tried_exactly_once(guide: EvceSimulator, tmp_path: Path) -> None:
    result = probe(guide.url, tmp_path, password="wrong-horse")
    assert result.exit_code == 2
    assert "tried once and not again" in result.stderr
    assert [(entry.method, entry.status) for entry in guide.journal] == [("GET", 401), ("GET", 401)]
    assert "wrong-horse" not in result.output


def test_a_password_that_changes_meanwhile_is_not_tried_again(guide: EvceSimulator) -> None:
    def say(line: str) -> None:
        if "/system" in line:
            guide.accounts.password = "another"

    with pytest.raises(ProbeError, match="tried once and not again"):
        contact.make(Target(guide.url, "bms", PASSWORD, requests_per_second=FAST), SystemClock(), say)
    assert guide.journal.count(status=401) == 2


def test_a_wrong_password_for_a_token_is_tried_exactly_once(guide: EvceSimulator) -> None:
    app = Otherwise(guide, headers={"WWW-Authenticate": "Bearer"})
    with serving(app) as origin, pytest.raises(ProbeError, match=r"by a token from /api/v2/login\. It was tried once"):
        look(origin, password="wrong-horse")
    assert guide.journal.count(method="POST") == 1


def test_a_controller_that_wants_a_token_gets_a_token_login(inner: EvceSimulator, tmp_path: Path) -> None:
    app = Otherwise(inner, headers={"WWW-Authenticate": "Bearer"}, paths={"/auth/token": "/login"})
    with serving(app) as origin:
        found = look(origin)
        assert found.places.authentication == "token"
        assert len(read_site(found, origin, tmp_path).zones) == 3
    assert wrongs(found) == [("POST /login", "path")]


def test_nobody_there_ends_with_2(guide: EvceSimulator, tmp_path: Path) -> None:
    guide.stop()
    result = probe(guide.url, tmp_path)
    assert result.exit_code == 2
    assert "connection refused" in result.stderr


def test_a_server_without_an_api_is_said_to_be_one(inner: EvceSimulator) -> None:
    with serving(Otherwise(inner, prefix="/elsewhere")) as origin, pytest.raises(ProbeError, match="shows no EVCE API"):
        look(origin)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ProbeError, match="is no address"):
        look("controller.local")


def test_a_busy_controller_ends_the_probe_at_once(guide: EvceSimulator) -> None:
    guide.inject("too-many-requests")
    with pytest.raises(ProbeError, match=r"is busy.*start it again in"):
        look(guide.url)
    assert len(guide.journal) == 1


def test_the_command_ends_with_1_when_something_is_wrong(inner: EvceSimulator, tmp_path: Path) -> None:
    with serving(Otherwise(inner, snake)) as origin:
        assert probe(origin, tmp_path).exit_code == 1


def test_the_capture_is_free_of_differences_for_the_simulator(at_campus: Contact, tmp_path: Path) -> None:
    at_campus.write(tmp_path)
    compared = compare(read_capture(tmp_path / "capture.json"))
    assert compared.differences == []
    assert "Zone.maxCurrent" in compared.confirmed


def test_names_serials_and_addresses_are_neutral_in_what_is_written(at_campus: Contact) -> None:
    written = "".join(at_campus.texts.values())
    for telling in ("Parking", "R&D", "SN2024", "10.20.", "PN-0", "EVCE simulator", "cpo.example"):
        assert telling not in written
    assert "198.18.0.1" in written


def test_the_same_name_becomes_the_same_neutral_one(at_campus: Contact) -> None:
    exchanges = json.loads(at_campus.texts["capture.json"])["exchanges"]
    names = [
        exchange["body"]["items"][0]["name"]
        for exchange in exchanges
        if exchange["path"] == "/api/v2/zones" and exchange["body"]["items"][0]["id"] == 1
    ]
    assert len(names) > 1
    assert set(names) == {"zone-1"}


def test_unknown_texts_and_numbers_are_neutral_too(inner: EvceSimulator) -> None:
    odd = {"owner": {"phone": "0123", "at": [48.85]}}
    with serving(Otherwise(inner, lambda item: item | (odd if "zoneId" in item else {}))) as origin:
        written = look(origin).texts["capture.json"]
    assert '"owner"' in written
    assert "0123" not in written
    assert "48.85" not in written


def test_names_are_kept_when_told_to_but_never_a_token(campus: EvceSimulator, tmp_path: Path) -> None:
    probe(campus.url, tmp_path, "--keep-names", "--output", str(tmp_path / "out"))
    captured = (tmp_path / "out" / "capture.json").read_text(encoding="utf-8")
    assert "Parking Nord" in captured
    assert '"token": "token-removed"' in captured


def test_no_secret_stands_in_output_or_files(guide: EvceSimulator, tmp_path: Path) -> None:
    result = probe(guide.url, tmp_path, "--output", str(tmp_path / "out"))
    folder = tmp_path / "out"
    files = [path.read_bytes() for path in folder.iterdir() if path.name != bundle.NAME]
    written = b"".join([*files, *bundle.unpack(folder / bundle.NAME).values()]).decode()
    secrets = {PASSWORD, *guide.accounts._tokens}
    assert len(secrets) == 2
    assert not [secret for secret in secrets if secret in result.output + written]


def test_stamps_name_only_what_is_verified_in_every_respect(at_guide: Contact) -> None:
    stamps = tomllib.loads(at_guide.texts["stamps.toml"])
    assert re.fullmatch(r"verified: site-1, 6, \d{4}-\d\d-\d\d", stamps["Zone"]["maxCurrent"])
    assert "value" not in stamps["Reduction"]
    assert "PUT /zones/{id}/reduction" not in stamps["operations"]


def test_a_folder_that_cannot_be_written_is_named(at_guide: Contact, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ProbeError, match=r"cannot be written .* --output"):
        at_guide.write(tmp_path / "file" / "below")


def test_ca_and_insecure_together_are_refused(guide: EvceSimulator, tmp_path: Path) -> None:
    result = probe(guide.url, tmp_path, "--insecure", "--ca", "x.pem")
    assert result.exit_code == 2
    assert "not both" in result.output
