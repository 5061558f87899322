"""Checks of single values; what each means is said for readers in CONFIGURATION.md."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from evce_connector import storage_url
from evce_connector.alarms.rules import Condition
from evce_connector.config.messages import HIDDEN
from evce_connector.evce import ca_file
from evce_connector.schedules import cron
from evce_connector.schedules.zones import zone_named

_VALIDITY = re.compile(r"(\d{1,7}(?:\.\d{1,3})?) ?(min|h|days?|years?)", re.ASCII)
_SITE = re.compile(r"[a-z][a-z0-9_]{0,47}", re.ASCII)
_HOST = re.compile(r"[^\W_][\w.-]*")
ALL_INTERFACES = ("0.0.0.0", "::")  # noqa: S104 - looked for, not listened at
_NO_SITES = ("public", "information_schema")
_DAY, _YEAR = timedelta(days=1), timedelta(days=365.25)
_UNITS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "day": _DAY,
    "days": _DAY,
    "year": _YEAR,
    "years": _YEAR,
}
_LONGEST = 1000 * _YEAR
_NO_DATABASE = (
    "it must be the address of a SQLite file, such as sqlite:///evce-connector.db, or of a PostgreSQL, such as "
    "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"
)
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_NO_TEXT = ("Cc", "Cs", "Zl", "Zp")
FIRST_START, LAST_START = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Between these years a schedule may start: time zones are known there."""


def one_line(value: str) -> str:
    """Take text without control characters, line breaks and halves of characters. ValueError says what is wrong."""
    if any(unicodedata.category(letter) in _NO_TEXT for letter in value):
        raise ValueError("it must be one line, without control characters")
    return value


Line = Annotated[str, AfterValidator(one_line)]
"""Text that pages, logs and addresses show as it is."""


def login_name(value: str) -> str:
    """Take a name that a login over HTTP can carry. ValueError says what is wrong."""
    if ":" in value:
        raise PydanticCustomError(HIDDEN, "it must have no colon, at which a login over HTTP ends the name")
    return one_line(value)


def _is_http_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return (
            all(letter.isprintable() and not letter.isspace() for letter in value)
            and parts.scheme in ("http", "https")
            and (_is_name(parts.hostname or "") or _is_ip(parts.hostname or ""))
            and (parts.port is None or parts.port >= 0)
        )
    except ValueError:
        return False


def _is_name(host: str) -> bool:
    """Tell whether a host may have this name: no label is empty or longer than 63 letters as the network has it."""
    try:
        return bool(_HOST.fullmatch(host) and host.encode("idna"))
    except UnicodeError:
        return False


def _is_ip(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def http_url(value: str) -> str:
    """Take an http or https address without a login. ValueError says what is wrong."""
    if "@" in value.partition("://")[2].partition("/")[0]:
        raise PydanticCustomError(HIDDEN, "it holds a login: give that as evce.login and evce.password")
    if not _is_http_url(value):
        raise ValueError("it must be an address like https://192.168.0.10/api/v2")
    return value


def is_loopback(address: str) -> bool:
    """Tell whether only this machine reaches an address."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def port_of(address: str) -> int:
    """Return the port of an http or https address."""
    parts = urlsplit(address)
    return {"https": 443}.get(parts.scheme, 80) if parts.port is None else parts.port


def same_port(one: str, other: str) -> bool:
    """Tell whether two servers at these addresses would want the same port of the same network interface."""
    hosts = {urlsplit(address).hostname or "" for address in (one, other)}
    hosts = {"127.0.0.1" if host == "localhost" else host for host in hosts}
    return 0 != port_of(one) == port_of(other) and (len(hosts) == 1 or not hosts.isdisjoint(ALL_INTERFACES))


def controller_url(value: str) -> str:
    """Take an address that somebody can be reached at. ValueError says what is wrong."""
    if urlsplit(http_url(value)).port == 0:
        raise ValueError("it has port 0, at which nobody listens")
    return value


def listens_anywhere(address: str) -> str:
    """Say that a server would listen at a port of the system's choice; empty for an address with a port of its own."""
    try:
        chosen = urlsplit(address).port == 0
    except ValueError:  # whoever checks the address names it
        chosen = False
    return "with port 0 it is another address at each start, which no client finds: give a port" if chosen else ""


def no_ca_file(verify: bool | str) -> str:
    """Say that there is no file of CAs to verify a controller with; empty when there is, or none is named."""
    if isinstance(verify, bool):
        return ""
    wrong = ca_file.fault(verify)
    if wrong == ca_file.NOT_THERE:
        return f"it must be true, false or a CA file, and the CA file {verify!r} is not there"
    return wrong and f"the file {verify!r} {wrong}"


def database_url(value: str) -> str:
    """Take a database's URL whose password is told from its host. ValueError says what is wrong."""
    if storage_url.is_ambiguous(value):
        raise PydanticCustomError(HIDDEN, "only the @ before the host may stand as it is: write every other one as %40")
    try:
        make_url(value).get_dialect()
    except ArgumentError as error:
        raise PydanticCustomError(HIDDEN, _NO_DATABASE) from error
    return value


def site_name(value: str) -> str:
    """Take what may name a schema of PostgreSQL without quotes, or nothing. ValueError says what is wrong."""
    if value and not _SITE.fullmatch(value):
        raise ValueError("it must be up to 48 of a-z, 0-9 and _, and begin with a letter")
    if value in _NO_SITES or value.startswith("pg_"):
        raise ValueError("PostgreSQL has a schema of this name for itself")
    return value


def public_url(value: str) -> str:
    """Take an address that clients may use, or nothing. ValueError says what is wrong."""
    if "@" in value.partition("://")[2].partition("/")[0]:
        raise PydanticCustomError(HIDDEN, "it holds a login: clients log in as ews.username")
    if value and (not _is_http_url(value) or "?" in value or "#" in value):
        raise ValueError("it must be empty or an address like https://bms.example/EcoStruxure/DataExchange")
    return value


def header_text(value: str) -> str:
    """Take what every client reads alike in a header. ValueError says what is wrong."""
    if not value.isascii() or not value.isprintable() or '"' in value or "\\" in value:
        raise ValueError("clients read other characters than ASCII, quotes and backslashes in a header differently")
    return value


def divisor_of_a_day(minutes: int) -> int:
    """Take minutes after which the clock shows the same again on each day. ValueError says what is wrong."""
    if 1440 % minutes:
        raise ValueError("it must divide a day: 1, 5, 10, 15, 30, 60 ... minutes")
    return minutes


def validity(text: str) -> str:
    """Take how long a reduction holds that is set without an end. ValueError says what is wrong."""
    if text != "none" and validity_of(text) is None:
        raise ValueError('it must be "none" or a number of min, h, days or years, such as "90 min" or "125 years"')
    return text


def validity_of(text: str) -> timedelta | None:
    """Return how long a text says, None for "none"; a year is 365.25 days.

    >>> validity_of("90 min"), validity_of("none")
    (datetime.timedelta(seconds=5400), None)
    """
    match = _VALIDITY.fullmatch(text)
    span = float(match[1]) * _UNITS[match[2]] if match else timedelta()
    return span if timedelta() < span <= _LONGEST else None


def condition(word: str) -> str:
    """Take the name of an alarm rule's condition. ValueError says what is wrong."""
    if word not in list(Condition):
        raise ValueError(f"it must be one of {', '.join(Condition)}")
    return word


def local_time(value: datetime) -> datetime:
    """Take a date and time as clocks show it. ValueError says what is wrong."""
    if value.tzinfo is not None:
        raise ValueError("leave the offset out, and name the zone in time_zone")
    if value.microsecond or not FIRST_START.year <= value.year < LAST_START.year:
        raise ValueError("it must be a whole second between 2000 and 2099")
    return value


def time_of_day(text: str) -> str:
    """Take a time of day, or nothing. ValueError says what is wrong."""
    if text and not _TIME_OF_DAY.fullmatch(text):
        raise ValueError("it must be a time between 00:00 and 23:59, such as 07:30")
    return text


def time_zone(name: str) -> str:
    """Take the IANA name of a time zone, or nothing. ValueError says what is wrong."""
    if name:
        zone_named(name)
    return name


def cron_expression(text: str) -> str:
    """Take a cron expression, or nothing. ValueError says what is wrong."""
    if text:
        cron.read(text)
    return text
