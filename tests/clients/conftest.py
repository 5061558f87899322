"""Every client finds a site of its own, as it changes what it visits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.programs import need
from tests.clients.proxy import Proxy, reserved_place
from tests.clients.site import Site, running_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running_site(tmp_path) as site:
        yield site


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    need("nginx-light", ("nginx", "-v"))
    with reserved_place() as proxy:
        yield proxy
