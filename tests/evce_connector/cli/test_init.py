"""`evce-connector init`: what it writes passes `check`, and where something is amiss nothing is written."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from evce_connector import config
from evce_connector.cli import asking, cli, new_files
from evce_connector.config.start import Start
from evce_connector.errors import ConnectorError
from evce_connector.host.exposed import exposed
from evce_simulator import EvceSimulator

from tests.evce_connector.probe.otherwise import Otherwise, serving, snake
from tests.support.joined import EWS_PASSWORD, LOGIN, NOBODY, PASSWORD

ADDRESS = "http://127.0.0.1:0/EcoStruxure/DataExchange"
"""A free port, so that `check` finds it free."""
PAGES = {"EVCE_CONNECTOR_PORTAL_ENABLED": "false"}
CONFIGURATION, EVCE_FILE, EWS_FILE = "evce-connector.toml", "evce.password", "ews.password"


@pytest.fixture(scope="module")
def controller() -> Iterator[str]:
    with EvceSimulator("guide", login=LOGIN, password=PASSWORD) as simulator:
        yield simulator.url


@pytest.fixture
def password(tmp_path: Path) -> Path:
    """Keep the password of the controller in a file, as a technician does."""
    file = tmp_path / "given.password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    file.chmod(0o600)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where it writes; not there yet."""
    return tmp_path / "site"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody sit at a terminal."""
    monkeypatch.setattr(asking, "can_ask", lambda: True)
    monkeypatch.setattr("evce_connector.cli.init.can_ask", lambda: True)


def run(folder: Path, *options: str | Path, typed: str | None = None, **given: str | Path) -> Result:
    """Run the command; an error of ours is raised as it is."""
    named = [word for name, value in given.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    words = ["init", "--folder", str(folder), "--requests-per-second", "50", *named, *map(str, options)]
    result = CliRunner().invoke(cli, words, input=typed, env=PAGES)
    if isinstance(result.exception, ConnectorError):
        raise result.exception
    return result


def made(folder: Path, url: str, password: Path, *options: str | Path, **more: str | Path) -> Result:
    """Run the command for a controller; it has to write."""
    result = run(folder, *options, evce=url, login=LOGIN, password_file=password, ews_address=ADDRESS, **more)
    assert result.exit_code == 0, result.output
    return result


def check(folder: Path) -> Result:
    return CliRunner().invoke(cli, ["check", "--config", str(folder / CONFIGURATION)], env=PAGES)


def written(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_what_it_writes_passes_check_and_it_says_so_next(controller: str, folder: Path, password: Path) -> None:
    result = made(folder, controller, password)
    assert result.stdout.endswith(f"Next: evce-connector check --config {folder / CONFIGURATION}\n")
    assert "GET /api/v2/zones?limit=1: 200" in result.stderr
    checked = check(folder)
    assert checked.exit_code == 0, checked.output
    assert "wrong" not in checked.output
    assert "answers with API version 6" in checked.output


def test_the_base_path_is_found_and_what_was_given_stands_in_the_file(
    controller: str, folder: Path, password: Path
) -> None:
    made(folder, controller.removesuffix("/api/v2"), password, ews_user="other")
    evce, ews = written(folder)["evce"], written(folder)["ews"]
    assert evce == {
        "base_url": controller,
        "login": LOGIN,
        "password_file": password.as_posix(),
        "authentication": "basic",
        "verify_tls": True,
    }
    assert ews == {"address": ADDRESS, "username": "other", "password_file": EWS_FILE}


def test_a_made_up_password_is_strong_and_its_owners_alone_and_never_printed(
    controller: str, folder: Path, password: Path
) -> None:
    result = made(folder, controller, password)
    secret = (folder / EWS_FILE).read_text(encoding="utf-8").strip()
    assert (mode(folder / EWS_FILE), len(secret) >= 16) == (0o600, True)
    assert not [one for one in (secret, PASSWORD) if one in result.output or one in str(written(folder))]
    file = folder / CONFIGURATION
    assert list(exposed(Start.of(file, {}), config.load(file, {}))) == []


def test_a_made_up_password_does_not_hold_the_name_of_its_user(
    folder: Path, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = iter(["aEbo-1111-2222-3333", *["good-1111-2222-3333"] * 99])
    monkeypatch.setattr("evce_connector.cli.init.make_password", lambda: next(made_up))
    made(folder, NOBODY, password, "--no-look")
    assert (folder / EWS_FILE).read_text(encoding="utf-8") == "good-1111-2222-3333\n"


def test_a_password_that_is_given_is_left_in_its_file(controller: str, folder: Path, password: Path) -> None:
    folder.mkdir()
    (folder / "mine").write_text(EWS_PASSWORD, encoding="utf-8")
    made(folder, controller, password, ews_password_file=folder / "mine")
    assert written(folder)["ews"]["password_file"] == "mine"
    assert sorted(file.name for file in folder.iterdir()) == [CONFIGURATION, "mine"]


@pytest.mark.usefixtures("asked")
def test_at_a_terminal_it_asks_for_what_is_not_given(controller: str, folder: Path) -> None:
    typed = f"nonsense\n{controller}\n{LOGIN}\n{PASSWORD}\n\n{ADDRESS}\n{EWS_PASSWORD}\ny\n"
    result = run(folder, typed=typed)
    assert result.exit_code == 0, result.output
    assert "evce.base_url: it must be an address like" in result.output
    assert "User of Building Operation [ebo]" in result.output
    assert not [one for one in (PASSWORD, EWS_PASSWORD) if one in result.output]
    for name, secret in ((EVCE_FILE, PASSWORD), (EWS_FILE, EWS_PASSWORD)):
        assert (mode(folder / name), (folder / name).read_text(encoding="utf-8")) == (0o600, f"{secret}\n")
    assert check(folder).exit_code == 0


@pytest.mark.usefixtures("asked")
def test_at_a_terminal_nothing_is_written_without_a_yes(controller: str, folder: Path, password: Path) -> None:
    result = run(folder, evce=controller, login=LOGIN, password_file=password, typed="\n\n\nn\n")
    assert (result.exit_code, folder.exists()) == (2, False)
    assert result.stdout.endswith("Nothing is written.\n")


@pytest.mark.usefixtures("asked")
def test_with_yes_it_asks_nothing_that_has_a_default(controller: str, folder: Path, password: Path) -> None:
    result = run(folder, "--yes", evce=controller, login=LOGIN, password_file=password)
    assert (result.exit_code, written(folder)["ews"]["username"]) == (0, "ebo")


def test_without_a_terminal_what_is_missing_is_a_sentence(folder: Path) -> None:
    result = run(folder, evce=NOBODY)
    assert (result.exit_code, folder.exists()) == (2, False)
    assert "Give --login and --password-file: there is no terminal to ask at. Nothing is written." in result.stderr


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"evce": "controller"}, "evce.base_url: it must be an address"),
        ({"login": "a:b"}, "evce.login: it must have no colon"),
        ({"password_file": "nowhere"}, "password_file 'nowhere' cannot be read: No such file"),
        ({"ews_address": "http://127.0.0.1:8082/ews"}, "have one port: give each its own"),
        ({"ews_user": "a:b"}, "ews.username: it must have no colon"),
    ],
)
def test_what_is_given_wrongly_is_refused_before_anybody_is_asked(
    given: dict[str, str], says: str, folder: Path, password: Path
) -> None:
    right = {"evce": NOBODY, "login": LOGIN, "password_file": str(password)}
    with pytest.raises(ConnectorError, match=says.replace("(", r"\(")):
        run(folder, **right | given)
    assert not folder.exists()


def test_a_wrong_password_is_tried_once_and_nothing_is_written(folder: Path, password: Path) -> None:
    password.write_text("wrong-horse", encoding="utf-8")
    with EvceSimulator("guide", login=LOGIN, password=PASSWORD) as simulator:
        result = run(folder, evce=simulator.url, login=LOGIN, password_file=password)
        assert simulator.journal.count(status=401) == 2  # one without any
    assert (result.exit_code, folder.exists()) == (2, False)
    assert f"refuses the login '{LOGIN}'" in result.stderr
    assert "wrong-horse" not in result.output


def test_a_controller_that_does_not_answer_leaves_nothing(folder: Path, password: Path) -> None:
    result = run(folder, evce=NOBODY, login=LOGIN, password_file=password)
    assert (result.exit_code, folder.exists()) == (2, False)
    assert "does not answer" in result.stderr
    assert result.stderr.endswith("Nothing is written.\n")


def test_an_untrusted_certificate_says_what_fetches_it_and_is_never_just_believed(folder: Path, password: Path) -> None:
    with EvceSimulator("guide", tls=True, login=LOGIN, password=PASSWORD) as simulator:
        origin = simulator.url.removesuffix("/api/v2")
        result = run(folder, "--yes", evce=simulator.url, login=LOGIN, password_file=password)
        assert (result.exit_code, folder.exists()) == (2, False)
        assert f"evce-connector certificate fetch {origin}, which saves the file for --ca" in result.stderr
        assert simulator.ca_file is not None
        made(folder, simulator.url, password, ca=simulator.ca_file)
        assert written(folder)["evce"]["verify_tls"] == Path(simulator.ca_file).as_posix()
        assert check(folder).exit_code == 0


def test_without_a_look_it_asks_nobody_and_verifies_tls(folder: Path, password: Path) -> None:
    made(folder, "https://127.0.0.1:9/api/v2", password, "--no-look")
    assert written(folder)["evce"]["base_url"] == "https://127.0.0.1:9/api/v2"
    assert written(folder)["evce"]["verify_tls"] is True


@pytest.mark.parametrize(
    ("otherwise", "profile"),
    [({"paths": {"/chargers": "/stations"}}, "profile.toml"), ({"change": snake}, "dialect.toml")],
)
def test_of_a_controller_that_speaks_otherwise_the_profile_is_written_and_named(
    otherwise: dict[str, Any], profile: str, folder: Path, password: Path
) -> None:
    with (
        EvceSimulator("guide", login=LOGIN, password=PASSWORD) as simulator,
        serving(Otherwise(simulator, **otherwise)) as origin,
    ):
        result = made(folder, origin, password)
        checked = check(folder)
    assert written(folder)["evce"]["profile"] == f"controller/{profile}"
    assert checked.exit_code == 0, checked.output
    assert mode(folder / "controller" / "capture.json") == 0o600
    assert ("questions about the controller are open" in result.stdout) == (profile == "dialect.toml")


@pytest.mark.once
@pytest.mark.parametrize("dialect", ["areas", "links", "onedoc"])
def test_a_controller_of_another_make_needs_no_more_than_its_address(
    dialect: str, folder: Path, password: Path
) -> None:
    with EvceSimulator("guide", login=LOGIN, password=PASSWORD, profile=dialect) as simulator:
        made(folder, simulator.url.removesuffix("/api/v2"), password)
        checked = CliRunner().invoke(cli, ["check", "--poll", "--config", str(folder / CONFIGURATION)], env=PAGES)
    assert checked.exit_code == 0, checked.output
    assert "ZoneMaxCurrent(A)" in checked.output
    assert re.search(r"EvceState +good +Good", checked.output), checked.output


def test_what_is_there_already_stays_as_it_is(folder: Path, password: Path) -> None:
    folder.mkdir()
    (folder / EWS_FILE).write_text("mine", encoding="utf-8")
    with pytest.raises(ConnectorError, match=r"There already: .*ews\.password\. Nothing is written"):
        run(folder, evce=NOBODY, login=LOGIN, password_file=password)
    assert [(file.name, file.read_text(encoding="utf-8")) for file in folder.iterdir()] == [(EWS_FILE, "mine")]


def test_when_told_to_it_writes_anew_and_keeps_the_passwords(controller: str, folder: Path, password: Path) -> None:
    made(folder, controller, password)
    secret = (folder / EWS_FILE).read_text(encoding="utf-8")
    made(folder, controller, password, "--overwrite", ews_user="other")
    assert written(folder)["ews"]["username"] == "other"
    assert (folder / EWS_FILE).read_text(encoding="utf-8") == secret


def test_a_folder_in_the_place_of_a_file_leaves_nothing_half_written(
    controller: str, folder: Path, password: Path
) -> None:
    (folder / CONFIGURATION).mkdir(parents=True)
    result = run(folder, "--overwrite", evce=controller, login=LOGIN, password_file=password)
    assert isinstance(result.exception, IsADirectoryError)
    assert list(folder.iterdir()) == [folder / CONFIGURATION]


@pytest.mark.parametrize("fails", [0, 1])
def test_a_disk_that_fails_leaves_nothing_half_written(
    fails: int, controller: str, folder: Path, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []

    def full(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        opened.append(path)
        if len(opened) > fails:
            raise OSError(28, "No space left on device", str(path))
        return really(path, flags, mode, dir_fd=dir_fd)

    really = os.open
    monkeypatch.setattr(new_files.os, "open", full)
    result = run(folder, evce=controller, login=LOGIN, password_file=password)
    assert isinstance(result.exception, OSError)
    assert (len(opened), folder.exists()) == (fails + 1, False)
