"""The tables of the connector's two neighbours, with their logins: [evce] and [ews], the guide's groups of Details."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from evce_connector.config import checks
from evce_connector.config.errors import ConfigurationError
from evce_connector.config.messages import ABSENT, Place, wrong_at
from evce_connector.config.section import (
    ADDRESS,
    PASSWORD,
    PATH,
    TEXT,
    Encrypted,
    Names,
    OfTheMachine,
    Section,
    SendsSecret,
)

HttpUrl = Annotated[str, AfterValidator(checks.http_url)]
LoginName = Annotated[str, AfterValidator(checks.login_name)]


class PasswordSection(Section):
    """A table with a password, given in place or in a file of its own."""

    password: SecretStr | None = Field(
        None, max_length=PASSWORD, description="Password; password_file or the environment is safer"
    )
    password_file: Annotated[str | None, OfTheMachine()] = Field(
        None, description="File whose first line is the password"
    )

    @model_validator(mode="after")
    def _one_password(self) -> PasswordSection:
        if self.password is None and self.password_file is None:
            raise PydanticCustomError(ABSENT, "{of}give either password or password_file", {"of": self._whose()})
        if self.password is not None and self.password_file is not None:
            raise ValueError("give either password or password_file")
        return self

    def _whose(self) -> str:
        """Say of whom there is no password, where the table's place does not."""
        return ""

    def secret(self) -> str:
        """Return the password itself; ConfigurationError when its file cannot be read."""
        if self.password is not None:
            return self.password.get_secret_value()
        try:
            lines = (
                Path(self.password_file or "").read_text(encoding="utf-8-sig").splitlines()
            )  # without the mark of Windows
        except (OSError, UnicodeDecodeError) as error:
            cause = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ConfigurationError([f"password_file {self.password_file!r} cannot be read: {cause}."]) from error
        if not lines or not lines[0]:
            raise ConfigurationError([f"password_file {self.password_file!r} is empty: write the password into it."])
        return lines[0]


class Evce(PasswordSection):
    """EVCE API Config Options (guide, section 4.2)."""

    base_url: Annotated[str, AfterValidator(checks.controller_url), SendsSecret()] = Field(
        max_length=ADDRESS, description="Base URL of the EVCE REST API, by default https://<EVCE IP:PORT>/api/v2"
    )
    login: Annotated[LoginName, Encrypted()] = Field(
        min_length=1, max_length=TEXT, description="User name of the EVCE API"
    )
    authentication: Annotated[Literal["basic", "token"], SendsSecret()] = Field(
        "basic", description="How to log in, unless the profile says it itself by a table [login]"
    )
    verify_tls: Annotated[bool | str, SendsSecret()] = Field(
        default=True, description="true, a CA file, or false (not recommended)"
    )
    profile: Annotated[checks.Line, SendsSecret()] = Field(
        "v6", min_length=1, max_length=PATH, description="Spelling of the API: a shipped profile or a file"
    )
    connect_timeout_seconds: float = Field(5.0, gt=0, le=30, description="Time-out of a connection, s")
    read_timeout_seconds: float = Field(10.0, gt=0, le=60, description="Time-out between bytes of an answer, s")
    refuse_other_versions: bool = Field(default=False, description="Refuse an API version other than the profile's")


class EwsUser(PasswordSection):
    """A further user of the EWS server."""

    username: Annotated[LoginName, Names()] = Field(min_length=1, max_length=TEXT, description="User name")
    role: Literal["reader", "writer"] = Field("reader", description="Whether it may set values")

    def _whose(self) -> str:
        return f"the user {self.username} has no password: "


class Ews(PasswordSection):
    """EVCE EWS Server (guide, section 4.2)."""

    address: HttpUrl = Field(
        "http://127.0.0.1:8093/EcoStruxure/DataExchange",
        max_length=ADDRESS,
        description="Address to serve at; its path is case sensitive",
    )
    public_url: Annotated[str, AfterValidator(checks.public_url)] = Field(
        "",
        max_length=ADDRESS,
        description="URL under which clients reach the server through a proxy; empty without one",
    )
    realm: Annotated[str, AfterValidator(checks.header_text)] = Field(
        "", max_length=TEXT, description="Realm of the login, may be empty"
    )
    server_name: checks.Line = Field(
        "EVCE Ews Server", min_length=1, max_length=TEXT, description="Name of the server, shown to clients"
    )
    username: LoginName = Field(
        min_length=1, max_length=TEXT, description="User name that Building Operation logs in with"
    )
    users: list[EwsUser] = Field(default=[], description="Further users, readers or writers")
    digest: list[Literal["MD5", "SHA-256"]] = Field(
        default=["MD5", "SHA-256"], min_length=1, description="Digest algorithms, in the order they are offered"
    )
    max_ids: int = Field(5000, ge=100, le=50_000, description="Ids that one request may hold; more are a fault")
    fault_status: Literal[200, 500] = Field(500, description="HTTP status of SOAP faults")
    certificate: Annotated[str | None, OfTheMachine()] = Field(
        None, description="Certificate file (PEM) for an https address"
    )
    private_key: Annotated[str | None, OfTheMachine()] = Field(None, description="Key file (PEM) of the certificate")

    @model_validator(mode="after")
    def _different_names(self) -> Ews:
        places: dict[Place, str] = {("username",): self.username}
        places |= {("users", number, "username"): user.username for number, user in enumerate(self.users)}
        names = Counter(places.values())
        if twice := [place for place, name in places.items() if names[name] > 1]:
            raise wrong_at((place, f"two users have the name {places[place]!r}") for place in twice)
        return self
