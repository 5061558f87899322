"""The rules that hold for every test bite: each wrong test is run by a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFTEST = """
from pathlib import Path

from tests.support import left_behind
from tests.support.house_rules import HouseRules

left_behind.PATIENCE = (0.05, 0.05)

def pytest_configure(config):
    rules = HouseRules(Path(__file__).parent / "ours")
    rules.watch()
    config.pluginmanager.register(rules)
"""
HEAD = """
import signal, socket, sqlite3, threading, pytest
from sqlalchemy import create_engine

KEPT = []

def listen():
    KEPT.append(socket.create_server(("127.0.0.1", 0)))
    return KEPT[-1]

def wait(event):
    thread = threading.Thread(target=event.wait, args=(20,), name="lingering", daemon=True)
    thread.start()
    return thread
"""
THREAD = """
def test_it():
    wait(threading.Event())
"""
CHILD_OF_A_THREAD = """
def test_it():
    thread = threading.Thread(target=wait, args=(threading.Event(),))
    thread.start()
    thread.join()
"""
SOCKET = """
def test_it():
    listen()
"""
ACCEPTED = """
def test_it():
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()):
            KEPT.append(server.accept())
"""
DATABASE = """
def test_it(tmp_path):
    with sqlite3.connect(tmp_path / "kept.db") as connection:
        connection.execute("CREATE TABLE kept (id INTEGER)")
"""
DATABASE_OF_A_POOL = """
def test_it(tmp_path):
    create_engine(f"sqlite:///{tmp_path}/kept.db").connect().close()
"""
FIXTURE = """
@pytest.fixture(scope="module")
def served():
    yield listen()

def test_before(served):
    pass

def test_it(served):
    pass
"""
OF_A_WIDER_FIXTURE = """
@pytest.fixture(scope="module")
def served():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server

def test_before(served):
    KEPT.append(socket.create_connection(served.getsockname()))

def test_it(served):
    pass
"""
CALL = """
def test_it():
    with socket.socket() as called, pytest.raises(OSError):
        called.settimeout(0.1)
        called.connect(("192.0.2.1", 80))
"""
CALL_ON_A_THREAD = """
def call():
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as called:
        try:
            called.sendto(b"x", ("2001:db8::1", 80))
        except OSError:
            pass

def test_it():
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
"""
SIGNAL = """
def test_it():
    signal.signal(signal.SIGINT, signal.SIG_IGN)

def test_next():
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
"""
LOOK_UP = """
def test_it():
    try:
        socket.getaddrinfo("controller.example.com", 80)
    except OSError:
        pass
"""


def outcome(folder: Path, test: str, where: str = "ours") -> str:
    """Run a test in a folder under the rules, or in another one; returns all that pytest says."""
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / where).mkdir()
    (folder / where / "test_wrong.py").write_text(HEAD + test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": paths}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False, cwd=folder, env=environment, timeout=50
    ).stdout


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (THREAD, "test_wrong.py::test_it left behind the thread lingering, opened during ours/test_wrong.py::test_it"),
        (CHILD_OF_A_THREAD, "test_wrong.py::test_it left behind the thread lingering, opened during"),
        (SOCKET, "test_wrong.py::test_it left behind the socket <socket.socket fd="),
        (ACCEPTED, "test_wrong.py::test_it left behind the socket <socket.socket fd="),
        (DATABASE, "test_wrong.py::test_it left behind a connection to the database "),
        (DATABASE_OF_A_POOL, "test_wrong.py::test_it left behind a connection to the database "),
        (FIXTURE, "the module's fixture served left behind the socket <socket.socket fd="),
        (OF_A_WIDER_FIXTURE, "the module's fixture served left behind the socket <socket.socket fd="),
        (CALL, "connect to 192.0.2.1, port 80, leaves this machine: let the other side be a simulator on 127.0.0.1"),
        (CALL_ON_A_THREAD, "sendto to 2001:db8::1, port 80, leaves this machine: "),
        (LOOK_UP, "looking up the host controller.example.com leaves this machine: "),
        (SIGNAL, "test_wrong.py::test_it left behind a handler of SIGINT: "),
    ],
    ids=[
        "thread",
        "thread-of-a-thread",
        "socket",
        "accepted",
        "database",
        "pool",
        "fixture",
        "wider",
        "call",
        "thread-calls",
        "look-up",
        "signal",
    ],
)
def test_a_test_that_breaks_a_rule_fails_with_a_sentence(tmp_path: Path, test: str, said: str) -> None:
    told = outcome(tmp_path, test)

    assert said in told
    assert "1 error" in told or "1 failed" in told


def test_after_one_that_took_a_signal_the_next_test_has_it_again(tmp_path: Path) -> None:
    assert "2 passed, 1 error" in outcome(tmp_path, SIGNAL)


def test_what_was_opened_for_a_wider_fixture_is_told_with_its_test(tmp_path: Path) -> None:
    assert "opened during ours/test_wrong.py::test_before" in outcome(tmp_path, OF_A_WIDER_FIXTURE)


@pytest.mark.parametrize(
    "test",
    [
        """
def test_it():
    event = threading.Event()
    thread = wait(event)
    listen().close()
    event.set()
    thread.join()
""",
        """
@pytest.fixture(scope="module")
def served():
    event = threading.Event()
    with listen():
        thread = wait(event)
        yield
    event.set()

def test_one(served):
    pass

def test_other(served):
    pass
""",
    ],
    ids=["test", "wider fixture"],
)
def test_who_closes_what_he_opens_breaks_no_rule(tmp_path: Path, test: str) -> None:
    told = outcome(tmp_path, test)

    assert "passed" in told
    assert "error" not in told


@pytest.mark.parametrize("test", [THREAD, SOCKET], ids=["thread", "socket"])
def test_a_folder_beside_has_rules_of_its_own(tmp_path: Path, test: str) -> None:
    told = outcome(tmp_path, test, "theirs")

    assert "left behind" not in told
    assert "1 passed" in told
