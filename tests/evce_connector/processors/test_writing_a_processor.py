"""The example of docs/writing-a-processor.md, installed and run as it stands there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from evce_connector.host.check import check
from evce_connector.host.registry import candidates
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from features.driver.waiting import until

PAGE = Path(__file__).parents[3] / "reference/docs/writing-a-processor.md"
PACKAGE, MODULE, CONFIGURATION = re.findall(
    r"^```\w+\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the example where pip would: a module, and the information of its package with the entry point."""
    project = tomllib.loads(PACKAGE)["project"]
    information = tmp_path / "site" / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    information.mkdir(parents=True)
    (tmp_path / "site" / "power_watch.py").write_text(MODULE, encoding="utf-8")
    described = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (information / "METADATA").write_text(described, encoding="utf-8")
    lines = []
    for group, entries in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    (information / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))


def test_the_example_is_found_as_an_installed_package() -> None:
    assert [name for name in candidates() if name == "PowerWatch"] == ["PowerWatch"]


def test_the_example_does_what_its_page_says(
    simulate: Callable[..., EvceSimulator],
    serve: Callable[..., ConnectorService],
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = serve(simulate().url, processors=tomllib.loads(CONFIGURATION)["processors"])
    service.set_up()
    service.poll()
    service.processors.open()
    service.processors.start("PowerWatch")
    until(lambda: bool(caplog.messages), "the processor has said something")
    service.processors.end()
    assert caplog.messages == ["The site draws 0.13 kW, agreed are 0.1 kW"]


def test_a_wrong_key_of_the_example_is_named_by_check(tmp_path: Path) -> None:
    path = tmp_path / "connector.toml"
    wrong = CONFIGURATION.replace("limit_kilowatts", "limit_kilowats")
    site = '[evce]\nbase_url="http://127.0.0.1:9/x"\nlogin="a"\npassword="b"\n[ews]\nusername="c"\npassword="d"\n'
    storage = f"[storage]\nurl = 'sqlite:///{(tmp_path / 'kept.db').as_posix()}'\n"
    path.write_text(site + storage + wrong, encoding="utf-8")
    texts = [finding.text for finding in check(path)]
    assert "processors.PowerWatch.limit_kilowats is an unknown key (did you mean limit_kilowatts?)." in texts
