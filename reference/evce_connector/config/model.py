"""The configuration file (TOML): every key once, with type, default, range and help."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from evce_connector import storage_url
from evce_connector.alarms.rules import HIGHEST, LOWEST, RULES, Acknowledge, AlarmRule
from evce_connector.config import checks
from evce_connector.config.errors import ConfigurationError
from evce_connector.config.messages import ABSENT, HIDDEN
from evce_connector.config.scheduling import (
    ProcessorConfiguration,
    ScheduleTable,
    configurations_that_fit,
    schedules_by_description,
)
from evce_connector.config.section import Encrypted, Section

HttpUrl = Annotated[str, AfterValidator(checks.http_url)]


class PasswordSection(Section):
    """A table with a password, given in place or in a file of its own."""

    password: SecretStr | None = Field(None, description="Password; password_file or the environment is safer")
    password_file: str | None = Field(None, description="File whose first line is the password")

    @model_validator(mode="after")
    def _one_password(self) -> PasswordSection:
        if self.password is None and self.password_file is None:
            raise PydanticCustomError(ABSENT, "give either password or password_file")
        if self.password is not None and self.password_file is not None:
            raise ValueError("give either password or password_file")
        return self

    def secret(self) -> str:
        """Return the password itself; ConfigurationError when its file cannot be read."""
        if self.password is not None:
            return self.password.get_secret_value()
        try:
            lines = Path(self.password_file or "").read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            cause = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ConfigurationError([f"password_file {self.password_file!r} cannot be read: {cause}."]) from error
        if not lines or not lines[0]:
            raise ConfigurationError([f"password_file {self.password_file!r} is empty: write the password into it."])
        return lines[0]


class Evce(PasswordSection):
    """EVCE API Config Options (guide, section 4.2)."""

    base_url: HttpUrl = Field(description="Base URL of the EVCE REST API, by default https://<EVCE IP:PORT>/api/v2")
    login: Annotated[str, Encrypted()] = Field(description="User name of the EVCE API", min_length=1)
    authentication: Literal["basic", "token"] = Field("basic", description="How to log in")
    verify_tls: bool | str = Field(default=True, description="true, a CA file, or false (not recommended)")
    profile: str = Field("v6", description="Spelling of the API: a shipped profile or a file")
    connect_timeout_seconds: float = Field(5.0, gt=0, le=30, description="Time-out of a connection, s")
    read_timeout_seconds: float = Field(10.0, gt=0, le=60, description="Time-out between bytes of an answer, s")
    refuse_other_versions: bool = Field(default=False, description="Refuse an API version other than the profile's")


class EwsUser(PasswordSection):
    """A further user of the EWS server."""

    username: str = Field(min_length=1, description="User name")
    role: Literal["reader", "writer"] = Field("reader", description="Whether it may set values")


class Ews(PasswordSection):
    """EVCE EWS Server (guide, section 4.2)."""

    address: HttpUrl = Field(
        "http://127.0.0.1:8093/EcoStruxure/DataExchange", description="Address to serve at; its path is case sensitive"
    )
    public_url: Annotated[str, AfterValidator(checks.public_url)] = Field(
        "", description="URL under which clients reach the server through a proxy; empty without one"
    )
    realm: Annotated[str, AfterValidator(checks.header_text)] = Field(
        "", description="Realm of the login, may be empty"
    )
    server_name: str = Field("EVCE Ews Server", description="Name of the server, shown to clients", min_length=1)
    username: str = Field(min_length=1, description="User name that Building Operation logs in with")
    users: list[EwsUser] = Field(default=[], description="Further users, readers or writers")
    digest: list[Literal["MD5", "SHA-256"]] = Field(
        default=["MD5", "SHA-256"], min_length=1, description="Digest algorithms, in the order they are offered"
    )
    max_ids: int = Field(5000, ge=100, le=50_000, description="Ids that one request may hold; more are a fault")
    fault_status: Literal[200, 500] = Field(500, description="HTTP status of SOAP faults")
    certificate: str | None = Field(None, description="Certificate file (PEM) for an https address")
    private_key: str | None = Field(None, description="Key file (PEM) of the certificate")

    @model_validator(mode="after")
    def _different_names(self) -> Ews:
        names = [self.username, *(user.username for user in self.users)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two users have the name {twice[0]!r}")
        return self


class Setup(Section):
    """EvceSetupProcessor."""

    interval_minutes: int = Field(0, ge=0, le=10080, description="Time between two runs; 0: at start and on demand")
    removal_grace_days: float = Field(7, ge=0, description="Days that an object may be gone before it leaves the tree")


class Status(Section):
    """EvceProcessor."""

    interval_seconds: float = Field(15, ge=15, le=30, description="Time from the start of a poll to the next, s")
    plain_uncertain_minutes: float = Field(
        60,
        ge=5,
        le=10080,
        description="Age of the last good poll after which reductions, set points, connections and statuses, "
        "which are plain, are Uncertain too, min",
    )


class Logs(Section):
    """EvceLogsProcessor."""

    interval_minutes: Annotated[int, AfterValidator(checks.divisor_of_a_day)] = Field(
        15, ge=1, le=1440, description="Logs Time Interval In Minutes"
    )
    retention_days: int = Field(90, ge=1, le=3660, description="Days that samples are kept")


class Rule(Section):
    """A row of the alarm table; it takes the place of the default of its condition, whose values it keeps if absent."""

    condition: Annotated[str, AfterValidator(checks.condition)] = Field(description="What it watches, e.g. faulted")
    priority: int | None = Field(None, ge=LOWEST, le=HIGHEST, description="EWS priority, the lower the more urgent")
    category: str | None = Field(None, min_length=1, description="Category, the alarm's type in Building Operation")
    acknowledge: Literal["not needed", "possible", "required"] | None = Field(None, description="Who may or must")
    settle_seconds: float | None = Field(None, ge=0, le=86400, description="How long it must hold, s")
    clear_seconds: float | None = Field(None, ge=0, le=86400, description="How long it must be over, s")
    enabled: bool | None = Field(None, description="Whether it makes an alarm at all")

    def over(self, default: AlarmRule) -> AlarmRule:
        """Return the default with what this row says otherwise."""
        given = self.model_dump(exclude_none=True, exclude={"condition"})
        names = {"settle_seconds": "settle", "clear_seconds": "clear"}
        values = {names.get(key, key): value for key, value in given.items()}
        if self.acknowledge:
            values["acknowledge"] = next(one for one in Acknowledge if one.words == self.acknowledge)
        return replace(default, **values)


class Alarms(Section):
    """The alarms of the stations and of the interface."""

    retention_days: int = Field(365, ge=1, le=3660, description="Days that alarm events are kept")
    rules: list[Rule] = Field(default=[], description="Rows that take the place of those of the default table")

    @field_validator("rules")
    @classmethod
    def _each_once(cls, rules: list[Rule]) -> list[Rule]:
        often = Counter(rule.condition for rule in rules)
        if twice := [condition for condition, count in often.items() if count > 1]:
            raise PydanticCustomError(HIDDEN, "the condition {twice} stands twice", {"twice": twice[0]})
        return rules

    def table(self) -> list[AlarmRule]:
        """Return the whole table: the defaults, and what the rows say otherwise."""
        rows = {rule.condition: rule for rule in self.rules}
        return [rows[rule.condition].over(rule) if rule.condition in rows else rule for rule in RULES]


class Writes(Section):
    """What EWS clients may set."""

    enabled: bool = Field(default=True, description="Whether writes reach the controller")
    default_validity: Annotated[str, AfterValidator(checks.validity)] = Field(
        "1 h", description="Validity of a reduction set without one; none: such a reduction is refused"
    )
    max_validity_hours: float = Field(0, ge=0, description="Longest validity that is accepted; 0 for no limit")
    state_available: bool = Field(
        default=False,
        description="Whether ConnectorState_Available can be set too, with the meaning of ConnectorAvailability",
    )
    follow_seconds: float = Field(
        0,
        ge=0,
        le=86400,
        description="Time after which a load that does not follow a reduction is an alarm, s; 0: never",
    )
    heartbeat_seconds: float = Field(
        0, ge=0, le=86400, description="Longest pause of Interface/Heartbeat that keeps reductions renewed, s; 0: off"
    )

    @model_validator(mode="after")
    def _something_to_renew(self) -> Writes:
        if self.heartbeat_seconds and self.validity is None:
            raise ValueError("a heartbeat renews the default validity: give writes.default_validity, or no heartbeat")
        return self

    @property
    def validity(self) -> timedelta | None:
        """The default validity; None when there is none."""
        return checks.validity_of(self.default_validity)


class Commands(Section):
    """The command ledger: who wrote what, and what became of it."""

    retention_days: int = Field(
        1095, ge=1, le=36600, description="Days that lines are kept; the last of each item stays"
    )


class Storage(Section):
    """Where the connector keeps its data."""

    url: Annotated[str, AfterValidator(checks.database_url)] = Field(
        "sqlite:///evce-connector.db", repr=False, description="SQLAlchemy URL: SQLite file or PostgreSQL"
    )
    site: Annotated[str, AfterValidator(checks.site_name)] = Field(
        "",
        description="Name of the site where several connectors share one PostgreSQL database: the schema of its tables",
    )

    @model_validator(mode="after")
    def _sites_share_a_server(self) -> Storage:
        if self.site and not self.url.startswith("postgresql"):
            raise ValueError(
                "a site is told from others in a PostgreSQL only: leave storage.site out, each file is one"
            )
        return self

    @field_serializer("url")
    def _shown(self, url: str) -> str:
        return storage_url.shown(url)


class Host(Section):
    """The worker threads that processors run on."""

    threads: int = Field(5, ge=1, le=50, description="Processors that run at once")


class Logging(Section):
    """The connector's log."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severity that is logged")
    file: str = Field(
        "", description="File to log to; standard error when empty, and for lines that it has no room for"
    )
    format: Literal["text", "json"] = Field("text", description="One line of text, or one JSON object, an event")
    max_kilobytes: int = Field(5000, ge=10, description="Size at which a new file is begun")
    keep: int = Field(5, ge=0, description="Older files that are kept")


class Portal(Section):
    """The connector's own pages."""

    enabled: bool = Field(default=True, description="Whether to serve them")
    address: Annotated[HttpUrl, AfterValidator(checks.plain_http)] = Field(
        "http://127.0.0.1:8082", description="Where they are served, in plain HTTP"
    )


class Configuration(Section):
    """The whole file."""

    evce: Evce
    ews: Ews
    setup: Setup = Setup()
    status: Status = Status()
    logs: Logs = Logs()
    alarms: Alarms = Alarms()
    writes: Writes = Writes()
    commands: Commands = Commands()
    storage: Storage = Storage()
    portal: Portal = Portal()
    host: Host = Host()
    logging: Logging = Logging()
    processors: dict[str, dict[str, Any]] = Field(default={}, description="Processors of other packages, by name")
    schedules: Annotated[list[ScheduleTable], AfterValidator(schedules_by_description)] = Field(
        default=[], description="Schedules that processors may run by"
    )
    processor_configurations: list[ProcessorConfiguration] = Field(
        default=[], description="Which processors run and when; where none is named, all run as soon as they can"
    )

    @field_validator("processor_configurations")
    @classmethod
    def _that_fit(cls, rows: list[ProcessorConfiguration], info: ValidationInfo) -> list[ProcessorConfiguration]:
        return configurations_that_fit(rows, info.data.get("schedules"))
