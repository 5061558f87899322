"""The command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from ebo_simulator import Workstation
from ebo_simulator.clock import SystemClock
from lying_proxy import LIES, Lie, LyingProxy, cli

from tests.lying_proxy.bench import Connect, Site

pytestmark = pytest.mark.once


def test_it_lists_all_lies() -> None:
    result = CliRunner().invoke(cli.main, ["--list"], env={"COLUMNS": "200"})

    assert result.exit_code == 0
    assert [name for name in LIES if name not in result.output] == []


def test_without_an_upstream_it_says_what_to_give() -> None:
    result = CliRunner().invoke(cli.main, [])

    assert result.exit_code == 2
    assert "--upstream" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--lie", "value", "--option", "bye=3"], "The lie value takes no bye"),
        (["--ca", "nowhere.pem"], "nowhere.pem does not exist"),
    ],
)
def test_what_cannot_be_is_a_sentence(site: Site, arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(cli.main, ["--upstream", site.url, *arguments])

    assert result.exit_code == 1
    assert words in result.output


def test_it_says_what_it_alters_until_ctrl_c(site: Site, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    waits: list[float] = []

    def wait(_: SystemClock, seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 1:
            workstation: Workstation = connect(said[0].split()[0])
            workstation.raw("EVCE Zones/Z1/ZoneReduction")
        else:
            raise KeyboardInterrupt

    monkeypatch.setattr(SystemClock, "wait", wait)
    cli.run(LyingProxy(site.url, Lie("value", "*/ZoneReduction"), tls=False), said.append)

    assert said[0].endswith("passes on what the server says, but for value")
    assert said[1:] == [
        "GetItems: value of EVCE Zones/Z1/ZoneReduction",
        "GetValues: value of EVCE Zones/Z1/ZoneReduction",
        "Stopped.",
    ]


def test_over_tls_it_names_its_certificate(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SystemClock, "wait", wait)
    result = CliRunner().invoke(cli.main, ["--upstream", site.url, "--tls"])

    assert result.exit_code == 0
    assert "Clients must trust" in result.output
