"""What curl can do to a request, the connector answers."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.clients.conftest import PASSWORD, USER, Site

BODY = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetWebServiceInformationRequest '
    'xmlns="http://www.schneider-electric.com/common/dataexchange/2011/05" version="1.2"/></s:Body></s:Envelope>'
)
TYPE = ("-H", "Content-Type: text/xml")


def curl(*options: str) -> list[str]:
    """Send a request; return status and new connections of each answer."""
    if shutil.which("curl") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("needs the Debian package curl")
    command = ["curl", "-s", "--max-time", "10", "--digest", "-u", f"{USER}:{PASSWORD}", "-X", "POST", *TYPE, *options]
    done = subprocess.run(  # noqa: S603 - the client under test
        [*command, "-w", "\n%{http_code} %{num_connects}\n"],
        input=BODY,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    assert "GetWebServiceInformationResponse" in done.stdout
    return [line for line in done.stdout.splitlines() if line.startswith("200 ")]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--data-binary", BODY], id="digest"),
        pytest.param(["-H", "Transfer-Encoding: chunked", "--data-binary", BODY], id="chunked"),
        pytest.param(["--http1.0", "--data-binary", BODY], id="HTTP/1.0"),
        pytest.param(["-H", "Expect: 100-continue", "--data-binary", BODY], id="expect"),
        pytest.param(["--data-binary", "@-"], id="standard input"),
    ],
)
def test_it_answers_a_request_that_curl_sends(site: Site, options: list[str]) -> None:
    assert [line.split()[0] for line in curl(*options, site.address)] == ["200"]


def test_it_answers_several_requests_on_one_connection(site: Site) -> None:
    assert curl("--data-binary", BODY, *[site.address] * 3) == ["200 1", "200 0", "200 0"]
