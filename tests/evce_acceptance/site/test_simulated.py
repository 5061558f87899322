"""The simulated site of an acceptance run: two processes, of which the controller may speak a dialect."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import requests
from evce_acceptance.site.simulated import LOGIN, simulated_site


@pytest.mark.once
def test_in_a_dialect_the_connector_is_told_the_profile_and_judged_by_the_contract(tmp_path: Path) -> None:
    with simulated_site(tmp_path, "guide", dialect="areas") as file:
        judged = tomllib.loads(file.read_text(encoding="utf-8"))["controller"]
        spoken = tomllib.loads((tmp_path / "connector.toml").read_text(encoding="utf-8"))["evce"]
        login = LOGIN, (tmp_path / "controller.password").read_text(encoding="utf-8")
        zone = requests.get(f"{judged['url']}/zones/1", auth=login, verify=judged["verify_tls"], timeout=10).json()
    assert (zone["name"], spoken["profile"]) == ("Z1", "areas")
    assert spoken["base_url"] != judged["url"]
