"""What is our assumption and not the guide's, data point by data point; POINTS.md shows it."""

from __future__ import annotations

_NINE_STATUSES = "the screen is cut after ConnectorState_Faulted; the nine OCPP 1.6 statuses"
_NOT_SHOWN = "its place is inferred: screens are sorted by name, and it is absent where it would stand"
_SITE_FOLDER = "its place in the tree is inferred: it stands in EVCE Zones"
ASSUMED = {
    "SiteOverallActivePowerTotal": _SITE_FOLDER,
    "SiteSetPointPower(kW)": _SITE_FOLDER,
    "SiteNumberOfStations": _SITE_FOLDER,
    "SiteNumberOfConnectors": _SITE_FOLDER,
    "SiteNumberOfZones": _SITE_FOLDER,
    "ZoneActiveEnergy": _NOT_SHOWN,
    "ZoneOverallActivePowerTotal": _NOT_SHOWN,
    "ZoneOverallRmsCurrentAverage": _NOT_SHOWN,
    "ZoneReduction": "that it is a share taken away is assumed; the screen speaks against it; a profile turns it round",
    "ZoneSetPointCurrent(A)": "on the screen 100 A, the maximum, while a reduction of 10 is in force",
    "ZoneValidity": "on the screen 12/16/2149 8:27:56, 125 years to the second after 16 December 2024",
    "ZoneSetPointPower(kW)": "its value on the screen is not readable",
    "StationActiveEnergy": _NOT_SHOWN,
    "StationOverallActivePowerTotal": _NOT_SHOWN,
    "StationOverallRmsCurrentAverage": _NOT_SHOWN,
    "StationId": "who writes it is inferred",
    "StationDisconnectedAuthenticationMode": "the name is cut on the screen after StationDisconnectedAuthenticati",
    "ConnectorState_Available": "assumed: it is a status, and not what the interface SETs; an option lets it be set",
    "ConnectorState_Preparing": _NINE_STATUSES,
    "ConnectorState_SuspendedEVSE": _NINE_STATUSES,
    "ConnectorState_SuspendedEV": _NINE_STATUSES,
    "ConnectorState_Finishing": _NINE_STATUSES,
    "ConnectorState_Reserved": _NINE_STATUSES,
    "ConnectorState_Unavailable": _NINE_STATUSES,
    "ConnectorActiveEnergy": "the formula of StationActiveEnergy needs it; absent on the screen",
    "RequestedSetPoint": "ours: maximum current of the zone less the reduction last asked for",
    "ConfirmedSetPoint": "ours: maximum current of the zone less the reduction that the controller reports",
    "EffectiveSetPoint": "ours: the set point that the controller reports, whatever made it so",
    "LoadFollows": "ours: the measured power is within the set point, 5 % and 1 kW above it allowed",
    "ConnectorAvailability": "the guide says that the interface SETs the availability; absent on the screen",
}
"""What the guide does not say of a data point, and we assume."""
