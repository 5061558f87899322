"""The file `site.toml`: the two ends of a site, what its connector claims, and what a run may do to it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from evce_acceptance.results.verdicts import InconclusiveError
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

Read = TypeVar("Read", bound=BaseModel)
MEASURED: Literal["measured"] = "measured"
"""In place of a polling interval: find out."""
LONGEST_POLL = 30.0
"""Seconds between two polls where nobody knows how many: the longest that the guide has (P-2)."""


class SettingsError(Exception):
    """The site's file cannot be used; the message says where and what to write instead."""


class NoControllerError(SettingsError, InconclusiveError):
    """What needs the charge controller cannot be decided, for nobody told where it is."""

    def __init__(self) -> None:
        super().__init__("Nobody told the charge controller's address: --evce URL --login NAME.")


class Section(BaseModel):
    """A table of the file; unknown entries are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Login(Section):
    """Address and credentials of one end; the password stands in a file of its own, or here.

    `verify_tls` is True (the system's issuers), False (any certificate), or the path of a CA file (PEM).
    """

    url: str = Field(pattern=r"^https?://")
    user: str = ""
    password: SecretStr = SecretStr("")
    password_file: Path | None = None
    verify_tls: bool | Path = True
    timeout: float = Field(default=10.0, gt=0)

    @field_validator("url")
    @classmethod
    def _without_login(cls, url: str) -> str:
        if "@" in urlsplit(url).netloc:  # it would be shown with the address, in each report
            raise ValueError("leave user and password out of the address: `user`, and `password_file` or `password`")
        return url

    @model_validator(mode="after")
    def _one_password(self) -> Login:
        if self.password.get_secret_value() and self.password_file is not None:
            raise ValueError("give password or password_file, not both")
        return self

    @property
    def secret(self) -> str:
        """The password, wherever it stands; OSError when its file cannot be read."""
        if self.password_file is None:
            return self.password.get_secret_value()
        text = self.password_file.read_text(encoding="utf-8-sig")  # Windows editors begin with a mark
        return text.strip().partition("\n")[0].strip()


class Controller(Login):
    """The charge controller: base address of API v6, as http://HOST/api/v2.

    `writes` says that its login may change things: some writes of a lease can be restored only through it.
    `reduction_percent` says of which part a reduction of 10 % speaks: that 10 % are taken away (assumed), or left.
    Items of the connector always speak of the part that is taken.
    """

    authentication: Literal["basic", "token"] = "basic"
    writes: bool = False
    reduction_percent: Literal["taken", "left"] = "taken"


class Connector(Login):
    """The EWS endpoint under test, whoever made it.

    `poll_seconds` is its polling interval, or "measured" where nobody knows it (`poll_at_most` then says what is safe
    to assume), `late_seconds` what a poll may take beyond it until the items show it,
    `settle_seconds` how long a state must last until its alarm is raised (ours is 30 s; the guide gives none).
    """

    version: Literal["1.1", "1.2"] = "1.2"
    poll_seconds: Annotated[float, Field(gt=0)] | Literal["measured"] = 15.0
    late_seconds: float = Field(default=5.0, gt=0)
    settle_seconds: float = Field(default=30.0, ge=0)
    ids_per_request: int = Field(default=100, gt=0)

    @property
    def poll_at_most(self) -> float:
        """The polling interval as it is told, in s, else the longest that the guide has."""
        return LONGEST_POLL if self.poll_seconds == MEASURED else self.poll_seconds


class Claims(Section):
    """What the product says it does; what is not claimed is not applicable."""

    history: bool = True
    history_minutes: int = Field(default=15, gt=0)
    alarms: bool = True
    subscriptions: bool = True
    ews_1_1: bool = True
    writes: bool = True


class Limits(Section):
    """What the run may ask of the site."""

    requests_per_second: float = Field(default=5.0, gt=0)


class Budget(Section):
    """The harm that writes may do; a run stops before it goes beyond.

    Blackout hours are local times of the controller's site as "HH:MM-HH:MM", UTC when `time_zone` is empty.
    """

    kw_minutes: float = Field(default=60.0, ge=0)
    connectors: int = Field(default=1, ge=0)
    zones: int = Field(default=1, ge=0)
    lease_seconds: int = Field(default=120, ge=30, le=900)
    blackout: tuple[Annotated[str, Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$")], ...] = ()
    time_zone: str = "UTC"
    reduction_lowers: bool | None = None
    """Whether a reduction lowers the set point: assumed, so the technician must say so before any write."""


class Site(Section):
    """A whole site: see the tables. Without a controller it is judged by EWS alone."""

    name: str
    controller: Controller | None = None
    connector: Connector
    claims: Claims = Claims()
    limits: Limits = Limits()
    budget: Budget = Budget()
    deviations: Path | None = None

    @property
    def told_controller(self) -> Controller:
        """The charge controller; NoControllerError when nobody told where it is."""
        if self.controller is None:
            raise NoControllerError
        return self.controller

    @property
    def secrets(self) -> tuple[str, ...]:
        """The passwords of all ends, to be kept out of what is written."""
        return tuple(end.secret for end in (self.controller, self.connector) if end is not None)


class Pair(Section):
    """Two EWS endpoints that are compared: shadow mode."""

    left: Connector
    right: Connector
    limits: Limits = Limits()


def load(path: Path) -> Site:
    """Read a site's file; SettingsError says what is wrong with it. Paths in it are relative to it."""
    site = _loaded(path, Site)
    for end, login in (("controller", site.controller), ("connector", site.connector)):
        if login is not None:
            _files_are_there(end, login)
    return site


def load_pair(path: Path) -> Pair:
    """Read the file of two endpoints, as `load` does; SettingsError says what is wrong with it."""
    pair = _loaded(path, Pair)
    for end, login in (("left", pair.left), ("right", pair.right)):
        _files_are_there(end, login)
    return pair


def _loaded(path: Path, kind: type[Read]) -> Read:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}. Name the site's file with --site.") from error
    except ValueError as error:
        raise SettingsError(f"{path} is not TOML: {error}.") from error
    try:
        return kind.model_validate(_from_here(content, path.parent))
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False)
        )
        raise SettingsError(f"{path}: {wrong}.") from None


def _files_are_there(end: str, login: Login) -> None:
    try:
        login.secret  # noqa: B018 - read to see whether it can be
    except OSError as error:
        raise SettingsError(f"{end}.password_file {login.password_file} cannot be read: {error.strerror}.") from error
    if isinstance(login.verify_tls, Path) and not login.verify_tls.is_file():
        raise SettingsError(f"{end}.verify_tls: there is no file {login.verify_tls}; name a CA file, true or false.")


def _from_here(content: dict[str, object], folder: Path) -> dict[str, object]:
    """Make paths relative to the site's file absolute."""
    for table in content.values():
        if isinstance(table, dict):
            for key in ("password_file", "verify_tls"):
                if isinstance(table.get(key), str):
                    table[key] = folder / table[key]
    if isinstance(content.get("deviations"), str):
        content["deviations"] = folder / str(content["deviations"])
    return content
