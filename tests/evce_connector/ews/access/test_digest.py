from __future__ import annotations

import hashlib
import re

import pytest
import requests
from evce_connector.clock import ManualClock
from evce_connector.ews.access import nonces as nonces_module
from evce_connector.ews.server import EwsServer, EwsStores
from evce_connector.ews.settings import Lockout, Role, User

from tests.evce_connector.ews.conftest import WRITER, Serve, Wire, envelope, ids, request

URI = "/EcoStruxure/DataExchange"
BODY = envelope(request("GetValues", ids("GetValuesIds", "Zones/1/ZoneName")))
HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class Client:
    """Computes digests by itself, so that every part can be made wrong."""

    def __init__(self, server: EwsServer, user: User = WRITER, address: str = "127.0.0.1") -> None:
        self.wire = Wire(server, user)
        self.wire.session.auth = None
        self.wire.session.get_adapter(server.address)._client = address
        self.user = user
        self.server = server

    def post(self, header: str = "", content_type: str = "application/soap+xml") -> requests.Response:
        headers = {"Content-Type": content_type} | ({"Authorization": header} if header else {})
        return self.wire.session.post(self.server.address, BODY, headers=headers)

    def challenges(self) -> list[dict[str, str]]:
        values = self.post().raw.headers.getlist("WWW-Authenticate")
        return [dict(re.findall(r'(\w+)="?([^",]*)"?', value)) for value in values]

    def nonce(self, algorithm: str = "MD5") -> str:
        return next(one["nonce"] for one in self.challenges() if one["algorithm"] == algorithm)

    def header(self, nonce: str, nc: str = "00000001", algorithm: str = "MD5", **changes: str) -> str:
        def hashed(*parts: str) -> str:
            return HASHES[algorithm](":".join(parts).encode()).hexdigest()

        first = hashed(self.user.name, "EVCE", self.user.password)
        uri = changes.get("uri", URI)
        response = hashed(first, nonce, nc, "abc", "auth", hashed("POST", uri))
        fields = {"username": self.user.name, "realm": "EVCE", "nonce": nonce, "uri": uri, "response": response}
        fields |= {"cnonce": "abc"} | {
            name: value for name, value in changes.items() if name not in ("qop", "algorithm")
        }
        quoted = ", ".join(f'{name}="{value}"' for name, value in fields.items())
        return f"Digest {quoted}, qop={changes.get('qop', 'auth')}, nc={nc}, algorithm={algorithm}"

    def login(self, *args: str, **changes: str) -> int:
        return self.post(self.header(*args, **changes)).status_code


@pytest.fixture
def client(serve: Serve) -> Client:
    return Client(serve(lockout=Lockout(failures=1000, address_failures=1000)))


def test_each_algorithm_has_a_challenge_of_its_own_md5_first(client: Client) -> None:
    challenges = client.challenges()
    assert [one["algorithm"] for one in challenges] == ["MD5", "SHA-256"]
    assert {(one["realm"], one["qop"]) for one in challenges} == {("EVCE", "auth")}


@pytest.mark.parametrize("algorithm", HASHES)
def test_both_algorithms_get_in(client: Client, algorithm: str) -> None:
    assert client.login(client.nonce(algorithm), "00000001", algorithm) == 200


def test_an_algorithm_can_be_switched_off(serve: Serve) -> None:
    client = Client(serve(algorithms=("SHA-256",)))
    assert [one["algorithm"] for one in client.challenges()] == ["SHA-256"]
    assert client.login(client.nonce("SHA-256"), "00000001", "MD5") == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"response": "0" * 32},
        {"username": "nobody"},
        {"realm": "other"},
        {"uri": "/ecostruxure/DataExchange"},
        {"qop": "auth-int"},
        {"cnonce": "other"},
    ],
)
def test_a_wrong_part_is_refused_with_a_new_challenge(client: Client, changes: dict[str, str]) -> None:
    response = client.post(client.header(client.nonce(), **changes))
    assert response.status_code == 401
    assert "stale" not in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "header",
    [
        "Basic ZWJvOnMzY3JldA==",
        "Digest",
        "Digest username=",
        "Digest " + "x" * 5000,
        'Digest username="a", username="b"',
        'Digest username="é", realm="EVCE", nonce="n", uri="u", response="r", nc=00000001, cnonce="c", qop=auth',
        f'Digest username="ebo", realm="EVCE", nonce="n", uri="{URI}", response="é", nc=zzzzzzzz, cnonce="c", qop=auth',
        f'Digest username="ebo", realm="EVCE", nonce="n", uri="{URI}", response="é", nc=00000001, cnonce="c", qop=auth',
    ],
)
def test_a_header_that_is_no_digest_is_refused(client: Client, header: str) -> None:
    assert client.post(header.encode("latin-1")).status_code == 401


def test_quoted_qop_and_algorithm_and_an_absolute_uri_are_taken(client: Client) -> None:
    nonce = client.nonce()
    header = client.header(nonce, uri=f"http://127.0.0.1:8093{URI}")
    header = header.replace("qop=auth", 'qop="auth"').replace("algorithm=MD5", 'algorithm="MD5"')
    assert client.post(header).status_code == 200


def test_counts_go_up_and_a_replay_is_stale(client: Client) -> None:
    nonce = client.nonce()
    assert client.login(nonce, "00000001") == 200
    assert client.login(nonce, "00000002") == 200
    response = client.post(client.header(nonce, "00000002"))
    assert response.status_code == 401
    assert "stale=true" in response.headers["WWW-Authenticate"]


def test_parallel_connections_may_count_out_of_order_within_a_window(client: Client) -> None:
    nonce = client.nonce()
    counts = {"00000064": 200, "00000063": 200, "00000025": 200, "00000024": 401, "00000000": 401}
    assert {count: client.login(nonce, count) for count in counts} == counts
    assert client.login(nonce, "00000063") == 401


def test_a_nonce_ages(client: Client, clock: ManualClock) -> None:
    nonce = client.nonce()
    clock.advance(300)
    assert client.login(nonce) == 200
    clock.advance(1)
    response = client.post(client.header(nonce, "00000002"))
    assert (response.status_code, "stale=true" in response.headers["WWW-Authenticate"]) == (401, True)


@pytest.mark.parametrize("nonce", ["", "A", "AAAA", "A" * 44])
def test_a_nonce_that_is_not_ours_is_stale(client: Client, nonce: str) -> None:
    response = client.post(client.header(nonce))
    assert response.status_code == 401


def test_a_restart_only_asks_again(client: Client, serve: Serve) -> None:
    nonce = client.nonce()
    response = Client(serve()).post(client.header(nonce))
    assert (response.status_code, "stale=true" in response.headers["WWW-Authenticate"]) == (401, True)


def test_an_old_nonce_cannot_be_replayed_when_its_counts_were_forgotten(
    client: Client, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nonces_module, "MAX_NONCES", 1)
    first = client.nonce()
    clock.advance(1)
    second = client.nonce()
    assert client.login(first) == client.login(second) == 200
    assert client.login(first) == 401


def test_users_with_umlauts_and_an_empty_realm_get_in(serve: Serve) -> None:
    user = User("jürgen", "pässwörd", Role.READER)
    wire = Wire(serve(users=(user,), realm=""), user)
    assert wire.ask("GetValues", ids("GetValuesIds", "Zones/1/ZoneName")).rows("ValueItem")


def test_an_unknown_user_and_a_wrong_password_look_alike(client: Client) -> None:
    nonce = client.nonce()
    unknown = client.post(client.header(nonce, username="nobody"))
    wrong = client.post(client.header(nonce, response="0" * 32))
    assert (unknown.status_code, unknown.text) == (wrong.status_code, wrong.text)
    assert list(unknown.headers) == list(wrong.headers)


def test_after_repeated_failures_a_wrong_login_is_told_to_wait_and_a_right_one_gets_in(serve: Serve) -> None:
    client = Client(serve())
    nonce = client.nonce()
    for _ in range(5):
        assert client.login(nonce, response="0" * 32) == 401
    refused = client.post(client.header(nonce, response="0" * 32))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert "A right one gets in at once" in refused.text
    assert client.login(nonce) == 200


def test_a_slowed_user_is_told_as_a_system_event(serve: Serve, stores: EwsStores) -> None:
    client = Client(serve(), address="10.0.0.66")
    for _ in range(7):
        client.login(client.nonce(), response="0" * 32)
        client.login(client.nonce(), username="s3cret-Word")
    assert [event.message for event in stores.system_events.events(0, 9)] == [
        f"Wrong logins {whose} from 10.0.0.66 are slowed down after repeated failures; right ones get in"
        for whose in ("of user 'ebo'", "of names that no user has")
    ]


def test_a_request_without_login_is_no_failure(serve: Serve) -> None:
    client = Client(serve())
    assert {client.post().status_code for _ in range(20)} == {401}


def test_refused_logins_are_in_the_access_log_without_what_was_sent(client: Client) -> None:
    client.login(client.nonce(), username="s3cret-Word")
    entry = client.server.requests[-1]
    assert (entry.outcome, entry.user) == ("LOGIN_REFUSED", "")


def test_what_is_told_to_wait_is_not_in_the_access_log(serve: Serve) -> None:
    client = Client(serve())
    nonce = client.nonce()
    for _ in range(20):
        client.login(nonce, response="0" * 32)
    assert [entry.outcome for entry in client.server.requests] == ["LOGIN_REFUSED"] * 5
