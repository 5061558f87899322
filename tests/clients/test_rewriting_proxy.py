"""Behind a proxy under whose path clients log in, once the configuration tells that path."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.programs import Program
from tests.clients.proxy import OTHER_PATH, Proxy
from tests.clients.site import running_site
from tests.clients.test_clients import every_client, judge

pytestmark = pytest.mark.once


@every_client
def test_a_client_does_every_step_under_a_proxys_own_path(
    program: Program, proxy: Proxy, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    public = f"http://{proxy.place}{OTHER_PATH}"
    with running_site(tmp_path, public_url=public) as site, proxy.pass_to(site.address, tmp_path):
        judge(site, program, public, subtests)
