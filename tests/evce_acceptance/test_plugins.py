"""An acceptance run is the same whatever plugins of pytest are installed beside it."""

from __future__ import annotations

import subprocess
import sys

SAY_WHICH = """
import pytest
from evce_acceptance.running import OF_ANY_SITE

class Seen:
    def pytest_sessionstart(self, session):
        for _, distribution in session.config.pluginmanager.list_plugin_distinfo():
            print("installed:", distribution.project_name)
        print("pytest-bdd:", session.config.pluginmanager.hasplugin("pytest_bdd.plugin"))

pytest.main([*OF_ANY_SITE, "--collect-only"], plugins=[Seen()])
"""


def test_a_run_takes_no_plugin_but_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", SAY_WHICH], capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    assert "pytest-bdd: True" in done.stdout, done.stdout + done.stderr
    assert "installed:" not in done.stdout
