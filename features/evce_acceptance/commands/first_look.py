"""The options that tell a site without a file, and what they make of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from evce_acceptance.commands.begin import FILE
from evce_acceptance.site.first_look import End, FirstLook, password_asked
from evce_acceptance.site.settings import Login, SettingsError
from pydantic import ValidationError

OPTIONS = (
    click.option("--ews", metavar="URL", help="Without a file: address of the EWS server."),
    click.option("--user", metavar="NAME", help="Its user; the password is asked for, or stands in a file."),
    click.option("--password-file", type=FILE, help="File whose first line is that user's password."),
    click.option(
        "--evce", metavar="URL", help="Address of the charge controller's API; without it EWS alone is judged."
    ),
    click.option("--login", metavar="NAME", help="Its login; the password is asked for, or stands in a file."),
    click.option("--evce-password-file", type=FILE, help="File whose first line is that login's password."),
    click.option("--ca", type=FILE, help="PEM file with the issuers of both certificates."),
    click.option("--insecure", is_flag=True, help="Trust any certificate of both."),
    click.option(
        "--poll-seconds",
        type=click.FloatRange(min=1),
        help="Without a file: seconds from one poll of the connector to the next; measured where nobody tells them.",
    ),
    click.option(
        "--requests-per-second",
        type=click.FloatRange(min=0.1),
        default=5.0,
        show_default=True,
        help="Without a file: requests to all ends.",
    ),
)


def told_by_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options, and as `first_look` what they tell; None when they tell of no site.

    click.UsageError when they tell a part of an end.
    """

    @wraps(command)
    def run(  # noqa: PLR0913 - one parameter an option
        *,
        ews: str | None,
        user: str | None,
        password_file: Path | None,
        evce: str | None,
        login: str | None,
        evce_password_file: Path | None,
        ca: Path | None,
        insecure: bool,
        poll_seconds: float | None,
        requests_per_second: float,
        **own: Any,  # noqa: ANN401 - the command's own options
    ) -> None:
        connector = _end({"--ews": ews, "--user": user}, password_file)
        controller = _end({"--evce": evce, "--login": login}, evce_password_file)
        look = None
        if connector is not None:
            trust = False if insecure else ca or True
            look = FirstLook(connector, controller, trust, poll_seconds, requests_per_second)
        elif controller is not None:
            raise click.UsageError("A first look needs the EWS server: --ews and --user too.")
        command(first_look=look, **own)

    for option in reversed(OPTIONS):
        run = option(run)
    return run


def _end(told: dict[str, str | None], password_file: Path | None) -> End | None:
    """Return an end that options tell by address and user, None when they tell nothing of it."""
    url, user = told.values()
    if url and user:
        return End(url, user, password_file)
    if url or user or password_file:
        missing = [option for option, value in told.items() if not value]
        raise click.UsageError(f"A first look needs {' and '.join(missing)} too.")
    return None


@contextmanager
def written(look: FirstLook) -> Iterator[Path]:
    """Give the site's file, as long as the context lasts; SettingsError when a password cannot be had."""
    with TemporaryDirectory() as folder:
        yield look.write(Path(folder), _asked)


def password_of(name: str, end: End) -> str:
    """Give the password of one end, from its file or asked for; SettingsError when it cannot be had."""
    if end.password_file is None:
        return password_asked(name, end, _asked)
    try:
        return Login(url=end.url, user=end.user, password_file=end.password_file).secret
    except OSError as error:
        raise SettingsError(f"--password-file {end.password_file} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise SettingsError(f"{end.url!r} is no address; write it as http://HOST:PORT/PATH.") from error


def _asked(question: str) -> str:
    """Ask at a terminal, unseen; nothing where nobody is."""
    return str(click.prompt(question, hide_input=True, err=True)) if sys.stdin.isatty() else ""
