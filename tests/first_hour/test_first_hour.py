"""The first hour of a technician: from an empty folder to a running service, by commands alone."""

from __future__ import annotations

import json
import re
import signal
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from features.driver.waiting import until
from tests.first_hour.technician import NOTHING_DONE, PATIENCE, RIGHT, WRONG, Technician, text
from tests.support.connector_process import free_port

pytestmark = pytest.mark.once
ZONE = "EVCE Zones/Z1"
OWNERS = 0o600
FAST = ("--requests-per-second", "50")


@dataclass(frozen=True)
class Controller:
    """A simulated controller that runs, as whoever started it is told of it."""

    url: str
    password: str
    certificate: str

    @property
    def origin(self) -> str:
        return self.url.removesuffix("/api/v2")


@pytest.fixture
def technician(tmp_path: Path) -> Technician:
    return Technician(tmp_path)


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    """Run the simulator as a process; the password is one that it made."""
    folder = tmp_path_factory.mktemp("controller")
    log = folder / "controller.log"
    words = ("run", "--tls", "--frozen", "--port", "0")
    with Technician(folder).leaves_running(log, "Control token: ", "evce-simulator", *words):
        said = dict(re.findall(r"^([\w ]+): (.*)$", text(log), re.MULTILINE))
        yield Controller(said["EVCE API"], said["Password"], said["Certificate"])


def keeps(folder: Path, name: str, secret: str) -> Path:
    """Write a password into a file, as a technician does who has read about it."""
    file = folder / name
    file.write_text(f"{secret}\n", encoding="utf-8")
    file.chmod(OWNERS)
    return file


def others_may(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode) & 0o077


def test_an_empty_folder_becomes_a_service_that_stops_in_good_order(
    technician: Technician, controller: Controller
) -> None:
    folder = technician.folder
    address = f"http://127.0.0.1:{free_port()}/EcoStruxure/DataExchange"
    trusts(technician, controller)
    secrets = begins(technician, controller, address)
    file, log = folder / "site" / "evce-connector.toml", folder / "run.log"
    with technician.leaves_running(log, f"EWS server at {address}", "evce-connector", "run", "--config", file) as run:
        serves(technician, file)
        looks_as_building_operation(technician, address, secrets[1])
        keeps_what_was_done(technician, file)
        hands_out_no_secret(technician, file, secrets)
        run.send_signal(signal.SIGTERM)
        assert run.wait(PATIENCE) == RIGHT, text(log)
    assert "can listen" in technician.types("evce-connector", "check", "--config", file)
    assert "is sound" in technician.types("evce-connector", "verify", "--config", file)
    assert not [said for said in [*technician.heard, text(log)] if any(secret in said for secret in secrets)]


def trusts(technician: Technician, controller: Controller) -> None:
    """Be told that the certificate is not trusted, compare its fingerprint, and save it."""
    password = keeps(technician.folder, "given", controller.password)
    words = ["init", "--folder", "site", "--evce", controller.origin, "--login", "bms", "--password-file", password]
    said = technician.types("evce-connector", *words, status=NOTHING_DONE)
    assert f"evce-connector certificate fetch {controller.origin}, which saves the file for --ca" in said
    assert not (technician.folder / "site").exists()
    shown = technician.types("evce-connector", "certificate", "show", controller.certificate)
    fingerprint = re.findall(r"SHA-256 +(\S+)", shown)[-1]
    words = ["certificate", "fetch", controller.origin, "--output", "ca.pem", "--yes", fingerprint]
    assert "With it the controller is believed." in technician.types("evce-connector", *words)


def begins(technician: Technician, controller: Controller, address: str) -> tuple[str, str]:
    """Have the configuration written, change a key of it, and check it; returns the secrets of both logins."""
    folder = technician.folder
    words = ["--evce", controller.origin, "--login", "bms", "--password-file", "given", "--ca", "ca.pem"]
    words += ["--ews-address", address, "--folder", "site", *FAST]
    said = technician.types("evce-connector", "init", *words)
    assert said.endswith("Next: evce-connector check --config site/evce-connector.toml\n")
    file, made_up = folder / "site" / "evce-connector.toml", folder / "site" / "ews.password"
    assert sorted(folder.joinpath("site").iterdir()) == [file, made_up]
    assert not others_may(made_up)
    pages = f'address = "http://127.0.0.1:{free_port()}"'
    written = text(file)
    assert f'base_url = "{controller.url}"' in written
    file.write_text(written.replace('#address = "http://127.0.0.1:8082"', pages), encoding="utf-8")
    said = technician.types("evce-connector", "check", "--poll", "--config", file)
    assert "The charge controller answers" in said
    assert "ZoneMaxCurrent" in said
    assert "wrong:" not in said
    return controller.password, text(made_up).strip()


def serves(technician: Technician, file: Path) -> None:
    """Have the site read anew, and see that the database is the owner's alone, and one connector's."""
    assert "3 zones, 1 stations, 1 connectors" in technician.types("evce-connector", "setup", "--config", file)
    assert not others_may(file.with_name("evce-connector.db"))
    said = technician.types("evce-connector", "run", "--config", file, status=WRONG)
    assert "Another connector runs on the database" in said


def looks_as_building_operation(technician: Technician, address: str, password: str) -> None:
    """Read and write as Building Operation does."""
    technician.environment |= {"EBO_USER": "ebo", "EBO_PASSWORD": password}

    def shown(name: str) -> str:
        (value,) = json.loads(technician.types("ebo-simulator", "values", f"{ZONE}/{name}", "--url", address, "--json"))
        return str(value["value"])

    until(lambda: shown("ZoneMaxCurrent(A)") == "100", "the zone has its value", PATIENCE)
    technician.types("ebo-simulator", "set", f"{ZONE}/ZoneReduction=25", "--url", address)
    assert float(shown("ZoneReduction")) == 25


def keeps_what_was_done(technician: Technician, file: Path) -> None:
    """See who wrote what, what came onto the site, and what would be given back."""
    said = technician.types("evce-connector", "commands", "--config", file)
    assert re.search(r"ebo@127\.0\.0\.1 Zones/1/ZoneReduction: .* -> 25\.0: done", said)
    assert ",Zones/1,added," in technician.types("evce-connector", "ledger", "--config", file)
    assert "25 %" in technician.types("evce-connector", "release", "--dry-run", "--config", file)


def hands_out_no_secret(technician: Technician, file: Path, secrets: tuple[str, str]) -> None:
    """Make what goes to others: a copy, which is sound, and what a supporter sees, in which no secret is."""
    copy, bundle = technician.folder / "copy.db", technician.folder / "bundle.zip"
    technician.types("evce-connector", "backup", "--config", file, "--output", copy)
    assert "is sound" in technician.types("evce-connector", "verify", copy)
    technician.types("evce-connector", "diagnose", "--config", file, "--output", bundle)
    assert not [file for file in (copy, bundle) if others_may(file)]
    with ZipFile(bundle) as opened:
        content = b"".join(opened.read(name) for name in opened.namelist())
    assert b"check.txt" in bundle.read_bytes()
    assert not [secret for secret in secrets if secret.encode() in content + copy.read_bytes()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals in Python")
def test_at_a_terminal_all_is_asked_for_and_no_password_is_shown(
    technician: Technician, controller: Controller
) -> None:
    said = technician.answers(
        ("Address of the charge controller: ", controller.origin),
        ("EVCE login: ", "bms"),
        ("Its password: ", controller.password),
        ("User of Building Operation [ebo]: ", ""),
        ("DataExchange]: ", ""),
        ("(nothing: one is made up): ", "Building-7-East"),
        ("evce-connector.toml? [Y/n]: ", ""),
        command=("evce-connector", "init", "--folder", "site", "--ca", controller.certificate, *FAST),
    )
    folder = technician.folder / "site"
    files = {"evce.password": controller.password, "ews.password": "Building-7-East"}
    assert {name: text(folder / name).strip() for name in files} == files
    assert not [name for name in files if others_may(folder / name)]
    assert not [secret for secret in files.values() if secret in said + text(folder / "evce-connector.toml")]
    technician.types("evce-connector", "check", "--config", folder / "evce-connector.toml")


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ("init", NOTHING_DONE, "Give --evce and --login and --password-file: there is no terminal to ask at"),
        ("check", WRONG, "`evce-connector init` writes one for --config to name"),
        ("check --config nowhere.toml", WRONG, "nowhere.toml: cannot be read: No such file"),
        ("setup", WRONG, "No connector has run without a file"),
        ("commands", WRONG, "No connector has run without a file"),
        ("verify copy.db", WRONG, "There is no file copy.db"),
        ("adopt", WRONG, "No connector has run without a file"),
        ("probe --evce http://127.0.0.1:9 --login bms --password-file nowhere", WRONG, "'nowhere' cannot be read"),
    ],
)
def test_a_command_that_comes_too_early_is_a_sentence_and_leaves_nothing(
    words: str, status: int, says: str, technician: Technician
) -> None:
    assert says in technician.types("evce-connector", *words.split(), status=status)
    assert list(technician.folder.iterdir()) == []
