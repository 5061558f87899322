"""The pages of a connector that runs, as a process that somebody started."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from ebo_simulator import EboClient
from evce_connector.cli import cli
from evce_connector.clock import ManualClock
from evce_connector.evce.profile import PROFILES
from evce_connector.persistence.database import open_database
from evce_connector.persistence.settings import Settings

from features.driver.waiting import until
from load.processes import spawn
from tests.support.connector_process import configuration_file, free_port
from tests.support.forms import fields_of, typed
from tests.support.joined import EWS_PASSWORD, USER, Document, JoinedSite, failing_disk, settings
from tests.support.portal import PASSWORD, Person, text_of

PORTAL = {"enabled": True, "address": "http://127.0.0.1:0"}


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[JoinedSite[ManualClock]]:
    with JoinedSite(tmp_path, ManualClock(), database=empty_database, portal=PORTAL) as joined:
        yield joined


@pytest.fixture
def admin(site: JoinedSite[ManualClock], tmp_path: Path) -> Iterator[Person]:
    """Start the pages, and let the admin in."""
    assert site.service.portal
    site.service.portal.start()
    person = Person(site.service.portal.address)
    first = (tmp_path / "connector.db.first-password").read_text(encoding="utf-8").strip()
    person.log_in("admin", first)
    person.change_password(first, PASSWORD)
    person.log_in("admin", PASSWORD)
    yield person
    person.close()


def test_endpoints_say_what_the_controller_answered_last(site: JoinedSite[ManualClock], admin: Person) -> None:
    site.set_up()
    site.poll()
    rows = admin.get("/status/endpoints.json").json()["rows"]

    assert rows == [
        ["EWS server", site.service.ews.address, "Serves"],
        ["Charge controller", site.simulator.url, "good"],
    ]


def test_pages_without_a_database_are_shown_and_what_needs_it_says_so(
    site: JoinedSite[ManualClock], admin: Person
) -> None:
    with failing_disk(site.service):
        assert admin.get("/status").status_code == 200
        assert admin.get("/setup/users").status_code == 200
        answer = admin.send("/setup/users", {"name": "operator", "role": "operator", "password": "Ladepark-4712"})
    assert answer.status_code == 503
    assert "The database cannot be used: disk I/O error. What was asked for was not done." in text_of(answer)
    assert [user.name for user in site.service.stores.portal_users.all()] == ["admin"]


def test_one_can_log_in_while_the_database_takes_nothing_and_that_is_in_the_audit_list_later(
    site: JoinedSite[ManualClock], admin: Person
) -> None:
    site.set_up()
    other = Person(admin.address)
    with failing_disk(site.service):
        assert other.log_in("admin", PASSWORD).url.endswith("/status")
    other.close()
    site.poll()  # writes what has waited
    acts = [act.act for _, act in site.service.stores.portal_audit.last(10)]

    assert acts.count("Logged in") == 3


def test_no_password_of_the_configuration_is_on_any_page(site: JoinedSite[ManualClock], admin: Person) -> None:
    site.set_up()
    processor = "/configurations/EVCE Processor"
    setup = [f"/setup/{name}" for name in ("backup", "settings", "schedules")]
    for path in ("/status/endpoints", "/configurations", processor + "/details", processor + "/edit", *setup, "/about"):
        page = admin.get(path).text
        for secret in (site.document["evce"]["password"], site.document["ews"]["password"]):
            assert secret not in page, path


def test_settings_that_a_program_gave_are_shown_and_exported_and_read_only_on_the_pages(
    site: JoinedSite[ManualClock], admin: Person
) -> None:
    page = admin.get("/configurations/EVCE Processor/edit")
    assert fields_of(page.text).keys() == {"csrf_token", "base"}
    assert "Read-only: set by the program that started it." in page.text
    exported = tomllib.loads(admin.send("/setup/settings", {}, "/setup/settings/export").text)
    assert exported["evce"]["base_url"] == site.simulator.url
    assert "password" not in exported["evce"]


def command(site: JoinedSite[ManualClock], folder: Path, *options: str) -> str:
    """Run `evce-connector password` beside the connector; returns the password that it tells."""
    path = configuration_file(site.document, folder)
    result = CliRunner().invoke(cli, ["password", "--config", str(path), *options])
    assert result.exit_code == 0, result.output
    return result.output.partition(" with ")[2].partition(" and ")[0]


def test_a_command_gives_a_forgotten_password_anew_while_the_connector_runs(
    site: JoinedSite[ManualClock], admin: Person, tmp_path: Path
) -> None:
    password = command(site, tmp_path)

    assert admin.log_in("admin", PASSWORD).status_code == 403
    assert admin.log_in("admin", password).url.endswith("/password")


def test_a_command_lets_an_admin_in_whom_nobody_has_made(
    site: JoinedSite[ManualClock], admin: Person, tmp_path: Path
) -> None:
    password = command(site, tmp_path, "--user", "rescue")

    assert admin.log_in("rescue", password).url.endswith("/password")
    assert admin.log_in("admin", PASSWORD).url.endswith("/status")
    assert [user.name for user in site.service.stores.portal_users.all()] == ["admin", "rescue"]


@contextmanager
def started(folder: Path, document: Document) -> Iterator[subprocess.Popen[str]]:
    """Run a connector as a process; it ends with the block."""
    configuration_file(document, folder)
    command = ("-m", "evce_connector", "run", "--config", str(folder / "connector.toml"))
    process = spawn(*command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def begins(process: subprocess.Popen[str]) -> str:
    """Wait until a connector says where it serves, and return that."""
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("EWS server at ")
    return line.removeprefix("EWS server at ").partition(",")[0]


def served_name(address: str) -> str:
    with EboClient(address, USER, EWS_PASSWORD) as client:
        system = client.get_web_service_information().system
    assert system
    return system.name


def log_in_first(person: Person, folder: Path) -> None:
    """Log in with the first password, and choose another."""
    first = (folder / "connector.db.first-password").read_text(encoding="utf-8").strip()
    person.log_in("admin", first)
    person.change_password(first, PASSWORD)
    person.log_in("admin", PASSWORD)


def save(document: Document, saved: Document) -> None:
    """Save settings before the connector's first start."""
    engine = open_database(document["storage"]["url"])
    Settings(engine).save(saved, "admin", "made", ManualClock().now())
    engine.dispose()


@pytest.mark.once
def test_what_is_saved_on_a_page_is_served_a_moment_later_by_the_same_process(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    document = settings(tmp_path, portal={"enabled": True, "address": address})
    person, edit = Person(address), "/configurations/EVCE Processor/edit"
    try:
        with started(tmp_path, document) as process:
            assert served_name(begins(process)) == "EVCE Ews Server"
            log_in_first(person, tmp_path)
            fields = typed(person, edit, {"ews.server_name": "Depot", "status.interval_seconds": "20"})
            assert "Saved as version 1." in text_of(person.post(edit, fields))
            assert process.stdout
            assert process.stdout.readline().startswith("The pages are at ")
            assert served_name(begins(process)) == "Depot"
            until(lambda: person.get("/saved.json").json() == {"used": 1, "refused": ""}, "the pages tell it")
            assert process.poll() is None
        with started(tmp_path, document) as again:
            assert served_name(begins(again)) == "Depot"
    finally:
        person.close()


@pytest.mark.once
def test_saved_settings_that_no_connector_starts_with_are_told_on_the_page_and_those_before_go_on(
    tmp_path: Path,
) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    document = settings(tmp_path, portal={"enabled": True, "address": address})
    save(document, {"ews": {"address": document["ews"].pop("address")}})
    person, page = Person(address), "/configurations/EVCE Processor"
    try:
        with started(tmp_path, document) as process, socket.create_server(("127.0.0.1", 0)) as taken:
            before = served_name(begins(process))
            log_in_first(person, tmp_path)
            where = f"http://127.0.0.1:{taken.getsockname()[1]}/EcoStruxure/DataExchange"
            person.post(
                f"{page}/edit", typed(person, f"{page}/edit", {"ews.address": where, "ews.server_name": "Depot"})
            )
            assert process.stdout
            assert process.stdout.readline().startswith("The pages are at ")
            assert served_name(begins(process)) == before
            said = text_of(person.get(page))
    finally:
        person.close()
    assert "Version 2 of the settings is saved, and the connector does not run with it yet: " in said
    assert "ews.address" in said


@pytest.mark.once
def test_a_start_goes_on_with_the_settings_that_served_last_where_the_newest_cannot_be_started(tmp_path: Path) -> None:
    """The newest has a profile that is not there; what has served before, and fails now, ends the start."""
    document, profile = settings(tmp_path, portal=PORTAL), tmp_path / "profile.toml"
    save(document, {"ews": {"server_name": "First"}})
    with started(tmp_path, document) as process:
        assert served_name(begins(process)) == "First"
    save(document, {"ews": {"server_name": "Second"}, "evce": {"profile": str(profile)}})
    with started(tmp_path, document) as again:
        assert served_name(begins(again)) == "First"
    shutil.copy(PROFILES / "v6.toml", profile)
    with started(tmp_path, document) as at_last:
        assert served_name(begins(at_last)) == "Second"
    profile.unlink()
    with started(tmp_path, document) as ended:
        assert ended.wait(timeout=20) == 1


@pytest.mark.once
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP.")
def test_the_first_password_is_said_once_and_sessions_outlive_a_reload_of_the_configuration(tmp_path: Path) -> None:
    log, path = tmp_path / "connector.log", tmp_path / "connector.toml"
    address = f"http://127.0.0.1:{free_port()}"
    document = settings(tmp_path, portal={"enabled": True, "address": address}, logging={"file": str(log)})
    configuration_file(document, path.parent)
    process = spawn(
        "-m",
        "evce_connector",
        "run",
        "--config",
        str(path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    person = Person(address)
    try:
        assert process.stdout
        assert process.stdout.readline().startswith("EWS server at ")
        welcome = process.stdout.readline()
        first = (tmp_path / "connector.db.first-password").read_text(encoding="utf-8").strip()
        assert welcome.startswith(f"The pages are at {address}: log in as admin with the password {first}, and choose")
        person.log_in("admin", first)
        person.change_password(first, PASSWORD)
        assert person.log_in("admin", PASSWORD).url.endswith("/status")

        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline().startswith("EWS server at ")
        until(lambda: person.get("/about").url.endswith("/about"), "the session goes on")
    finally:
        person.close()
        process.terminate()
        rest, _ = process.communicate(timeout=20)
    assert rest == ""
    said = log.read_text(encoding="utf-8")
    assert "Pages: 'admin' from 127.0.0.1: Logged in" in said
    assert first not in said
    assert PASSWORD not in said
