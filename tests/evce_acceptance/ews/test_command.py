"""`evce-acceptance ews` as a technician calls it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result
from evce_acceptance.commands.ews import ews
from evce_acceptance.ews.table import rows
from lying_proxy import Lie, LyingProxy
from requests.auth import HTTPDigestAuth

from tests.evce_acceptance.ews.bench import Bench
from tests.evce_acceptance.ews.foreign_edits import as_fault
from tests.evce_acceptance.ews.foreign_front import Wrong, foreign
from tests.support.joined import EWS_PASSWORD, USER

pytestmark = pytest.mark.once

Call = Callable[..., Result]
NOBODY = "http://127.0.0.1:9/EcoStruxure/DataExchange"


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """Call the command with the user's password, or another one."""

    def call_(url: str, *options: str, password: str = EWS_PASSWORD) -> Result:
        file = tmp_path / "password"
        file.write_text(f"{password}\n", encoding="utf-8")
        usual = ["--user", USER, "--password-file", str(file), "--output", str(tmp_path / "out")]
        return CliRunner().invoke(ews, [url, *usual, "--requests-per-second", "10000", *options])

    return call_


def test_a_server_that_is_right_passes_line_by_line(bench: Bench, call: Call, tmp_path: Path) -> None:
    done = call(bench.url)

    assert done.exit_code == 0, done.output
    assert "Passed: " in done.output
    first = rows()[0]
    assert f" pass: {first.id} (1.2) {first.says}" in done.output
    assert done.output.startswith("1 of ")
    document = json.loads((tmp_path / "out" / "ews.json").read_text(encoding="utf-8"))
    assert document["exit_status"] == 0
    assert {line["id"] for line in document["checks"]} == {row.id for row in rows()}


def test_a_failure_is_told_with_a_request_that_shows_it_again(bench: Bench, call: Call, tmp_path: Path) -> None:
    with LyingProxy(bench.url, Lie("missing-value", "EVCE Zones/Z1/ZoneReduction")) as proxy:
        done = call(proxy.url)
        assert done.exit_code == 1
        (command, *_) = [line for line in done.output.splitlines() if "values.complete-1.2.xml" in line]
        words = shlex.split(command)
        assert words[:4] == ["curl", "--digest", "--user", USER]
        body = Path(words[words.index("--data-binary") + 1].removeprefix("@")).read_bytes()
        header = words[words.index("--header") + 1].partition(": ")[2]
        login = HTTPDigestAuth(USER, EWS_PASSWORD)
        answer = requests.post(words[-1], body, headers={"Content-Type": header}, auth=login, timeout=10)
    assert "GetValues left out Zones/1/ZoneReduction" in done.output
    assert b"<Id>Zones/1/ZoneReduction</Id>" in body
    assert "<Id>Zones/1/" in answer.text
    assert "<Id>Zones/1/ZoneReduction</Id>" not in answer.text
    page = (tmp_path / "out" / "ews.html").read_text(encoding="utf-8")
    assert "GetValues left out Zones/1/ZoneReduction" in page
    assert shlex.join(words).replace("'", "&#39;").replace('"', "&#34;") in page


def test_the_password_is_nowhere(bench: Bench, call: Call, tmp_path: Path) -> None:
    with LyingProxy(bench.url, Lie("value", "*/StationStatus", to=EWS_PASSWORD)) as proxy:
        done = call(proxy.url)
    assert "shows '(redacted)'" in done.output
    written = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(written) >= 2
    assert not [text for text in (done.output, *written) if EWS_PASSWORD in text]


def test_a_server_without_a_tree_is_reported_too(call: Call, tmp_path: Path) -> None:
    """A failure may have no request of its own: what was read once shows it."""
    broken = Wrong("it knows neither itself nor a root", "", edit=lambda talk: as_fault(talk, "TimeOut"))
    with foreign(broken) as url:
        done = call(url)
    assert done.exit_code == 1
    assert "fail: information.namespace (1.2)" in done.output
    assert "neither GetContainerItems nor GetValues is answered, by which it would be seen" in done.output
    assert "information.namespace" in (tmp_path / "out" / "ews.html").read_text(encoding="utf-8")


def test_a_server_behind_tls_is_tested_by_the_issuer_that_is_named(bench: Bench, call: Call) -> None:
    with LyingProxy(bench.url, Lie("missing-value", "EVCE Zones/Z1/ZoneReduction"), tls=True) as proxy:
        assert "certificate" in call(proxy.url).output
        done = call(proxy.url, "--ca", str(proxy.ca_file), "--only", "containers.*", "--only", "values.complete")
        assert f"--cacert {proxy.ca_file}" in done.output
    assert done.exit_code == 1


def test_json_is_all_that_is_printed(bench: Bench, call: Call) -> None:
    done = call(bench.url, "--json", "--most", "20")
    document = json.loads(done.stdout)
    assert document["requests"] == 20
    assert document["counts"]["contract"]["fail"] == 0


def test_what_does_not_fit_into_the_budget_is_not_tested(bench: Bench, call: Call) -> None:
    done = call(bench.url, "--most", "20")
    assert "budget: 20 requests were sent (--most)" in done.output
    assert done.exit_code == 0


def test_a_wrong_password_keeps_the_test_from_beginning(bench: Bench, call: Call) -> None:
    done = call(bench.url, password="not it")
    assert done.exit_code == 3
    assert "refused the login of user 'ebo'" in done.output


def test_nobody_at_the_address_keeps_the_test_from_beginning(call: Call) -> None:
    done = call(NOBODY)
    assert done.exit_code == 3
    assert f"No answer from {NOBODY}" in done.output


def test_an_address_that_is_none_is_told(call: Call) -> None:
    done = call("localhost:8093")
    assert done.exit_code == 3
    assert "'localhost:8093' is no address" in done.output


def test_a_password_that_is_nowhere_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(ews, [NOBODY, "--user", USER])
    assert done.exit_code == 3
    assert "The password of ebo at the EWS server is missing." in done.output
    done = CliRunner().invoke(ews, [NOBODY, "--user", USER, "--password-file", str(tmp_path / "none")])
    assert done.exit_code == 3
    assert "none cannot be read" in done.output


def test_a_write_without_a_value_is_refused(call: Call) -> None:
    done = call(NOBODY, "--allow-writes", "Zones/1/ZoneReduction")
    assert done.exit_code == 2
    assert "--allow-writes takes ITEM=VALUE" in done.output
