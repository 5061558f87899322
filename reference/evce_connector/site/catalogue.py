"""The catalogue: one row per data point of the guide, and our own under `EVCE Interface`. Bad rows fail on import.

Everything else derives from it: tree, poll, write checks, example tables of the features, documentation. The order is
the guide's: its list of set-up points, then what its screens show, then what the connector calculates.
"""

from __future__ import annotations

from collections.abc import Iterable

from evce_connector.site import formulas
from evce_connector.site.assumptions import ASSUMED
from evce_connector.site.datapoint import (
    Count,
    DataPoint,
    Field,
    Formula,
    Kept,
    Level,
    Mark,
    OfReduction,
    Phase,
    Source,
    StatusIs,
    Sum,
    UpdatedBy,
)
from evce_connector.site.values import ValueType

SETUP, POLLED, CALCULATED = UpdatedBy.SETUP, UpdatedBy.POLLED, UpdatedBy.CALCULATED
DOUBLE, INTEGER, STRING = ValueType.DOUBLE, ValueType.INTEGER, ValueType.STRING
BOOLEAN, DATETIME = ValueType.BOOLEAN, ValueType.DATETIME
NONE, LIVE, FADING, WRITEABLE, SCREEN, INFERRED, OURS = (
    Mark.NONE,
    Mark.LIVE,
    Mark.FADING,
    Mark.WRITEABLE,
    Mark.SCREEN,
    Mark.INFERRED,
    Mark.OURS,
)
LOGGED = LIVE | Mark.HISTORY

_Row = tuple[UpdatedBy, str, ValueType, str, Source, Mark]

_SITE: tuple[_Row, ...] = (
    (CALCULATED, "SiteOverallActivePowerTotal", DOUBLE, "kW", Sum("ZoneOverallActivePowerTotal"), LIVE),
    (CALCULATED, "SiteSetPointPower(kW)", INTEGER, "kW", Sum("ZoneSetPointPower(kW)"), FADING),
    (CALCULATED, "SiteNumberOfStations", INTEGER, "", Count(Level.STATION), NONE),
    (CALCULATED, "SiteNumberOfConnectors", INTEGER, "", Count(Level.CONNECTOR), NONE),
    (CALCULATED, "SiteNumberOfZones", INTEGER, "", Count(Level.ZONE), NONE),
)
_ZONE: tuple[_Row, ...] = (
    (SETUP, "ZoneId", INTEGER, "", Field("id"), NONE),
    (SETUP, "ZoneName", STRING, "", Field("name"), NONE),
    (SETUP, "ZoneNumberOfStations", INTEGER, "", Count(Level.STATION), NONE),
    (POLLED, "ZoneType", STRING, "", Field("type"), SCREEN),
    (POLLED, "ZoneMaxCurrent(A)", INTEGER, "A", Field("max_current"), SCREEN),
    (POLLED, "ZoneNumberOfTransactions", INTEGER, "", Field("number_of_transactions"), LIVE | SCREEN),
    (POLLED, "ZoneReduction", DOUBLE, "", OfReduction("value"), WRITEABLE | SCREEN | FADING),
    (POLLED, "ZoneReductionDescription", STRING, "", OfReduction("description"), SCREEN | FADING),
    (POLLED, "ZoneReductionType(Percentage)", STRING, "", OfReduction("type"), SCREEN | FADING),
    (POLLED, "ZoneSetPointCurrent(A)", INTEGER, "A", Field("set_point_current"), SCREEN | FADING),
    (POLLED, "ZoneSetPointPower(kW)", INTEGER, "kW", Field("set_point_power"), SCREEN | FADING),
    (POLLED, "ZoneValidity", DATETIME, "", OfReduction("validity"), WRITEABLE | SCREEN | FADING),
    (POLLED, "ZoneValidityMode(Absolute)", STRING, "", OfReduction("validity_mode"), SCREEN | FADING),
    (CALCULATED, "ZoneOverallRmsCurrentPhase1", DOUBLE, "A", Sum("StationOverallRmsCurrentPhase1"), LOGGED),
    (CALCULATED, "ZoneOverallRmsCurrentPhase2", DOUBLE, "A", Sum("StationOverallRmsCurrentPhase2"), LOGGED),
    (CALCULATED, "ZoneOverallRmsCurrentPhase3", DOUBLE, "A", Sum("StationOverallRmsCurrentPhase3"), LOGGED),
    (CALCULATED, "ZoneOverallActivePowerPhase1", DOUBLE, "kW", Sum("StationOverallActivePowerPhase1"), LOGGED),
    (CALCULATED, "ZoneOverallActivePowerPhase2", DOUBLE, "kW", Sum("StationOverallActivePowerPhase2"), LOGGED),
    (CALCULATED, "ZoneOverallActivePowerPhase3", DOUBLE, "kW", Sum("StationOverallActivePowerPhase3"), LOGGED),
    (CALCULATED, "ZoneActiveEnergy", DOUBLE, "kWh", Sum("StationActiveEnergy"), LOGGED),
    (CALCULATED, "ZoneOverallSetPointCurrent", INTEGER, "A", Sum("StationOverallSetPointCurrent"), LIVE),
    (CALCULATED, "ZoneOverallActivePowerTotal", DOUBLE, "kW", Sum("StationOverallActivePowerTotal"), LOGGED),
    (CALCULATED, "ZoneOverallRmsCurrentAverage", DOUBLE, "A", Sum("StationOverallRmsCurrentAverage"), LOGGED),
    (CALCULATED, "ZoneNumberOfConnectors", INTEGER, "", Sum("StationNumberOfConnectors"), NONE),
)
_STATION: tuple[_Row, ...] = (
    (SETUP, "StationType", STRING, "", Field("type"), NONE),
    (SETUP, "StationOCPPIdentifier", STRING, "", Field("ocpp_identifier"), NONE),
    (SETUP, "StationSerialNumber", STRING, "", Field("serial_number"), NONE),
    (SETUP, "StationModel", STRING, "", Field("model"), NONE),
    (SETUP, "StationVersion", STRING, "", Field("version"), NONE),
    (SETUP, "StationIPAddress", STRING, "", Field("ip_address"), NONE),
    (SETUP, "StationCpoUrl", STRING, "", Field("cpo_url"), NONE),
    (SETUP, "IsAcceptedByCpo", BOOLEAN, "", Field("accepted_by_cpo"), NONE),
    (SETUP, "StationFriendlyName", STRING, "", Field("friendly_name"), NONE),
    (SETUP, "StationId", INTEGER, "", Field("id"), SCREEN),
    (POLLED, "StationAuthenticationMode", STRING, "", Field("authentication_mode"), SCREEN),
    (POLLED, "StationDisconnectedAuthenticationMode", STRING, "", Field("disconnected_authentication_mode"), SCREEN),
    (POLLED, "StationIsConnected", BOOLEAN, "", Field("connected"), SCREEN | FADING),
    (POLLED, "StationStatus", STRING, "", Field("status"), SCREEN | FADING),
    (CALCULATED, "StationOverallRmsCurrentPhase1", DOUBLE, "A", Sum("ConnectorOverallRmsCurrentPhase1"), LOGGED),
    (CALCULATED, "StationOverallRmsCurrentPhase2", DOUBLE, "A", Sum("ConnectorOverallRmsCurrentPhase2"), LOGGED),
    (CALCULATED, "StationOverallRmsCurrentPhase3", DOUBLE, "A", Sum("ConnectorOverallRmsCurrentPhase3"), LOGGED),
    (CALCULATED, "StationOverallActivePowerPhase1", DOUBLE, "kW", Sum("ConnectorOverallActivePower1"), LOGGED),
    (CALCULATED, "StationOverallActivePowerPhase2", DOUBLE, "kW", Sum("ConnectorOverallActivePower2"), LOGGED),
    (CALCULATED, "StationOverallActivePowerPhase3", DOUBLE, "kW", Sum("ConnectorOverallActivePower3"), LOGGED),
    (CALCULATED, "StationActiveEnergy", DOUBLE, "kWh", Sum("ConnectorActiveEnergy"), LOGGED),
    (CALCULATED, "StationOverallSetPointCurrent", INTEGER, "A", Sum("ConnectorSetPointCurrent"), LIVE),
    (CALCULATED, "StationOverallActivePowerTotal", DOUBLE, "kW", Sum("ConnectorOverallActivePowerTotal"), LOGGED),
    (CALCULATED, "StationOverallRmsCurrentAverage", DOUBLE, "A", Sum("ConnectorOverallRmsCurrentAverage"), LOGGED),
    (CALCULATED, "StationNumberOfConnectors", INTEGER, "", Count(Level.CONNECTOR), NONE),
)
_CONNECTOR: tuple[_Row, ...] = (
    (SETUP, "LogicalConnector", INTEGER, "", Field("logical_connector"), NONE),
    (SETUP, "ConnectorIsFixedSetPoint", BOOLEAN, "", Field("fixed_set_point"), NONE),
    (SETUP, "ConnectorIsDC", BOOLEAN, "", Field("dc"), NONE),
    (SETUP, "ConnectorMaxCurrentorPower", INTEGER, "A or kW", Formula(formulas.maximum), NONE),
    (SETUP, "ConnectorPhaseConnection", STRING, "", Field("phase_connection"), NONE),
    (POLLED, "ConnectorOverallActivePower1", DOUBLE, "kW", Phase("active_power", 1), LIVE | SCREEN),
    (POLLED, "ConnectorOverallActivePower2", DOUBLE, "kW", Phase("active_power", 2), LIVE | SCREEN),
    (POLLED, "ConnectorOverallActivePower3", DOUBLE, "kW", Phase("active_power", 3), LIVE | SCREEN),
    (POLLED, "ConnectorOverallRmsCurrentPhase1", DOUBLE, "A", Phase("rms_current", 1), LIVE | SCREEN),
    (POLLED, "ConnectorOverallRmsCurrentPhase2", DOUBLE, "A", Phase("rms_current", 2), LIVE | SCREEN),
    (POLLED, "ConnectorOverallRmsCurrentPhase3", DOUBLE, "A", Phase("rms_current", 3), LIVE | SCREEN),
    (CALCULATED, "ConnectorOverallActivePowerTotal", DOUBLE, "kW", Formula(formulas.active_power_total), LIVE),
    (CALCULATED, "ConnectorOverallRmsCurrentAverage", DOUBLE, "A", Formula(formulas.rms_current_average), LIVE),
    (POLLED, "ConnectorSetPointCurrent", INTEGER, "A", Field("set_point_current"), LIVE | SCREEN),
    (POLLED, "ConnectorSetPointPower", INTEGER, "kW", Field("set_point_power"), LIVE | SCREEN),
    (POLLED, "ConnectorState_Available", BOOLEAN, "", StatusIs("available"), LIVE | SCREEN),
    (POLLED, "ConnectorState_Charging", BOOLEAN, "", StatusIs("charging"), LIVE | SCREEN),
    (POLLED, "ConnectorState_Faulted", BOOLEAN, "", StatusIs("faulted"), LIVE | SCREEN),
    (POLLED, "ConnectorState_Preparing", BOOLEAN, "", StatusIs("preparing"), LIVE | INFERRED),
    (POLLED, "ConnectorState_SuspendedEVSE", BOOLEAN, "", StatusIs("suspendedEVSE"), LIVE | INFERRED),
    (POLLED, "ConnectorState_SuspendedEV", BOOLEAN, "", StatusIs("suspendedEV"), LIVE | INFERRED),
    (POLLED, "ConnectorState_Finishing", BOOLEAN, "", StatusIs("finishing"), LIVE | INFERRED),
    (POLLED, "ConnectorState_Reserved", BOOLEAN, "", StatusIs("reserved"), LIVE | INFERRED),
    (POLLED, "ConnectorState_Unavailable", BOOLEAN, "", StatusIs("unavailable"), LIVE | INFERRED),
    (POLLED, "ConnectorActiveEnergy", DOUBLE, "kWh", Field("active_energy"), LIVE | INFERRED),
    (POLLED, "ConnectorAvailability", BOOLEAN, "", Field("available"), LIVE | WRITEABLE | INFERRED),
)

_INTERFACE: tuple[_Row, ...] = (
    (CALCULATED, "EvceApiVersion", STRING, "", Kept(), OURS),
    (CALCULATED, "EvceState", STRING, "", Kept(), OURS),
    (CALCULATED, "SetupState", STRING, "", Kept(), OURS),
    (CALCULATED, "LastSetup", DATETIME, "", Kept(), OURS),
    (CALCULATED, "LastGoodPoll", DATETIME, "", Kept(), OURS),
    (CALCULATED, "PollAge", INTEGER, "s", Kept(), OURS),
    (CALCULATED, "PollDuration", DOUBLE, "s", Kept(), OURS),
    (CALCULATED, "FailedPolls", INTEGER, "", Kept(), OURS),
    (CALCULATED, "ClockSkew", DOUBLE, "s", Kept(), OURS),
    (CALCULATED, "NewObjects", INTEGER, "", Kept(), OURS),
    (CALCULATED, "UnreadableFields", STRING, "", Kept(), OURS),
    (CALCULATED, "StorageState", STRING, "", Kept(), OURS),
    (CALCULATED, "LogsState", STRING, "", Kept(), OURS),
    (CALCULATED, "LastLog", DATETIME, "", Kept(), OURS),
    (CALCULATED, "LogsMissed", INTEGER, "", Kept(), OURS),
    (CALCULATED, "LastWrite", DATETIME, "", Kept(), OURS),
    (CALCULATED, "LastWriteBy", STRING, "", Kept(), OURS),
    (CALCULATED, "LastWriteItem", STRING, "", Kept(), OURS),
    (CALCULATED, "LastWriteResult", STRING, "", Kept(), OURS),
    (CALCULATED, "Heartbeat", INTEGER, "", Kept(), WRITEABLE | OURS),
)
_CURTAILMENT: tuple[_Row, ...] = (
    (CALCULATED, "RequestedReduction", DOUBLE, "%", Kept(), LIVE | OURS),
    (CALCULATED, "RequestedSetPoint", DOUBLE, "A", Kept(), LIVE | OURS),
    (CALCULATED, "ConfirmedReduction", DOUBLE, "%", Kept(), LIVE | OURS),
    (CALCULATED, "ConfirmedSetPoint", DOUBLE, "A", Kept(), LIVE | OURS),
    (CALCULATED, "EffectiveSetPoint", DOUBLE, "A", Kept(), LIVE | OURS),
    (CALCULATED, "EffectiveSetPointPower", DOUBLE, "kW", Kept(), LIVE | OURS),
    (CALCULATED, "MeasuredPower", DOUBLE, "kW", Kept(), LIVE | OURS),
    (CALCULATED, "ReductionEndsAt", DATETIME, "", Kept(), LIVE | OURS),
    (CALCULATED, "ReductionMinutesLeft", INTEGER, "min", Kept(), LIVE | OURS),
    (CALCULATED, "LoadFollows", BOOLEAN, "", Kept(), LIVE | OURS),
)

CERTAIN = {
    "ConnectorMaxCurrentorPower": formulas.maximum_is_given,
    "ConnectorOverallRmsCurrentAverage": formulas.phase_connection_is_known,
    "ZoneValidity": lambda zone: zone.reduction is not None,
}
"""Data points that are Uncertain where the guide does not cover what the controller reports."""

NEEDS = {
    "ConnectorMaxCurrentorPower": formulas.maximum_needs,
    "ConnectorOverallActivePowerTotal": formulas.active_power_total_needs,
    "ConnectorOverallRmsCurrentAverage": formulas.rms_current_average_needs,
}
"""What the formulas read of an object: without it their values are Uncertain."""

UNIT_OF = {"ConnectorMaxCurrentorPower": formulas.maximum_unit}
"""Data points whose unit differs from object to object."""

BOOLEAN_ENUM, STATUS_ENUM = "Enums/Boolean", "Enums/ConnectorStatus"

PARTS = {Level.SITE: Level.ZONE, Level.ZONE: Level.STATION, Level.STATION: Level.CONNECTOR}
"""What the objects of a level are made of."""
LISTS = {"zones": Level.ZONE, "stations": Level.STATION, "connectors": Level.CONNECTOR}
"""The lists of the controller, and the level of what stands in each."""

READINGS_SUFFIX, LOGS_FOLDER = "-Readings", "OverallConsumptionLogs"


def _points() -> tuple[DataPoint, ...]:
    tables = {
        Level.SITE: _SITE,
        Level.ZONE: _ZONE,
        Level.STATION: _STATION,
        Level.CONNECTOR: _CONNECTOR,
        Level.INTERFACE: _INTERFACE,
        Level.CURTAILMENT: _CURTAILMENT,
    }
    return tuple(_point(level, row) for level, rows in tables.items() for row in rows)


def _point(level: Level, row: _Row) -> DataPoint:
    updated_by, name, type_, unit, source, marks = row
    enum = BOOLEAN_ENUM if type_ is BOOLEAN else STATUS_ENUM if name == "StationStatus" else ""
    return DataPoint(
        level,
        updated_by,
        name,
        type_,
        "" if name in UNIT_OF else unit,
        source,
        marks,
        unit_of=UNIT_OF.get(name),
        certain=CERTAIN.get(name),
        formula_needs=NEEDS.get(name),
        enum=enum,
        assumed=ASSUMED.get(name, ""),
    )


def check(points: Iterable[DataPoint]) -> None:
    """Refuse rows that contradict each other; ValueError names the row and what is wrong with it."""
    by_name: dict[str, DataPoint] = {}
    for point in points:
        if by_name.setdefault(point.name, point) is not point:
            raise ValueError(f"{point.name}: stands twice in the catalogue")
    for point in by_name.values():
        _check_source(point, by_name)
        _check_fading(point)
        if point.history and point.type is not DOUBLE:
            raise ValueError(f"{point.name}: only a Double can be logged, not a {point.type}")
        if point.writeable and not isinstance(point.source, Field | OfReduction | Kept):
            raise ValueError(f"{point.name}: writeable, but read from {point.source}")
    for table in (ASSUMED, CERTAIN, NEEDS, UNIT_OF):
        for name in table:
            if name not in by_name:
                raise ValueError(f"{name}: no row of the catalogue has this name")


def _check_fading(point: DataPoint) -> None:
    if point.fades and (point.live or point.updated_by is SETUP):
        raise ValueError(f"{point.name}: fades, but is live, or read by set-up alone")


def _check_source(point: DataPoint, by_name: dict[str, DataPoint]) -> None:
    if isinstance(point.source, Sum):
        _check_sum(point, by_name.get(point.source.part))
    if isinstance(point.source, Formula) is not bool(point.formula_needs):
        raise ValueError(f"{point.name}: a formula, and no other source, says in NEEDS what it reads")


def _check_sum(point: DataPoint, part: DataPoint | None) -> None:
    if part is None or part.level is not PARTS.get(point.level):
        raise ValueError(f"{point.name}: sums {point.source}, which is no data point of the level below")
    if (part.type, part.unit) != (point.type, point.unit):
        raise ValueError(f"{point.name}: sums {part.name}, which has another type or unit")


CATALOGUE = _points()
check(CATALOGUE)
BY_NAME = {point.name: point for point in CATALOGUE}


def adds_up(point: DataPoint) -> frozenset[Level]:
    """Return the levels of which each object counts in a value: without one of them it is not whole."""
    if isinstance(point.source, Count):
        return frozenset({point.source.level})
    if isinstance(point.source, Sum):
        part = BY_NAME[point.source.part]
        return adds_up(part) | {part.level}
    return frozenset()


def points_of(level: Level) -> tuple[DataPoint, ...]:
    """Return the data points of a level, in the catalogue's order."""
    return tuple(point for point in CATALOGUE if point.level is level)


def site_id(name: str = "") -> str:
    """Return the id of a data point of the site, or of its folder, `EVCE Zones`."""
    return f"Site/{name}" if name else "Site"


def zone_id(zone: int, name: str = "") -> str:
    """Return the id of a data point of a zone, or of the zone's folder."""
    return f"Zones/{zone}/{name}" if name else f"Zones/{zone}"


def station_id(station: int, name: str = "") -> str:
    """Return the id of a data point of a station, or of the station's folder."""
    return f"Stations/{station}/{name}" if name else f"Stations/{station}"


def connector_id(station: int, logical_connector: int, name: str = "") -> str:
    """Return the id of a data point of a connector, or of the connector's folder."""
    return station_id(station, f"Connectors/{logical_connector}" + (f"/{name}" if name else ""))


def interface_id(name: str = "") -> str:
    """Return the id of a value of the connector itself, or of its folder, `EVCE Interface`."""
    return f"Interface/{name}" if name else "Interface"
