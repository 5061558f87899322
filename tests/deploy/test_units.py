"""The systemd units: what stands in `deploy/systemd`, what `service install` writes, and what systemd says of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner
from connector_documents.units import ONE, TEMPLATE
from evce_connector.cli import cli
from evce_connector.config import load
from evce_connector.host.systemd import Systemd, SystemdError, own_program, unit_for
from evce_connector.host.unit import SECRETS, Unit, secrets_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is of Linux")
DEPLOY = Path(__file__).parents[2] / "reference" / "deploy" / "systemd"
UNITS = pytest.mark.parametrize("unit", [ONE.unit, TEMPLATE.unit], ids=lambda unit: unit.file_name)


def named(text: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze, which comes with systemd, is not on this machine")
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=50, check=False)  # noqa: S603 - found above


def written(unit: Unit, folder: Path) -> Path:
    """Write a unit whose program is there, so that systemd has nothing to say of that."""
    file = folder / unit.file_name
    file.write_text(Unit([sys.executable], unit.configuration, unit.secrets, unit.is_template).text(), encoding="utf-8")
    return file


@UNITS
def test_systemd_takes_the_unit_without_a_word(unit: Unit, tmp_path: Path) -> None:
    done = analyze("verify", "--man=no", str(written(unit, tmp_path)))
    assert (
        done.returncode,
        [line for line in done.stderr.splitlines() if unit.file_name.partition("@")[0] in line],
    ) == (0, [])


@UNITS
def test_systemd_finds_little_exposed(unit: Unit, tmp_path: Path) -> None:
    done = analyze("security", "--offline=true", "--no-pager", "--threshold=20", str(written(unit, tmp_path)))
    assert done.returncode == 0, done.stdout[-200:] + done.stderr


@UNITS
def test_secrets_are_handed_over_and_taken_from_there(unit: Unit) -> None:
    handed_over = dict(line.split(":") for line in named(unit.text(), "LoadCredential"))
    variables = dict(line.split("=") for line in named(unit.text(), "Environment"))
    folder = str(unit.configuration.parent)
    assert handed_over == {name: f"{folder}/{name}" for name in ("evce.password", "ews.password")}
    assert variables["EVCE_CONNECTOR_EVCE_PASSWORD_FILE"] == "%d/evce.password"
    assert variables["EVCE_CONNECTOR_EWS_PASSWORD_FILE"] == "%d/ews.password"


def test_the_example_names_the_files_and_the_folder_of_the_unit() -> None:
    example = tomllib.loads((DEPLOY / "evce-connector.toml").read_text(encoding="utf-8"))
    assert set(secrets_of(example).values()) == {"evce.password", "ews.password"}
    assert example["storage"]["url"].startswith(f"sqlite:////var/lib/{ONE.unit.folder}/")


def test_a_password_that_was_handed_over_holds_above_the_file_that_only_root_may_read(tmp_path: Path) -> None:
    for folder, password in (("etc", "of root"), ("credentials", "handed over")):
        (tmp_path / folder).mkdir()
        for name in ("evce.password", "ews.password"):
            (tmp_path / folder / name).write_text(password, encoding="utf-8")
    configuration = tmp_path / "etc" / "evce-connector.toml"
    shutil.copyfile(DEPLOY / "evce-connector.toml", configuration)
    lines = [line.split("=", 1) for line in named(ONE.unit.text(), "Environment")]
    environment = {key: value.replace("%d", str(tmp_path / "credentials")) for key, value in lines}
    found = [
        (one.evce.password_file, one.ews.password_file)
        for one in (load(configuration, environment), load(configuration, {}))
    ]
    assert [{str(Path(str(file)).parent.name) for file in files} for files in found] == [{"credentials"}, {"etc"}]


def test_the_unit_hands_over_what_the_configuration_names_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "evce-connector.toml"
    file.write_text('[ews]\npassword_file = "/srv/ews"\nprivate_key = "own.key"\n', encoding="utf-8")
    text = unit_for(file, ["/opt/x"], is_template=False).text()
    assert named(text, "LoadCredential") == ["ews.password:/srv/ews", f"ews.key:{tmp_path}/own.key"]


def test_each_secret_has_a_name_of_its_own() -> None:
    assert len({secret.usual for secret in SECRETS}) == len(SECRETS)


def test_words_that_mean_something_to_systemd_are_written_so_that_it_reads_them_as_they_are() -> None:
    unit = Unit(["/opt/my tools/$1/100%"], PurePosixPath("/etc/a b/c.toml"), {})
    assert named(unit.text(), "ExecStart") == ['"/opt/my tools/$$1/100%%" run --config "/etc/a b/c.toml"']


class Machine:
    """A machine that systemd runs, in a folder; what is asked of systemctl is noted, and answered with a status."""

    def __init__(self, root: Path) -> None:
        self.root, self.asked, self.answer = root, list[str](), 0
        (root / "run/systemd/system").mkdir(parents=True)
        self.units = root / "etc/systemd/system"
        (self.units / "multi-user.target.wants").mkdir(parents=True)

    def run(self, command: Sequence[str]) -> int:
        self.asked.append(" ".join(command[1:]))
        return self.answer

    def systemd(self, user: int = 0) -> Systemd:
        return Systemd(self.root, self.run, user)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@UNITS
def test_root_installs_the_unit_and_systemd_reads_it(machine: Machine, unit: Unit) -> None:
    file = machine.systemd().install(unit)
    assert (file.read_text(encoding="utf-8"), machine.asked) == (unit.text(), ["daemon-reload"])


def test_a_program_in_a_home_is_not_installed_for_the_unit_hides_homes(machine: Machine) -> None:
    unit = Unit(["/home/ann/venv/bin/evce-connector"], ONE.unit.configuration, {})
    with pytest.raises(SystemdError, match="Install it in a folder such as /opt/evce-connector"):
        machine.systemd().install(unit)
    assert not (machine.units / unit.file_name).exists()


def test_uninstall_stops_each_site_and_removes_the_template(machine: Machine) -> None:
    machine.systemd().install(TEMPLATE.unit)
    for site in ("south", "north"):
        (machine.units / f"multi-user.target.wants/evce-connector@{site}.service").touch()
    machine.asked.clear()
    stopped = machine.systemd().uninstall(TEMPLATE.unit.file_name)
    assert stopped == ["evce-connector@north.service", "evce-connector@south.service"]
    assert machine.asked == [*(f"disable --now {unit}" for unit in stopped), "daemon-reload"]
    assert not (machine.units / TEMPLATE.unit.file_name).exists()


def test_a_unit_that_cannot_be_stopped_stays(machine: Machine) -> None:
    file = machine.systemd().install(ONE.unit)
    machine.answer = 1
    with pytest.raises(SystemdError, match=r"`systemctl disable --now evce-connector\.service` ended with status 1"):
        machine.systemd().uninstall(ONE.unit.file_name)
    assert file.exists()


def test_status_shows_what_is_installed_and_ends_as_systemctl_does(machine: Machine) -> None:
    machine.systemd().install(ONE.unit)
    machine.answer = 3
    assert machine.systemd(user=1000).status() == 3
    assert machine.asked[-1] == "--no-pager --full status evce-connector.service"


def test_status_without_a_unit_says_what_writes_one(machine: Machine) -> None:
    with pytest.raises(SystemdError, match="`evce-connector service install` writes one"):
        machine.systemd().status()


def test_others_than_root_write_and_remove_nothing(machine: Machine) -> None:
    ours = machine.systemd(user=1000)
    for act in (lambda: ours.install(ONE.unit), lambda: ours.uninstall(ONE.unit.file_name)):
        with pytest.raises(SystemdError, match="Only root may"):
            act()
    assert machine.asked == []


def test_where_systemd_does_not_run_the_machine_the_other_ways_are_named(tmp_path: Path) -> None:
    elsewhere = Systemd(tmp_path, user=0)
    for act in (lambda: elsewhere.install(ONE.unit), lambda: elsewhere.uninstall("x"), elsewhere.status):
        with pytest.raises(SystemdError, match="in a container, on Kubernetes and on Windows"):
            act()


def test_print_prints_the_unit_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "evce-connector.toml"
    shutil.copyfile(DEPLOY / "evce-connector.toml", file)
    done = CliRunner().invoke(cli, ["service", "install", "--print", "--config", str(file)])
    assert (done.exit_code, done.output) == (0, unit_for(file, own_program(), is_template=False).text())
    assert list(tmp_path.iterdir()) == [file]


def test_a_template_takes_no_configuration_of_one_site(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["service", "install", "--template", "--config", str(tmp_path / "a.toml")])
    assert (done.exit_code, "--config is of one site" in done.output) == (2, True)


@pytest.mark.parametrize(("options", "enabled"), [((), "evce-connector"), (("--template",), "evce-connector@SITE")])
def test_install_says_how_it_is_started_and_starts_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], enabled: str
) -> None:
    monkeypatch.setattr("evce_connector.cli.unit.Systemd", machine.systemd)
    monkeypatch.setattr("evce_connector.cli.unit.own_program", lambda: ["/opt/evce-connector/bin/evce-connector"])
    done = CliRunner().invoke(cli, ["service", "install", *options])
    assert (done.exit_code, f"by `systemctl enable --now {enabled}`" in done.output) == (0, True), done.output
    assert machine.asked == ["daemon-reload"]


def test_uninstall_says_what_was_stopped_and_what_stays(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.systemd().install(ONE.unit)
    monkeypatch.setattr("evce_connector.cli.unit.Systemd", machine.systemd)
    done = CliRunner().invoke(cli, ["service", "uninstall"])
    assert done.output.startswith(
        "Stopped: evce-connector.service. evce-connector.service is removed.\nWhat is in /etc"
    )


def test_status_of_no_unit_ends_as_systemctl_does(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evce_connector.cli.unit.Systemd", machine.systemd)
    done = CliRunner().invoke(cli, ["service", "status"])
    assert (done.exit_code, "No unit is installed" in done.output) == (4, True)
