"""Simulators that speak a dialect, and clients that are in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evce_simulator.conftest import Client
from tests.evce_simulator.dialect.spoken import PLAIN, logged_in

Run = Callable[..., Client]


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., str]:
    """Write PLAIN with some of its lines changed, each of which must be there, to a file."""

    def write(*changes: tuple[str, str]) -> str:
        text = PLAIN
        for before, after in changes:
            assert before in text, before
            text = text.replace(before, after, 1)
        file = tmp_path / "own.toml"
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write


@pytest.fixture
def plain(run: Run, written: Callable[..., str]) -> Run:
    """Start a simulator that speaks PLAIN with changes; its client logs in nowhere."""

    def start(*changes: tuple[str, str], scenario: str = "guide", **options: object) -> Client:
        client = run(scenario, profile=written(*changes), **options)
        client.session.auth = None
        return client

    return start


@pytest.fixture
def areas(run: Run) -> Client:
    """Start a client of a simulator that speaks `areas`, with its token."""
    return logged_in(run("guide", profile="areas"))


@pytest.fixture
def links(run: Run) -> Client:
    """Start a client of a simulator that speaks `links`, with the cookie of its session."""
    client = run("guide", profile="links")
    client.session.auth = None
    answer = client.send("POST", "/session", json={"user": "bms", "secret": "secret"})
    assert answer.status_code == 200, answer.text
    return client


@pytest.fixture
def onedoc(run: Run) -> Client:
    """Start a client of a simulator that speaks `onedoc`, with its key."""
    client = run("guide", profile="onedoc")
    client.session.auth = None
    client.session.headers["X-API-Key"] = "secret"
    return client
