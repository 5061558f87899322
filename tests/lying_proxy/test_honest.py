"""Without a lie the proxy is not to be noticed."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import requests
from ebo_simulator import Workstation
from ebo_simulator.errors import LoginRefusedError
from ebo_simulator.soap import NAMESPACE
from evce_simulator.errors import PortInUseError
from lying_proxy import Lie, LieError, LyingProxy

from tests.lying_proxy.bench import Connect, OneAnswer, Post, Site

pytestmark = pytest.mark.once

ENVELOPE = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{}</s:Body></s:Envelope>'
REQUESTS = {
    "browse": f'<GetContainerItemsRequest xmlns="{NAMESPACE}" version="1.2"/>',
    "values": f'<GetValuesRequest xmlns="{NAMESPACE}"><GetValuesIds><Id>Zones/1/ZoneReduction</Id><Id>no</Id>'
    "</GetValuesIds></GetValuesRequest>",
    "fault": f'<GetValuesRequest xmlns="{NAMESPACE}"/>',
    "no request": "<html/>",
}


def _headers(response: requests.Response, without: set[str]) -> set[tuple[str, str]]:
    """Return the headers of an answer but some, by their names in lower case."""
    named = {(name.lower(), value) for name, value in response.headers.items()}
    return {(name, value) for name, value in named if name not in without}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_an_answer_has_the_same_bytes_status_and_headers(
    site: Site, proxy: LyingProxy, post: Post, request_: str
) -> None:
    direct, passed = (post(url, ENVELOPE.format(request_)) for url in (site.url, proxy.url))

    assert passed.content == direct.content
    assert passed.status_code == direct.status_code
    front = {"date", "keep-alive", "server"}  # of whoever answers last, or of one connection
    assert _headers(passed, front) == _headers(direct, front)


def test_the_service_description_passes(site: Site, proxy: LyingProxy) -> None:
    direct, passed = (requests.get(f"{url}?wsdl", timeout=20) for url in (site.url, proxy.url))

    assert b"definitions" in passed.content
    assert passed.content == direct.content


def test_each_challenge_of_a_login_stays_in_a_header_of_its_own(proxy: LyingProxy) -> None:
    with requests.post(proxy.url, b"<x/>", stream=True, timeout=20) as answer:
        challenges = answer.raw.headers.getlist("WWW-Authenticate")

    assert [challenge.partition(" ")[0] for challenge in challenges] == ["Digest", "Digest"]


def test_a_wrong_password_is_refused_by_the_server(proxy: LyingProxy, post: Post) -> None:
    assert post(proxy.url, ENVELOPE.format(REQUESTS["browse"]), password="wrong").status_code == 401


def test_a_chunked_request_passes(proxy: LyingProxy, post: Post, site: Site) -> None:
    body = ENVELOPE.format(REQUESTS["values"])
    with requests.Session() as session:
        session.auth = requests.auth.HTTPDigestAuth("ebo", "Building-7")
        session.headers["Content-Type"] = "application/soap+xml; charset=utf-8"
        session.post(proxy.url, body.encode(), timeout=20)  # learns the challenge; a stream cannot be sent twice
        answer = session.post(proxy.url, iter([body[:50].encode(), body[50:].encode()]), timeout=20)

    assert answer.content == post(site.url, body).content


def test_headers_that_a_connection_names_as_its_own_go_no_further(post: Post, capture: OneAnswer) -> None:
    with LyingProxy(capture.url) as in_front:
        post(in_front.url, "x", Connection="X-Own, keep-alive", **{"X-Own": "1", "X-Else": "2"})

    assert "X-Own" not in capture.headers
    assert capture.headers["X-Else"] == "2"
    assert capture.headers["Connection"] == "close"


def test_a_whole_workstation_sees_no_difference(honest: Workstation, lied_to: Workstation) -> None:
    assert lied_to.tree.points == honest.tree.points


def test_over_https_on_both_sides(site: Site, connect: Connect) -> None:
    with LyingProxy(site.paged_url, ca=site.ca, tls=True) as proxy:
        assert proxy.url.startswith("https://")
        assert connect(proxy.url, proxy.ca_file).raw("EVCE Zones/Z1/ZoneReduction").value == "10.0"


def test_any_certificate_is_accepted_when_told_so(site: Site, connect: Connect) -> None:
    with LyingProxy(site.paged_url, verify=False) as proxy:
        assert connect(proxy.url).raw("EVCE Zones/Z1/ZoneReduction").value == "10.0"


def test_a_server_whose_certificate_is_not_trusted_gives_a_sentence(site: Site, post: Post) -> None:
    with LyingProxy(site.paged_url) as proxy:
        answer = post(proxy.url, "x")

    assert answer.status_code == 502
    assert "got no answer from https://127.0.0.1" in answer.text
    assert "SSLError" in answer.text


def test_stopped_it_has_left_the_port_and_removed_its_certificate(site: Site) -> None:
    with LyingProxy(site.url, tls=True) as proxy:
        certificate, port = proxy.ca_file, int(proxy.url.split(":")[2].partition("/")[0])

    assert isinstance(certificate, Path)
    assert not certificate.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_port_that_is_taken_is_named(site: Site, proxy: LyingProxy) -> None:
    port = int(proxy.url.split(":")[2].partition("/")[0])

    with pytest.raises(PortInUseError, match=rf"Cannot listen on 127.0.0.1:{port}: .* Choose another"):
        LyingProxy(site.url, port=port).start()


def test_an_address_without_a_host_is_refused() -> None:
    with pytest.raises(LieError, match="'EcoStruxure' is no address"):
        LyingProxy("EcoStruxure")


def test_a_lie_that_does_not_exist_is_refused() -> None:
    with pytest.raises(LieError, match="There is no lie 'colour'; choose one of value, unit"):
        Lie("colour", "*")


def test_an_option_that_a_lie_does_not_take_is_refused() -> None:
    with pytest.raises(LieError, match="The lie value takes no too; it takes by, to"):
        Lie("value", "*", too="5")


def test_a_wrong_login_is_told_to_a_workstation_as_without_the_proxy(proxy: LyingProxy, connect: Connect) -> None:
    workstation = connect(proxy.url)
    workstation.client.transport.session.auth.password = "wrong"

    with pytest.raises(LoginRefusedError):
        workstation.discover()
