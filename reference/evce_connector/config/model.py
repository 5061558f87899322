"""The configuration file (TOML): every key once, with type, default, range and help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from evce_connector import storage_url
from evce_connector.alarms.rules import HIGHEST, LOWEST, RULES, Acknowledge, AlarmRule
from evce_connector.config import checks
from evce_connector.config.messages import HIDDEN
from evce_connector.config.neighbours import Evce, Ews, HttpUrl
from evce_connector.config.scheduling import (
    ProcessorConfiguration,
    ScheduleTable,
    configurations_that_fit,
    schedules_by_description,
)
from evce_connector.config.section import ADDRESS, TEXT, OfTheMachine, Section


class Setup(Section):
    """EvceSetupProcessor."""

    interval_minutes: int = Field(0, ge=0, le=10080, description="Time between two runs; 0: at start and on demand")
    removal_grace_days: float = Field(
        7, ge=0, le=36600, description="Days that an object may be gone before it leaves the tree"
    )


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
    category: checks.Line | None = Field(
        None, min_length=1, max_length=TEXT, description="Category, the alarm's type in Building Operation"
    )
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
    max_validity_hours: float = Field(
        0, ge=0, le=8_766_000, description="Longest validity that is accepted; 0 for no limit"
    )
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
    """The worker threads that processors run on, and when a start sets up."""

    threads: int = Field(5, ge=1, le=50, description="Processors that run at once")
    start_spread_seconds: float = Field(
        0,
        ge=0,
        le=3600,
        description="Time over which connectors that start at one moment spread their first set-ups, each at a place "
        "of its own, s; 0: at once",
    )


class Logging(Section):
    """The connector's log."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severity that is logged")
    file: Annotated[str, OfTheMachine()] = Field(
        "", description="File to log to; standard error when empty, and for lines that it has no room for"
    )
    format: Literal["text", "json"] = Field("text", description="One line of text, or one JSON object, an event")
    max_kilobytes: int = Field(5000, ge=10, le=10_000_000, description="Size at which a new file is begun")
    keep: int = Field(5, ge=0, le=1000, description="Older files that are kept")


class Portal(Section):
    """The connector's own pages."""

    enabled: bool = Field(default=True, description="Whether to serve them")
    address: HttpUrl = Field(
        "http://127.0.0.1:8082", max_length=ADDRESS, description="Where they are served; beyond this machine by https"
    )
    certificate: Annotated[str | None, OfTheMachine()] = Field(
        None, description="Certificate file (PEM) for an https address; without one the connector makes its own"
    )
    private_key: Annotated[str | None, OfTheMachine()] = Field(None, description="Key file (PEM) of the certificate")
    allow_plain_http: bool = Field(
        default=False, description="Whether others on the network may reach them by http, in which passwords are read"
    )

    @model_validator(mode="after")
    def _by_https(self) -> Self:
        safe = self.address.startswith("https:") or checks.is_loopback(self.address)
        if self.enabled and not (safe or self.allow_plain_http):
            raise ValueError(
                f"{self.address} is plain HTTP beyond this machine, in which everybody on the network reads passwords: "
                "write https:// into portal.address, listen at 127.0.0.1, or set portal.allow_plain_http"
            )
        return self


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

    @model_validator(mode="after")
    def _apart(self) -> Self:
        pages, ews = self.portal.address, self.ews.address
        if self.portal.enabled and checks.same_port(pages, ews):
            raise ValueError(f"ews.address {ews} and portal.address {pages} have one port: give each its own")
        return self

    _lacking: tuple[str, ...] = PrivateAttr(())

    @property
    def lacking(self) -> tuple[str, ...]:
        """The required keys that nobody has set, in whose place something stands: only the pages are served then."""
        return self._lacking

    def that_lacks(self, keys: Iterable[str]) -> Self:
        """Return this configuration, of which such keys are not set."""
        self._lacking = tuple(keys)
        return self

    @field_validator("processor_configurations")
    @classmethod
    def _that_fit(cls, rows: list[ProcessorConfiguration], info: ValidationInfo) -> list[ProcessorConfiguration]:
        return configurations_that_fit(rows, info.data.get("schedules"))
