"""`evce-connector init`: from the address of a controller to a configuration that `check` finds nothing wrong with."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from evce_connector.cli import asking
from evce_connector.cli.new_files import NewFile, refuse_existing, write_all
from evce_connector.cli.options import CA, FILE, PACE, can_ask
from evce_connector.clock import SystemClock
from evce_connector.config import parse
from evce_connector.config.commented import commented
from evce_connector.config.neighbours import Ews, PasswordSection
from evce_connector.config.secret_keys import Document
from evce_connector.portal.passwords import make_password
from evce_connector.probe.asking import ProbeError, Target
from evce_connector.probe.comparing import wrong_besides
from evce_connector.probe.dialect.report import PROFILE as DIALECT
from evce_connector.probe.dialect.report import QUESTIONS
from evce_connector.probe.looking import PROFILE, Looked, look
from evce_connector.probe.trail import Trail

CONFIGURATION, EVCE_PASSWORD, EWS_PASSWORD, FOUND = "evce-connector.toml", "evce.password", "ews.password", "controller"
"""What is written into the folder: the configuration, both passwords, and the folder of what was found."""
EWS_USER = "ebo"
NOT_REACHED = 2
"""Exit status when the controller was not reached, as of `probe`, or nobody said yes: nothing is written."""


@dataclass(frozen=True)
class Asked:
    """What a technician gave: of each password the file that holds it already, else the password, to be written."""

    url: str
    login: str
    password: str = field(repr=False)
    password_file: Path | None
    user: str
    address: str
    ews_password: str = field(repr=False)
    ews_password_file: Path | None
    ca: Path | None


@click.command()
@click.option("--evce", "url", help="Address of the charge controller, with its base path if known.")
@click.option("--login", help="EVCE Login.")
@click.option("--password-file", type=FILE, help="File whose first line is the password; it is left where it is.")
@CA
@click.option("--ews-user", "user", help=f"User name that Building Operation logs in with.  [default: {EWS_USER}]")
@click.option(
    "--ews-password-file", type=FILE, help="File whose first line is its password; without it one is made up."
)
@click.option(
    "--ews-address", "address", help=f"Address to serve at.  [default: {Ews.model_fields['address'].default}]"
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help="Folder to write into; made when it is not there.",
)
@click.option("--answers", type=FILE, help="Answers to the questions of an earlier probe, in its questions.toml.")
@click.option("--no-look", is_flag=True, help="Write what is given, without asking the controller.")
@click.option("--overwrite", is_flag=True, help="Write anew what is there already; passwords are kept.")
@click.option("--yes", is_flag=True, help="Take what is by default, and write without asking.")
@PACE
def init(
    *,
    folder: Path,
    answers: Path | None,
    no_look: bool,
    overwrite: bool,
    yes: bool,
    pace: float,
    **given: Any,  # noqa: ANN401 - what Asked has, as far as it was given
) -> None:
    """Look at a controller as `probe` does, read-only, and write a configuration for it, its keys commented.

    At a terminal what is not given is asked for. The password of Building Operation's user is made up unless one is
    given; it stands in its file alone.

    Exit status 0: written; 1: something given is wrong, or there already; 2: not reached, the login is refused, no list
    is found, or nobody said yes. Then nothing is written.
    """
    if overwrite:
        given |= _kept(folder, given)
    else:
        refuse_existing(_places(folder, given, looks=not no_look))
    asked = _asked(given, ask_all=not yes)
    looked, found = (None, []) if no_look else _look(asked, answers, pace, folder)
    document = _document(asked, looked, folder)
    parse(document, {})
    files = [*_passwords(asked, folder), *found]
    files.append(NewFile(folder / CONFIGURATION, commented(document).encode(), secret=False))
    if (
        can_ask()
        and not yes
        and not click.confirm(f"Write {', '.join(str(file.path) for file in files)}?", default=True)
    ):
        click.echo("Nothing is written.")
        sys.exit(NOT_REACHED)
    write_all(files)
    for file in files:
        click.echo(f"written: {file.path}")
    _say_what_next(asked, looked, folder)


def _places(folder: Path, given: dict[str, Any], *, looks: bool) -> Iterator[Path]:
    """Yield where something would be written."""
    yield folder / CONFIGURATION
    if not given["password_file"]:
        yield folder / EVCE_PASSWORD
    if not given["ews_password_file"]:
        yield folder / EWS_PASSWORD
    if looks:
        yield folder / FOUND


def _kept(folder: Path, given: dict[str, Any]) -> dict[str, Path]:
    """Return the files of passwords that are in the folder already, of those that were not given."""
    names = {"password_file": folder / EVCE_PASSWORD, "ews_password_file": folder / EWS_PASSWORD}
    return {name: file for name, file in names.items() if not given[name] and file.is_file()}


def _asked(given: dict[str, Any], *, ask_all: bool) -> Asked:
    """Ask for what is not given, with `ask_all` also for what has a default."""
    needed = {"--evce": "url", "--login": "login", "--password-file": "password_file"}
    asking.refuse_unasked([option for option, name in needed.items() if not given[name]])
    asks = ask_all and can_ask()
    keys = {"url": ("evce", "base_url"), "login": ("evce", "login"), "user": ("ews", "username")}
    for name, place in (keys | {"address": ("ews", "address")}).items():
        if given[name]:
            asking.fitting(place, given[name])
    url = given["url"] or asking.ask(keys["url"], "Address of the charge controller")
    login = given["login"] or asking.ask(keys["login"], "EVCE login")
    password = _read(given["password_file"]) or asking.ask_secret("Its password")
    user, address = given["user"] or EWS_USER, given["address"] or Ews.model_fields["address"].default
    if asks and not given["user"]:
        user = asking.ask(keys["user"], "User of Building Operation", user)
    if asks and not given["address"]:
        address = asking.ask(("ews", "address"), "Address to serve EWS at", address)
    ews_password = _read(given["ews_password_file"])
    if asks and not ews_password:
        ews_password = asking.ask_secret(f"Password of {user} (nothing: one is made up)", may_be_empty=True)
    files = (given["password_file"], given["ews_password_file"])
    return Asked(url, login, password, files[0], user, address, ews_password or _made_up(user), files[1], given["ca"])


def _made_up(user: str) -> str:
    """Make a password without the name of its user in it, of which `check` would warn; a name may be in nearly all."""
    several = [make_password() for _ in range(100)]
    return next((one for one in several if user.casefold() not in one.casefold()), several[0])


def _read(file: Path | None) -> str:
    """Return the password of a file; empty where none is given."""
    return PasswordSection(password_file=str(file)).secret() if file else ""


def _look(asked: Asked, answers: Path | None, pace: float, folder: Path) -> tuple[Looked, list[NewFile]]:
    """Look at the controller; returns what was found, and the files that it leaves. Ends where there is nothing."""
    target = Target(asked.url, asked.login, asked.password, str(asked.ca) if asked.ca else True, pace)
    trail, clock = Trail(target, None, None), SystemClock()
    try:
        told = trail.answered(answers)
        _say(trail.pace)
        looked = look(target, trail, told, clock, _say, keep_names=False, dialect=answers is not None)
    except (ProbeError, KeyboardInterrupt) as error:
        trail.end(error, _say)
        _say("Nothing is written.")
        sys.exit(NOT_REACHED)
    if not looked.settings:
        _say(
            "evce-connector: What is found of the controller is not enough for a profile. Nothing is written. Look "
            f"with {_again(asked, Path('FOLDER'))}, answer what it asks in {QUESTIONS} there, and give that file with "
            "--answers."
        )
        sys.exit(NOT_REACHED)
    if not looked.profile:
        return looked, []
    left = looked.evidence(told, clock).files
    return looked, [
        NewFile(folder / FOUND / name, one if isinstance(one, bytes) else one.encode(), secret=name != looked.profile)
        for name, one in left.items()
        if name != PROFILE or name == looked.profile
    ]


def _document(asked: Asked, looked: Looked | None, folder: Path) -> Document:
    evce: dict[str, Any] = {"base_url": asked.url} | (looked.settings if looked else {})
    evce |= {"login": asked.login, "password_file": _named(asked.password_file, folder) or EVCE_PASSWORD}
    evce |= {"verify_tls": _named(asked.ca, folder) or True}
    if looked and looked.profile:
        evce["profile"] = f"{FOUND}/{looked.profile}"
    ews_password = _named(asked.ews_password_file, folder) or EWS_PASSWORD
    return {"evce": evce, "ews": {"address": asked.address, "username": asked.user, "password_file": ews_password}}


def _named(file: Path | None, folder: Path) -> str:
    """Name a file as the configuration in a folder does: what is in the folder from there; empty for none."""
    if file is None:
        return ""
    whole = file.absolute()
    return (whole.relative_to(folder.absolute()) if whole.is_relative_to(folder.absolute()) else whole).as_posix()


def _passwords(asked: Asked, folder: Path) -> Iterator[NewFile]:
    """Yield the files of the passwords that stand in none yet."""
    if asked.password_file is None:
        yield NewFile(folder / EVCE_PASSWORD, f"{asked.password}\n".encode())
    if asked.ews_password_file is None:
        yield NewFile(folder / EWS_PASSWORD, f"{asked.ews_password}\n".encode())


def _say_what_next(asked: Asked, looked: Looked | None, folder: Path) -> None:
    for line in _amiss(asked, looked, folder) if looked else ():
        click.echo(line)
    file = asked.ews_password_file or folder / EWS_PASSWORD
    click.echo(f"Building Operation logs in at {asked.address} as {asked.user}, with the password in {file}.")
    click.echo(f"Next: {shlex.join(['evce-connector', 'check', '--config', str(folder / CONFIGURATION)])}")


def _amiss(asked: Asked, looked: Looked, folder: Path) -> Iterator[str]:
    """Say what of the controller is open or wrong, though there is a configuration for it."""
    if looked.dialect is not None and looked.profile == DIALECT:
        if still := sum(question.is_open for question in looked.dialect.questions):
            form = folder / FOUND / QUESTIONS
            yield (
                f"{still} questions about the controller are open in {form}; till they are answered it is assumed what "
                f"stands first there, and writes may be refused. Answer them, then: {_again(asked, form.parent)} "
                f"{shlex.join(['--answers', str(form)])}"
            )
    elif looked.contact is not None:
        yield from (f"wrong: {one.part}: {one.text}; {one.advice}." for one in wrong_besides(looked.contact))


def _again(asked: Asked, output: Path) -> str:
    """Return the command that looks at the controller again and leaves what it finds in a folder."""
    words = ["evce-connector", "probe", "--evce", asked.url, "--login", asked.login, "--password-file"]
    words += [str(asked.password_file or output.parent / EVCE_PASSWORD)]
    return shlex.join([*words, *(["--ca", str(asked.ca)] if asked.ca else []), "--output", str(output)])


def _say(line: str) -> None:
    click.echo(line, err=True)
