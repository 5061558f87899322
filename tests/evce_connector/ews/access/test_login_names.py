r"""Whatever way a client writes a name, DOM\bms, a"quote or one with other letters than ASCII, it gets in."""

from __future__ import annotations

import shutil
import subprocess
import time
from urllib.parse import quote

import pytest
import requests
from evce_connector.clock import ManualClock
from evce_connector.ews.access.login import Access
from evce_connector.ews.settings import EwsSettings, User
from requests.auth import HTTPDigestAuth

from tests.evce_connector.ews.access.digest_client import URI, Guest
from tests.evce_connector.ews.conftest import Serve, envelope, ids, request

PASSWORD = "s3cret-Wörd"
BODY = envelope(request("GetValues", ids("GetValuesIds", "Zones/1/ZoneName"))).decode()


def access(*names: str) -> Access:
    users = tuple(User(name, PASSWORD) for name in names)
    return Access(EwsSettings(realm="EVCE", users=users), ManualClock(), lambda *_: None)


def on_the_wire(text: str, encoding: str) -> str:
    """Return how a server reads a header that was written in an encoding."""
    return text.encode(encoding).decode("latin-1")


def extended(name: str, charset: str = "UTF-8", safe: str = "") -> str:
    return f"username*={charset}''{quote(name, safe=safe)}"


# the user's name, and how the client writes it
WRITTEN = [
    (r"DOM\bms", r'username="DOM\\bms"'),
    (r"DOM\bms", r'username="DOM\bms"'),
    (r"DOM\bms", extended(r"DOM\bms")),
    (r"bms\x", r'username="bms\\x"'),
    ("bms\\", r'username="bms\\"'),
    ("bms\\", 'username="bms\\"'),
    ('a"quote', r'username="a\"quote"'),
    ('a"quote', 'username="a"quote"'),
    ('a"quote', extended('a"quote')),
    ('D\\a"q', r'username="D\\a\"q"'),
    ('D\\a"q', r'username="D\a\"q"'),
    ('D\\a"q', 'username="D\\a"q"'),
    ('a", b', r'username="a\", b"'),
    ("jürgen", on_the_wire('username="jürgen"', "utf-8")),
    ("jürgen", on_the_wire('username="jürgen"', "latin-1")),
    ("jürgen", extended("jürgen")),
    ("Jäsøn Doe", extended("Jäsøn Doe", "utf-8")),
    ("Jäsøn Doe", extended("Jäsøn Doe").replace("UTF-8''", "UTF-8'en'")),
    ("Jäsøn Doe", "username*=UTF-8''J%c3%a4s%c3%b8n%20Doe"),
    ("日本", on_the_wire('username="日本"', "utf-8")),
    ("日本", extended("日本")),
    ("bms", "username*=UTF-8''bms"),
    ("bms", "username=bms"),
]


@pytest.mark.parametrize(("name", "written"), WRITTEN)
@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_name_gets_in_as_clients_write_it(name: str, written: str, algorithm: str) -> None:
    guest = Guest(access("other", name), name, PASSWORD, "10.0.0.1", written)
    guest.challenged(algorithm)
    admission = guest.look(guest.header(algorithm=algorithm))
    assert admission.user is not None
    assert admission.user.name == name
    assert guest.look(guest.header("wrong-one", algorithm=algorithm)).judged_wrong


@pytest.mark.parametrize(
    "written",
    [
        "username*=UTF-8''",
        "username*=UTF-8'bms",
        "username*=ISO-8859-1''bms",
        "username*=UTF-8''b%6",
        "username*=UTF-8''b%zzs",
        "username*=UTF-8''bms, username=\"bms\"",
        'username="bms", username="bms"',
        'username="bms" x',
    ],
)
def test_a_name_that_cannot_be_read_is_challenged_again_and_is_no_guess(written: str) -> None:
    guest = Guest(access("bms"), "bms", PASSWORD, "10.0.0.1", written)
    admission = guest.log_in()
    assert (admission.status, admission.judged_wrong) == (401, False)


@pytest.mark.parametrize("text", ["a =" + " " * 4000, 'a="' * 1300, '"' * 4000, 'a="' + '" ' * 2000, "a," * 2000])
def test_an_odd_header_of_four_kilobytes_is_read_at_once(text: str) -> None:
    guest = Guest(access("bms"), "bms", PASSWORD, "10.0.0.1")
    began = time.process_time()
    for _ in range(100):
        guest.look(f'Digest {text}"x')
    assert time.process_time() - began < 1


# curl takes the password's and the name's bytes as they are: UTF-8 here
CURL_NAMES = ["bms", r"DOM\bms", 'a"quote', "jürgen", "日本", "a, b"]


@pytest.mark.parametrize("name", CURL_NAMES)
def test_curl_logs_in_with_the_name(serve: Serve, name: str) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    with serve(address=f"http://127.0.0.1:0{URI}", users=(User(name, PASSWORD),)) as server:
        command = [curl, "-s", "-o", "-", "-w", "%{http_code}", "--digest", "-u", f"{name}:{PASSWORD}"]
        command += ["--max-time", "20", "-H", "Content-Type: application/soap+xml", "--data-binary", BODY]
        done = subprocess.run([*command, server.address], capture_output=True, check=True, timeout=30)  # noqa: S603
    assert done.stdout.endswith(b"</s:Envelope>200"), done.stdout


@pytest.mark.parametrize("name", ["bms", r"DOM\bms", 'a"quote', "bms\\", "jürgen"])
def test_requests_logs_in_with_the_name(serve: Serve, name: str) -> None:
    with serve(address=f"http://127.0.0.1:0{URI}", users=(User(name, PASSWORD),)) as server:
        headers = {"Content-Type": "application/soap+xml"}
        auth = HTTPDigestAuth(name, PASSWORD)
        answer = requests.post(server.address, BODY.encode(), headers=headers, auth=auth, timeout=20)
    assert answer.status_code == 200
