"""reference/REPLACING.md, its commands run as they stand: from another connector to this one, and back."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from ebo_simulator import EboClient, EboError
from evce_connector import config
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from features.driver.waiting import until
from tests.evce_connector.takeover.old_connector import configured, disguise
from tests.support.connector_process import free_port
from tests.support.joined import EWS_PASSWORD, LOGIN, PASSWORD, USER

PATIENCE = 150
"""Seconds that a command may take on a busy machine."""
pytestmark = [pytest.mark.once, pytest.mark.timeout(4 * PATIENCE)]
PAGE = (Path(__file__).parents[2] / "reference" / "REPLACING.md").read_text(encoding="utf-8")
CONTROLLER = "https://192.168.0.5/api/v2"
OLD = "http://192.168.0.10:8081/EcoStruxure/DataExchange"
NEW = "http://192.168.0.10:8093/EcoStruxure/DataExchange"
"""The addresses that the page speaks of."""
RIGHT, DIFFERS = 0, 1
"""Exit statuses."""
GOOD = 0
"""State of a value (reference/docs/ews.md)."""
PASSWORDS = {"evce.password": PASSWORD, "ews.password": EWS_PASSWORD}
ENVIRONMENT = {"EVCE_CONNECTOR_PORTAL_ENABLED": "false", "EBO_PASSWORD": EWS_PASSWORD, "COLUMNS": "200"}
DIFFERENCE = re.compile(r"^EVCE \S.*, (\w+: .*) from ", re.MULTILINE)
OURS = ["Zones/1/ZoneMaxCurrent(A)", "Zones/1/ZoneType", "Zones/1/ZoneReduction"]
"""Our own ids of what Building Operation has bound."""


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


class Walk:
    """Somebody who goes by the page, in a folder of his own and with the addresses of the test."""

    def __init__(self, folder: Path, addresses: dict[str, str]) -> None:
        self.folder, self._addresses = folder, addresses
        self.left = [line for block in _blocks("sh") for line in block.splitlines()]
        for name, password in PASSWORDS.items():
            (folder / name).write_text(password, encoding="utf-8")
            (folder / name).chmod(0o600)
        for block in _blocks("toml"):
            self.write(block.partition("\n")[0].removeprefix("# "), block)

    def write(self, name: str, text: str) -> None:
        """Write a file of the page."""
        (self.folder / name).write_text(self._here(text), encoding="utf-8")

    def edit(self, name: str, *changes: tuple[str, str]) -> None:
        """Change a file of the page as the page says."""
        text = (self.folder / name).read_text(encoding="utf-8")
        for before, after in changes:
            assert text.count(before) == 1
            text = text.replace(before, after)
        (self.folder / name).write_text(text, encoding="utf-8")

    def _here(self, text: str) -> str:
        """Give a text of the page the test's addresses; nothing moves here that an hour would show."""
        for page, here in self._addresses.items():
            text = text.replace(page, here)
        return text.replace("--hours 1", "--hours 0 --every 0")

    def _next(self, beginning: str) -> list[str]:
        """Return the command of the page that comes next, which begins so."""
        line = self.left.pop(0)
        assert line.startswith(beginning), f"The page says {line}"
        program, *options = shlex.split(self._here(line))
        return [str(Path(sys.executable).with_name(program)), *options]

    def take(self, beginning: str, status: int = RIGHT) -> str:
        """Run the next command, which ends so; returns what it says."""
        done = subprocess.run(  # noqa: S603 - our own commands
            self._next(beginning),
            cwd=self.folder,
            env=os.environ | ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == status, done.stdout
        return done.stdout

    @contextmanager
    def leave_running(self, beginning: str) -> Iterator[None]:
        """Let the next command run as long as the block lasts, then end it as a service manager does."""
        with (
            (self.folder / "run.log").open("w") as log,
            subprocess.Popen(  # noqa: S603 - our own command
                self._next(beginning), cwd=self.folder, env=os.environ | ENVIRONMENT, stdout=log, stderr=log
            ) as process,
        ):
            try:
                yield
            finally:
                process.terminate()
                ended = process.wait(PATIENCE)
        assert ended == RIGHT, (self.folder / "run.log").read_text(encoding="utf-8")


@contextmanager
def old_connector(file: Path, ids: dict[str, str]) -> Iterator[None]:
    """Run the old connector on its database; the first time it gives its items ids of its own, which it keeps."""
    service = ConnectorService(config.load(file))
    if not ids:
        ids |= disguise(service, names={})  # the vendor's has the guide's names too
    service.start()
    try:
        until(lambda: service.items.age() is not None, "the old connector polls", PATIENCE)
        yield
    finally:
        service.stop()


def good(address: str, ids: list[str]) -> dict[str, str]:
    """Return the good values of items, as a Building Operation reads them that has bound their ids."""
    with suppress(EboError, OSError), EboClient(address, USER, EWS_PASSWORD) as client:
        return {value.id: value.value for value in client.get_values(ids).values if value.state == GOOD}
    return {}


@pytest.mark.release
def test_the_page_leads_to_this_connector_and_back_without_a_binding_lost(tmp_path: Path) -> None:
    old, new = (f"http://127.0.0.1:{free_port()}/EcoStruxure/DataExchange" for _ in range(2))
    ids: dict[str, str] = {}
    with EvceSimulator("guide", login=LOGIN, password=PASSWORD) as controller, ExitStack() as left_running:
        walk = Walk(tmp_path, {OLD: old, NEW: new, CONTROLLER: controller.url})
        before_us = configured(tmp_path, "old", controller, address=old)
        with old_connector(before_us, ids):
            bound = [ids[key] for key in OURS]
            seen = good(old, bound)
            assert len(seen) == len(bound)
            walk.take("evce-connector probe")
            assert "ZoneMaxCurrent" in walk.take("evce-connector check")
            left_running.enter_context(walk.leave_running("evce-connector run"))
            until(lambda: good(new, OURS), "our connector serves by its own ids", PATIENCE)
            walk.take("evce-connector adopt")
            assert not good(new, bound)
            walk.take("evce-connector adopt")
            until(lambda: good(new, bound) == seen, "our connector serves by the old one's ids", PATIENCE)
            assert set(DIFFERENCE.findall(walk.take("evce-acceptance shadow", DIFFERS))) == {"writeable: yes / no"}
        assert not good(old, bound)
        walk.edit("new.toml", (new, old), ("enabled = false", "enabled = true"))
        walk.take("evce-connector reload")
        until(lambda: good(old, bound) == seen, "our connector serves where the old one did", PATIENCE)
        assert "ZoneMaxCurrent" in walk.take("ebo-simulator values")
        walk.take("evce-acceptance run")
        walk.take("evce-connector release")
        walk.take("evce-connector commands")
        left_running.close()
        assert not good(old, bound)
        with old_connector(before_us, ids):
            assert good(old, bound) == seen
    assert walk.left == []
