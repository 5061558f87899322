"""A connector under watch, and its site's file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from evce_acceptance.site.settings import Connector, Limits, Site
from evce_acceptance.site.wire import Pace
from evce_acceptance.watch.watching import NoLog, Watch
from evce_connector.clock import ManualClock
from lying_proxy import LyingProxy

from tests.evce_acceptance.watch.bench import Watched
from tests.support.joined import EWS_PASSWORD, USER, JoinedSite


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def joined(tmp_path: Path, clock: ManualClock) -> Iterator[JoinedSite]:
    """Serve the guide's site; it polls when a test says so."""
    with JoinedSite(tmp_path, clock) as site:
        site.service.set_up()
        site.service.poll()
        site.service.log()
        site.service.ews.start()
        yield site


@pytest.fixture
def proxy(joined: JoinedSite) -> Iterator[LyingProxy]:
    with LyingProxy(joined.service.ews.address) as running:
        yield running


@pytest.fixture
def watch(proxy: LyingProxy, clock: ManualClock) -> Iterator[Watch]:
    login = Connector(url=proxy.url, user=USER, password=EWS_PASSWORD)
    site = Site(name="Bench", connector=login, limits=Limits(requests_per_second=10_000))
    own = Watched(clock)
    with closing(Watch(site, own, Pace(10_000, own), NoLog())) as running:
        yield running


@pytest.fixture
def file(joined: JoinedSite, tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    ends = f'url = "{joined.service.ews.address}"\nuser = "{USER}"\npassword = "{EWS_PASSWORD}"\n'
    path.write_text(f'name = "Bench"\n[connector]\n{ends}[limits]\nrequests_per_second = 10000\n', encoding="utf-8")
    return path
