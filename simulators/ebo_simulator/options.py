"""The options that every command shares, and the workstation that they make."""

from __future__ import annotations

import functools
import json
import re
import sys
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ebo_simulator.client import EboClient
from ebo_simulator.display import Display, cultures
from ebo_simulator.profiles import profile, profiles
from ebo_simulator.soap import VERSIONS
from ebo_simulator.workstation import Workstation

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_URL = "http://127.0.0.1:8093/EcoStruxure/DataExchange"
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}

SHARED = (
    click.option("--url", envvar="EBO_URL", default=DEFAULT_URL, show_default=True, help="Address of the EWS server."),
    click.option("--user", envvar="EBO_USER", required=True, help="User name (or EBO_USER)."),
    click.option("--password", envvar="EBO_PASSWORD", help="Password (better: --password-file, or EBO_PASSWORD)."),
    click.option(
        "--password-file", type=click.Path(path_type=Path), help="File whose first line is that user's password."
    ),
    click.option(
        "--version", type=click.Choice(VERSIONS), help="EWS version of the requests; the profile's if not given."
    ),
    click.option(
        "--profile",
        "like",
        type=click.Choice(list(profiles())),
        default="es",
        show_default=True,
        help="Behave like this product.",
    ),
    click.option("--timeout", type=float, default=10, show_default=True, help="Seconds to wait for an answer."),
    click.option("--ca", type=click.Path(path_type=Path), help="PEM file with the issuer of the server's certificate."),
    click.option("--insecure", is_flag=True, help="Accept any certificate (test benches only)."),
    click.option("--lenient", is_flag=True, help="Read answers that break the EWS contract as far as they go."),
    click.option(
        "--culture",
        type=click.Choice(list(cultures())),
        default="en-US",
        show_default=True,
        help="How numbers and times are written.",
    ),
    click.option("--timezone", default="UTC", show_default=True, help="Time zone of the times shown."),
)
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


def connected(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared options and, as its first argument, a workstation that is closed afterwards."""

    @functools.wraps(command)
    def run(  # noqa: PLR0913 (one parameter per shared option)
        *,
        url: str,
        user: str,
        password: str | None,
        password_file: Path | None,
        version: str | None,
        like: str,
        timeout: float,
        ca: Path | None,
        insecure: bool,
        lenient: bool,
        culture: str,
        timezone: str,
        **own: Any,  # noqa: ANN401 (the command's own options)
    ) -> None:
        display, chosen = Display(culture, timezone), profile(like)
        speaks = version or chosen.version
        secret = the_password(password, password_file)
        client = EboClient(url, user, secret, speaks, timeout, ca=ca, insecure=insecure, strict=not lenient)
        with client:
            command(Workstation(client, display, chosen), **own)

    for option in reversed(SHARED):
        option(run)
    return run


def the_password(given: str | None, file: Path | None) -> str:
    """Return the password, wherever it stands; asked for at a terminal, else click.UsageError where there is none."""
    if file is not None and click.get_current_context().get_parameter_source("password") is ParameterSource.COMMANDLINE:
        raise click.UsageError("Give --password or --password-file, not both.")
    if file is not None:
        try:
            return file.read_text(encoding="utf-8-sig").partition("\n")[0].strip()  # Windows editors begin with a BOM
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"The password file {file} cannot be read: {error}") from error
    if given:
        return given
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, err=True))
    raise click.UsageError("The password is missing: give --password-file, or EBO_PASSWORD in the environment.")


def seconds(text: str) -> float:
    """Read a length of time: 90, 90s, 15m, 24h or 7d.

    >>> seconds("90"), seconds("15m"), seconds("24h")
    (90.0, 900.0, 86400.0)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text.strip())
    if found is None:
        raise click.BadParameter(f"{text!r} is no length of time; write 90s, 15m, 24h or 7d.")
    return float(found[1]) * SECONDS[found[2]]


def moment(text: str) -> datetime:
    """Read a time of day, 2030-01-31T12:00:00Z; without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as cause:
        raise click.BadParameter(f"{text!r} is no time; write 2030-01-31T12:00:00Z.") from cause
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def to_json(data: object, *, indent: int | None = 2) -> str:
    """Write dataclasses, named tuples and times as JSON."""
    return json.dumps(data, default=_plain, indent=indent, ensure_ascii=False)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
