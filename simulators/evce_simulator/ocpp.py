"""The words of OCPP 1.6 that the controller passes on, and which status may follow which."""

from __future__ import annotations

AVAILABLE = "available"
PREPARING = "preparing"
CHARGING = "charging"
SUSPENDED_EVSE = "suspendedEVSE"
SUSPENDED_EV = "suspendedEV"
FINISHING = "finishing"
RESERVED = "reserved"
UNAVAILABLE = "unavailable"
FAULTED = "faulted"

# OCPP 1.6, section 4.9, table of status transitions: from each row's status to each listed one.
TRANSITIONS: dict[str, frozenset[str]] = {
    AVAILABLE: frozenset({PREPARING, CHARGING, SUSPENDED_EV, SUSPENDED_EVSE, RESERVED, UNAVAILABLE, FAULTED}),
    PREPARING: frozenset({AVAILABLE, CHARGING, SUSPENDED_EV, SUSPENDED_EVSE, FINISHING, FAULTED}),
    CHARGING: frozenset({AVAILABLE, SUSPENDED_EV, SUSPENDED_EVSE, FINISHING, UNAVAILABLE, FAULTED}),
    SUSPENDED_EV: frozenset({AVAILABLE, CHARGING, SUSPENDED_EVSE, FINISHING, UNAVAILABLE, FAULTED}),
    SUSPENDED_EVSE: frozenset({AVAILABLE, CHARGING, SUSPENDED_EV, FINISHING, UNAVAILABLE, FAULTED}),
    FINISHING: frozenset({AVAILABLE, PREPARING, UNAVAILABLE, FAULTED}),
    RESERVED: frozenset({AVAILABLE, PREPARING, UNAVAILABLE, FAULTED}),
    UNAVAILABLE: frozenset({AVAILABLE, PREPARING, CHARGING, SUSPENDED_EV, SUSPENDED_EVSE, FAULTED}),
    FAULTED: frozenset(
        {AVAILABLE, PREPARING, CHARGING, SUSPENDED_EV, SUSPENDED_EVSE, FINISHING, RESERVED, UNAVAILABLE}
    ),
}
STATUSES = tuple(TRANSITIONS)

# OCPP 1.6, section 7.6, ChargePointErrorCode.
ERROR_CODES = (
    "ConnectorLockFailure",
    "EVCommunicationError",
    "GroundFailure",
    "HighTemperature",
    "InternalError",
    "LocalListConflict",
    "NoError",
    "OtherError",
    "OverCurrentFailure",
    "OverVoltage",
    "PowerMeterFailure",
    "PowerSwitchFailure",
    "ReaderFailure",
    "ResetFailure",
    "UnderVoltage",
    "WeakSignal",
)


def may_follow(before: str, after: str) -> bool:
    """Say whether a connector may go from one status to another (OCPP 1.6, 4.9).

    >>> may_follow("available", "preparing"), may_follow("finishing", "charging")
    (True, False)
    """
    return after in TRANSITIONS[before]
