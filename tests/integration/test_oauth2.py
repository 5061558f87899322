"""A connector that gets its token as a client of the controller's own token endpoint (OAuth2, client credentials)."""

from __future__ import annotations

from pathlib import Path

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.errors import EvceLoginError
from evce_connector.evce.profile import PROFILES
from evce_simulator import EvceSimulator
from evce_simulator import ManualClock as SiteClock

OF_LINKS = PROFILES.joinpath("links.toml").read_text(encoding="utf-8")
BEGIN, END = OF_LINKS.index("[login]"), OF_LINKS.index("[errors]")


@pytest.mark.parametrize("client", ["basic", "form"])
def test_a_site_is_read_with_a_token_for_its_life_and_anew_after_it(tmp_path: Path, client: str) -> None:
    file = tmp_path / "own.toml"
    login = f'[login]\nkind = "oauth2"\npath = "/token"\nclient = "{client}"\n\n'
    file.write_text(OF_LINKS[:BEGIN] + login + OF_LINKS[END:], encoding="utf-8")
    clock, password = ManualClock(), "a:b/ü &%"
    with EvceSimulator("guide", login="bms", password=password, profile=str(file), clock=SiteClock()) as simulator:
        profile = profiles.load(str(file))
        with EvceClient(EvceOptions(simulator.url, "bms", password), profile, clock) as connector:
            for wait, logins in ((0, 1), (2879, 1), (1, 2)):
                clock.advance(wait)
                assert len(connector.fetch().zones.objects) == 3
                assert simulator.journal.count("POST", "/login") == logins
        with (
            EvceClient(EvceOptions(simulator.url, "bms", "wrong"), profile, clock) as connector,
            pytest.raises(EvceLoginError),
        ):
            connector.fetch()
