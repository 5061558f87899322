"""Whatever way curl sends a request, it is answered; what curl really sent is read from its own notes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.clients.curl_client import envelope
from tests.clients.programs import need
from tests.clients.site import Site, running_site
from tests.support.joined import EWS_PASSWORD, USER

pytestmark = pytest.mark.once

TYPE = ("--header", "Content-Type: application/soap+xml; charset=utf-8")
REQUEST = envelope("GetWebServiceInformation")
BODY = ("--data-binary", REQUEST)
START = "> POST /EcoStruxure/DataExchange HTTP/1."
CHUNKED = "> Transfer-Encoding: chunked"
WAYS = {
    "with a length": (BODY, [f"{START}1", f"> Content-Length: {len(REQUEST)}"], 1),
    "in chunks": (("--header", CHUNKED[2:], *BODY), [CHUNKED], 1),
    "from a pipe": (("--request", "POST", "--upload-file", "-"), [CHUNKED], 1),
    "asking before the body": (
        ("--header", "Expect: 100-continue", *BODY),
        ["> Expect: 100-continue", "< HTTP/1.1 100 Continue"],
        1,
    ),
    "by HTTP/1.0": (("--http1.0", *BODY), [f"{START}0"], 2),
    "by HTTP/1.0, to be kept": (("--http1.0", "--header", "Connection: keep-alive", *BODY), [f"{START}0"], 2),
    "by any login": (("--anyauth", *BODY), ["> Authorization: Digest"], 1),
}
"""Options, what curl's notes must hold, and how many connections it takes for challenge and answer."""


def curl(*transfers: tuple[str, ...]) -> tuple[list[str], str]:
    """Run curl; return the status of each transfer with the connections that it opened, and curl's notes."""
    need("curl", ("curl", "--version"))
    common = ("--silent", "--verbose", "--max-time", "20", "--noproxy", "*", "--digest", *TYPE)
    told = ("--output", "/dev/null", "--write-out", "%{http_code} %{num_connects}\n")
    command = ["curl"]
    for number, transfer in enumerate(transfers):
        command += [*["--next"][:number], *common, *told, "--user", f"{USER}:{EWS_PASSWORD}", *transfer]
    done = subprocess.run(command, input=REQUEST, capture_output=True, text=True, timeout=40, check=False)  # noqa: S603 - the client under test
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), done.stderr


@pytest.mark.parametrize(("words", "notes", "opened"), WAYS.values(), ids=WAYS)
def test_a_request_that_curl_sends_in_its_ways_is_answered(
    site: Site, words: tuple[str, ...], notes: list[str], opened: int
) -> None:
    answers, told = curl((*words, site.address))
    assert answers == [f"200 {opened}"]
    assert [note for note in notes if note not in told] == []


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_curl_logs_in_by_each_algorithm(tmp_path: Path, algorithm: str) -> None:
    with running_site(tmp_path, digest=[algorithm]) as site:
        answers, told = curl((*BODY, site.address))
    assert answers == ["200 1"]
    assert f"algorithm={algorithm}" in next(line for line in told.splitlines() if line.startswith("> Authorization"))


def test_curl_keeps_one_connection_for_several_requests(site: Site) -> None:
    assert curl(*[(*BODY, site.address)] * 3)[0] == ["200 1", "200 0", "200 0"]
