"""A dialect as its profile declares it (reference/PROFILES.md), checked and with its paths read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import ABSENT, Path
from evce_connector.evce.logins import LoginTable

Words = Mapping[str, Json]
"""The controller's words and what the contract has for them."""
Spelled = Mapping[str, Mapping[str, str]]
"""How the contract spells the connector's names: by table (`zone`, `reduction`), then by field."""
ROOT = Path("", 0, ())


@dataclass(frozen=True)
class Field:
    """Where a field of the contract stands and what is made of what stands there.

    `at` has one path, three for the phases of a reading, or none where `value` or `search` gives the field.
    `absent_is` stands for what is absent, and for null too where `null` says so.
    """

    at: tuple[Path, ...] = ()
    value: Json = ABSENT
    search: str = ""
    absent_is: Json = ABSENT
    null: bool = False
    as_text: bool = False
    """Whether a number comes as a text."""
    is_text: bool = False
    """Whether a text may come as a whole number."""
    last_part: bool = False
    """Whether it comes as an address, whose last part it is."""
    join: str | None = None
    words: Words | None = None
    otherwise: Json = ABSENT
    unit: str = ""
    time: str = ""
    split: str = ""
    counts: str = "taken"
    within: float = 0.0
    """By how many s an end may differ that is reckoned from how long a reduction still lasts."""

    @property
    def ups(self) -> int:
        """How many parents up its paths reach at most."""
        return max((path.ups for path in self.at), default=0)


Fields = Mapping[str, Field]
"""Fields by the connector's name for them."""


@dataclass(frozen=True)
class Reads:
    """A path, and words of which one stands there: what tells objects that are no objects of the site."""

    at: Path
    words: frozenset[str]


@dataclass(frozen=True)
class Pages:
    """How a list comes in pages: `by` is offset, number, cursor or link; `size` objects at a time, 0 if unasked.

    `next` is where the next cursor stands, or the next page's address where no `Link` header has it; `end` the status
    that a page behind the last is answered with, 0 where it is answered with an empty one.
    """

    by: str
    key: str = ""
    size_key: str = ""
    size: int = 0
    first: int = 1
    next: Path | None = None
    end: int = 0
    total: Path | None = None


@dataclass(frozen=True)
class Objects:
    """Where a list (`zones`, `stations`, `connectors`) is, and the fields of what stands in it.

    `place` is path, each, inside or document; `document` the list in whose answer it stands (or `system`). `nested` is
    how many parents each object has: those that it stands in or is asked for by. `may_be_absent` tells that an object
    leaves out the list inside it when that is empty.
    """

    kind: str
    fields: Fields
    ids_are_text: bool
    place: str
    path: str = ""
    document: str = ""
    items: Path = ROOT
    may_be_absent: bool = False
    skip: tuple[Reads, ...] = ()
    one: str = ""
    one_at: Path = ROOT
    pages: Pages | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    nested: int = 0


@dataclass(frozen=True)
class System:
    """Who answers: the request, empty where there is none, where the object stands, and its fields."""

    path: str
    at: Path
    fields: Fields


@dataclass(frozen=True)
class Write:
    """A request that changes something; `send` is json, form or none, `time` the form of its validity.

    `step` is what its amount is a multiple of, in the amount's unit; 0 where it may be any number.
    """

    path: str
    method: str
    send: str = "json"
    body: Mapping[str, Json] = field(default_factory=dict)
    time: str = "iso"
    step: float = 0.0


@dataclass(frozen=True)
class Availability:
    """The request that makes connectors operative or not.

    `available` and `unavailable` are what the controller calls the two; `status` is where its answer says what became
    of it, in the words of `statuses`.
    """

    write: Write
    available: Json = True
    unavailable: Json = False
    status: Path | None = None
    statuses: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Dialect:
    """How one controller generation speaks, and how the contract spells what is made of it.

    `none_when` tells reductions that are none. `headers` go with each request, `error_text` is where the answer to a
    refused one says why. Without `reduction` (and `clear`) or `availability` that cannot be
    written.
    """

    name: str
    api_version: str
    spelled: Spelled
    login: LoginTable | None
    system: System
    zones: Objects
    stations: Objects
    connectors: Objects
    reduction_fields: Fields
    none_when: tuple[Reads, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    error_text: str = ""
    reduction: Write | None = None
    clear: Write | None = None
    availability: Availability | None = None
