"""The pages by https, where others than this machine reach them."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from evce_connector.clock import ManualClock
from evce_connector.config import ConfigurationError, parse
from evce_connector.errors import ConnectorError
from evce_connector.host.service import ConnectorService

from tests.support.joined import JoinedSite, settings


def test_they_are_served_with_a_certificate_of_their_own(tmp_path: Path, empty_database: Path) -> None:
    portal = {"enabled": True, "address": "https://127.0.0.1:0"}
    with JoinedSite(tmp_path, ManualClock(), database=empty_database, portal=portal) as site:
        assert site.service.portal
        site.service.portal.start()
        address = site.service.portal.address
        own = str(tmp_path / "connector.db.pages.pem")
        with requests.Session() as browser:
            page = browser.get(f"{address}/login", verify=own, timeout=10)
            (cookie,) = browser.cookies
        assert (address.startswith("https://127.0.0.1:"), page.status_code) == (True, 200)
        assert (cookie.secure, cookie.has_nonstandard_attr("HttpOnly")) == (True, True)
        plain = requests.get(address.replace("https:", "http:"), timeout=10)
        assert "This port speaks HTTPS only" in plain.text


def test_a_certificate_that_is_given_is_not_made_and_told_when_it_is_not_there(tmp_path: Path) -> None:
    portal = {"enabled": True, "address": "https://127.0.0.1:0", "certificate": str(tmp_path / "none.pem")}
    with pytest.raises(ConnectorError, match=r"The certificate of the pages, .*none.pem, cannot be read: No such file"):
        ConnectorService(parse(settings(tmp_path, portal=portal), {}))
    assert not list(tmp_path.glob("*.pages.pem"))


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "evce.site.lan", "[::]"])  # noqa: S104 - it is refused
def test_plain_http_beyond_this_machine_is_refused_unless_it_is_allowed_aloud(tmp_path: Path, host: str) -> None:
    portal = {"enabled": True, "address": f"http://{host}:8082"}
    with pytest.raises(ConfigurationError, match=r"^portal: .* is plain HTTP beyond this machine, in which everybody"):
        parse(settings(tmp_path, portal=portal), {})
    assert parse(settings(tmp_path, portal={**portal, "allow_plain_http": True}), {}).portal.allow_plain_http
