"""What a profile says, once it is read: where each list, object and field of the contract stands in a dialect."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from evce_simulator.dialect.paths import Path
from evce_simulator.dialect.templates import Template

KINDS = ("zone", "station", "connector")
"""The objects of the contract, from the outside inwards."""
PARENT = {"station": "zone", "connector": "station"}
CHILD = {parent: child for child, parent in PARENT.items()}
PARENT_FIELD = {"station": "zoneId", "connector": "stationId"}
"""The contract's field in which an object names its parent."""


@dataclass(frozen=True, slots=True)
class Words:
    """A table of words: the controller's, as text, to the contract's; `otherwise` is what others mean, if anything."""

    name: str
    meanings: dict[str, Any]
    otherwise: Any = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the contract (`name` as the connector calls it, `contract` as the contract does) in a dialect.

    `at` has one path, three for values of three phases, none where the profile has a constant. `sends` is `text` where
    the controller sends a number as text, `whole` where it sends a text that is a whole number as number, `address`
    where it sends an object's address instead of its id.
    """

    name: str
    contract: str
    at: tuple[Path, ...] = ()
    sends: str | None = None
    unit: str | None = None
    words: Words | None = None
    time: str = "iso"
    join: str | None = None
    split: str | None = None
    counts: str = "taken"
    constant: Any = None
    """What a field without a path always is."""
    default: Any = None
    null: bool = False
    """What stands for what is absent, and whether for null too; read alone, for what is served is always there."""

    @property
    def conversion(self) -> tuple[Any, ...]:
        """All that is done to its value; two fields at one place must agree in it."""
        words = self.words and (self.words.name, self.words.otherwise)
        return self.sends, self.unit, words, self.time, self.join, self.split, self.counts


@dataclass(frozen=True, slots=True)
class ReductionPart:
    """The reduction in a zone: its fields, and how a zone without one reads where an object stands there always."""

    fields: tuple[Field, ...]
    none_when: tuple[tuple[Path, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Pages:
    """How a list comes in pages: by `offset`, `number`, `cursor` or `link`; `end` is the status behind the last."""

    by: str
    size: int
    size_key: str
    key: str | None = None
    first: int = 1
    next: Path | None = None
    end: int | None = None
    total: Path | None = None


@dataclass(frozen=True, slots=True)
class ListPart:
    """A list of zones, stations or connectors: where it stands, and what stands in it."""

    kind: str
    fields: tuple[Field, ...]
    items: Path
    text_ids: bool = False
    path: Template | None = None
    each: bool = False
    inside: bool = False
    left_out: bool = False
    """Whether an empty list inside an object is left out of it."""
    document: str | None = None
    one: Template | None = None
    one_at: Path = field(default_factory=lambda: Path(""))
    pages: Pages | None = None
    query: dict[str, str] = field(default_factory=dict)
    skip: tuple[tuple[Path, tuple[str, ...]], ...] = ()
    """Words at paths of objects that are left out; the simulated site has none."""
    reduction: ReductionPart | None = None

    @property
    def keyed(self) -> Field | None:
        """The field that is the key of each object, where they stand in an object instead of a list."""
        return next((one for one in self.fields if any(path.is_key for path in one.at)), None)


@dataclass(frozen=True, slots=True)
class SystemPart:
    """Who answers; without a path there is no such call."""

    fields: tuple[Field, ...]
    path: Template | None = None
    at: Path = field(default_factory=lambda: Path(""))


@dataclass(frozen=True, slots=True)
class Write:
    """A request that changes something: reduction, its end, or availability."""

    path: Template
    method: str
    send: str
    body: dict[str, Any]
    time: str = "iso"
    step: float | None = None
    words: Words | None = None
    status: Path | None = None
    statuses: Words | None = None


@dataclass(frozen=True, slots=True)
class LoginPart:
    """How to get in; kind `contract` is the contract's own way, where the profile says nothing."""

    kind: str = "contract"
    path: str | None = None
    method: str = "POST"
    send: str = "json"
    fields: dict[str, Any] = field(default_factory=dict)
    token: Path | None = None
    life: Path | None = None
    header: str = "Authorization"
    value: Template = field(default_factory=lambda: Template("Bearer {token}", ".+"))
    query: str | None = None
    logout: str | None = None
    logout_method: str = "POST"
    client: str = "basic"
    """How a client of `oauth2` shows who it is: by `basic` authentication or in its `form`."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A whole dialect."""

    name: str
    api_version: str
    login: LoginPart
    system: SystemPart
    lists: dict[str, ListPart]
    writes: dict[str, Write]
    """`reduction`, `clear` and `availability`, as far as there are any."""
    headers: dict[str, Template] = field(default_factory=dict)
    """What every request has to carry."""
    error_text: Path | None = None
    """Where an error says what is wrong, unless it does as the contract's."""
