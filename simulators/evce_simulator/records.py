"""The objects of the contract as records, with the names that the API gives to their fields."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from evce_simulator.errors import UnknownFieldError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_PHASE_VALUES = (0.0, 0.0, 0.0)


def utc_text(milliseconds: int) -> str:
    """Write an instant (ms since 1970, UTC) as the API does: whole seconds where they are whole, and a Z."""
    moment = EPOCH + timedelta(milliseconds=milliseconds)
    spec = "milliseconds" if milliseconds % 1000 else "seconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")


def milliseconds_of(moment: datetime) -> int:
    """Return an aware instant as ms since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def moment_of(value: datetime | str) -> datetime:
    """Read an instant with its offset from UTC; without one it is UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def api_name(attribute: str) -> str:
    """Turn the name of an attribute into the contract's spelling: max_current -> maxCurrent."""
    first, *rest = attribute.split("_")
    return first + "".join(word.capitalize() for word in rest)


@dataclass(slots=True)
class Reduction:
    """The external reduction of a zone (contract: Reduction); validity in ms since 1970, UTC."""

    value: float
    validity: int
    description: str
    type: str = "percentage"
    validity_mode: str = "absolute"

    def as_json(self) -> dict[str, Any]:
        """Return the reduction as the API shows it."""
        return {
            "value": self.value,
            "type": self.type,
            "description": self.description,
            "validity": utc_text(self.validity),
            "validityMode": self.validity_mode,
        }


@dataclass(slots=True)
class System:
    """Who answers (contract: System); the time is added when it is asked."""

    name: str = "EVCE simulator"
    api_version: str = "6"
    version: str = "1.0.0"


@dataclass(slots=True, kw_only=True)
class Zone:
    """A zone of the site (contract: Zone); currents in A, power in kW."""

    id: int
    name: str
    type: str = "STATIC"
    max_current: int
    set_point_current: int
    set_point_power: int
    number_of_transactions: int = 0
    reduction: Reduction | None = None


@dataclass(slots=True, kw_only=True)
class Station:
    """A charging station (contract: Station)."""

    id: int
    zone_id: int
    friendly_name: str
    ocpp_identifier: str
    type: str = "ocpp1.6"
    serial_number: str
    model: str
    version: str
    ip_address: str
    cpo_url: str | None = None
    accepted_by_cpo: bool = False
    connected: bool = True
    status: str = "available"
    authentication_mode: str = "allow_all"
    disconnected_authentication_mode: str = "allow_all"


@dataclass(slots=True, kw_only=True)
class Connector:
    """A connector of a station (contract: Connector); A, kW and kWh."""

    id: int
    station_id: int
    logical_connector: int
    status: str = "available"
    available: bool = True
    dc: bool = False
    fixed_set_point: bool = False
    max_current: int | None = None
    max_power: int | None = None
    phase_connection: str = "tri"
    set_point_current: int = 0
    set_point_power: int = 0
    active_power: tuple[float, float, float] = NO_PHASE_VALUES
    rms_current: tuple[float, float, float] = NO_PHASE_VALUES
    active_energy: float = 0.0
    error_code: str | None = None
    transaction_id: int | None = None


Record = Zone | Station | Connector | System


@dataclass(frozen=True, slots=True)
class Names:
    """The two spellings of every field of one kind of record."""

    kind: str
    attributes: dict[str, str] = field(default_factory=dict)

    def attribute(self, name: str) -> str:
        """Return the attribute behind a field of the contract; UnknownFieldError says which fields there are."""
        if name not in self.attributes:
            raise UnknownFieldError(self.kind, name, sorted(self.attributes))
        return self.attributes[name]


def _names(kind: type[Record]) -> Names:
    return Names(kind.__name__.lower(), {api_name(part.name): part.name for part in fields(kind)})


NAMES: dict[type, Names] = {kind: _names(kind) for kind in (Zone, Station, Connector, System)}


def fits(record: Record, attribute: str, value: object) -> bool:
    """Say whether a value is of the kind that a field can hold; the model keeps others beside the record."""
    return can_hold(type(record), attribute, value)


def can_hold(kind: type[Record], attribute: str, value: object) -> bool:
    """Say the same of a record that is not there yet."""
    shape = str(kind.__annotations__[attribute])
    if value is None:
        return "None" in shape
    if shape.startswith("tuple"):
        return isinstance(value, tuple) and len(value) == len(NO_PHASE_VALUES) and all(map(_is_number, value))
    if shape == "bool" or isinstance(value, bool):
        return isinstance(value, bool) and shape == "bool"
    kinds: dict[str, tuple[type, ...]] = {
        "int": (int,),
        "float": (int, float),
        "str": (str,),
        "Reduction": (Reduction,),
    }
    return isinstance(value, kinds[shape.removesuffix(" | None")])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_json(record: Record) -> dict[str, Any]:
    """Return a record as the API shows it."""
    shown = {name: getattr(record, attribute) for name, attribute in NAMES[type(record)].attributes.items()}
    if isinstance(record, Connector):
        shown["activePower"], shown["rmsCurrent"] = list(record.active_power), list(record.rms_current)
    elif isinstance(record, Zone) and record.reduction:
        shown["reduction"] = record.reduction.as_json()
    return shown
