"""A run with every verdict, some 300 readings and awkward names, on which reports are tried."""

from importlib.metadata import version
from itertools import count

from evce_acceptance.results.run import Answer, Check, Exchange, LeaseEntry, Proof, Reading, Run, Verdict

OWN = version("evce-connector")
SCRIPT = "<script>alert('x')</script>"
AWKWARD = f'Büro & "Küche" {SCRIPT} ]]> \x07 電気'
STATION = "EVCE Zones/Z1/EVSimu1"

NUMBERS = [
    ("ConnectorOverallActivePower1", "Double", "kW"),
    ("ConnectorOverallActivePower2", "Double", "kW"),
    ("ConnectorOverallActivePower3", "Double", "kW"),
    ("ConnectorOverallActivePowerTotal", "Double", "kW"),
    ("ConnectorOverallRmsCurrentPhase1", "Double", "A"),
    ("ConnectorOverallRmsCurrentPhase2", "Double", "A"),
    ("ConnectorOverallRmsCurrentPhase3", "Double", "A"),
    ("ConnectorOverallRmsCurrentAverage", "Double", "A"),
    ("ConnectorActiveEnergy", "Double", "kWh"),
    ("ConnectorSetPointCurrent", "Integer", "A"),
]
KINDS = [
    ("controller", "GET /api/v2/zones", 0.02),
    ("controller", "GET /api/v2/stations", 0.05),
    ("controller", "GET /api/v2/connectors", 0.09),
    ("controller", "GET /api/v2/zones/1/reduction", 0.01),
    ("connector", "GetValues", 0.004),
    ("connector", "GetItems", 0.007),
    ("connector", "GetContainerItems", 0.006),
    ("connector", "GetHistory", 0.03),
]
READ, LEASED = Proof.READ_ONLY, Proof.LEASE
WRONG = (f"{STATION}/Connector-1/ConnectorOverallActivePower2", f"{STATION}/Connector-1/Gone & away")
CHECKS = [
    Check("tree", "Zones hold stations, stations hold connectors", ("D-4",), READ, Verdict.PASS, seconds=1.2),
    Check("tree", "Each folder holds its data points", ("D-4", "D-8"), READ, Verdict.PASS, seconds=0.8),
    Check(
        "data points",
        "Polled values follow the controller",
        ("D-2", "O-2"),
        READ,
        Verdict.FAIL,
        "2 items differ from the controller: the connector shows W where the guide says kW. Correct the factor of "
        "active power in the connector.",
        WRONG,
        4.25,
    ),
    Check("data points", "Set-up values follow the controller", ("D-1",), READ, Verdict.PASS, seconds=2.0),
    Check("data points", "Calculated values follow their formulas", ("D-3",), READ, Verdict.PASS, seconds=3.1),
    Check(
        "data points",
        f"The station's model of {AWKWARD}",
        ("D-1",),
        READ,
        Verdict.DEVIATION,
        "Firmware 6.0.2 leaves the model empty; the maker mends it in 6.1.",
        (f"{STATION}/StationModel",),
        link="https://support.example/4711?a=1&b=2",
    ),
    Check(
        "logs",
        "Readings are kept every 15 minutes",
        ("O-7", "O-8", "P-3"),
        READ,
        Verdict.NOT_APPLICABLE,
        "The site's file claims no history (claims.history = false).",
    ),
    Check("logs", "Energy is logged", ("O-7",), Proof.SIMULATION, Verdict.PASS, seconds=0.4),
    Check(
        "alarms",
        "A faulted connector raises its station's alarm",
        ("O-11", "O-12"),
        READ,
        Verdict.INCONCLUSIVE,
        "No connector was faulted while the run looked; provoke a fault, or let the next run look again.",
    ),
    Check(
        "alarms",
        "An alarm that was too old is gone",
        ("O-11",),
        READ,
        Verdict.UNEXPECTED_PASS,
        "It passes, though a known deviation says: alarms stay for a day. Take the deviation out of the file.",
        link="javascript:alert(1)",
    ),
    Check(
        "ews versions",
        "EWS 1.1 answers without parts of 1.2",
        ("R-1",),
        READ,
        Verdict.ERROR,
        "The connector at https://10.1.2.4:8093 did not answer within 10 s. Check the cable and the firewall.",
        seconds=10.0,
    ),
    Check("writes", "A zone's reduction reaches the controller", ("O-4", "O-5"), LEASED, Verdict.PASS, seconds=21.0),
]
ANSWERS = [
    Answer("unplug", "Unplug the cable of EVSimu1/1 & wait for 'available'.", "done", "2026-11-23T08:00:50+00:00"),
    Answer("reboot", "Reboot the controller.", f"refused {SCRIPT}", "2026-11-23T08:01:05+00:00"),
]
ENTRIES = [
    LeaseEntry("2026-11-23T08:01:10+00:00", "plan", "zone 1, ZoneReduction", "10 % for 120 s", "0.4 of 60 kW min"),
    LeaseEntry("2026-11-23T08:01:11+00:00", "write", "zone 1, ZoneReduction", "10 %", "accepted"),
    LeaseEntry("2026-11-23T08:01:12+00:00", "read back", "zone 1, ZoneReduction", "10 %", "both sides agree"),
    LeaseEntry("2026-11-23T08:01:31+00:00", "restore", "zone 1, ZoneReduction", "none", "deleted on the controller"),
    LeaseEntry("2026-11-23T08:01:33+00:00", "prove", "zone 1, ZoneReduction", "none", "as before"),
]


def example() -> Run:
    """Make the run anew: the same each time."""
    return Run(
        site="Parkhaus Süd & Händel-Straße <P2>",
        started="2026-11-23T08:00:00+00:00",
        ended="2026-11-23T08:01:47+00:00",
        approved_by="Ådne O'Brien & Søn",
        environment={
            "EVCE API": "6.0.2",
            "EWS": "1.2",
            "connector": f"evce-connector {OWN}",
            "harness": OWN,
            "Python": "3.11.7",
            "workplace": "laptop-17 <commissioning>",
        },
        settings={
            "controller": {"url": "https://10.1.2.3/api/v2", "user": "commissioning"},
            "connector": {"url": "https://10.1.2.4:8093/EcoStruxure/DataExchange", "version": "1.2"},
            "claims": {"history": True, "ews_1_1": False},
            "budget": {"kw_minutes": 60.0, "zones": 1},
        },
        checks=list(CHECKS),
        readings=_readings(),
        exchanges=_exchanges(),
        answers=list(ANSWERS),
        lease=list(ENTRIES),
    )


def _readings() -> list[Reading]:
    figures = count()
    readings = [
        Reading(f"{STATION}/StationId", "StationId", "Integer", "", "1", "1", "Good", 0.0, Verdict.PASS),
        Reading(
            f"{STATION}/StationModel",
            "StationModel",
            "String",
            "",
            "",
            "EVlink",
            "Good",
            None,
            Verdict.DEVIATION,
            "6.1",
        ),
        Reading(f"EVCE Zones/{AWKWARD}/Ort/Süd", "Ort/Süd", "String", "", AWKWARD, AWKWARD, "Good", None, Verdict.PASS),
    ]
    for station in range(1, 31):
        place = f"EVCE Zones/Z{1 + (station - 1) % 3}/EVSimu{station}/Connector-1"
        for name, kind, unit in NUMBERS:
            value = f"{next(figures) * 37 % 3200 / 100:.2f}"
            readings.append(Reading(f"{place}/{name}", name, kind, unit, value, value, "Good", 0.0, Verdict.PASS))
    item = f"{STATION}/Connector-1/ConnectorOverallActivePower2"
    wrong = Reading(
        item, item.rpartition("/")[2], "Double", "kW", "7.41", "7410.00", "Good", 7402.59, Verdict.FAIL, "1000 times"
    )
    note = "It moved between the reads three times; judged at the fourth."
    last = readings[-1]
    moved = Reading(last.item, last.name, "Integer", "A", "16", "17", "Uncertain", 1.0, Verdict.INCONCLUSIVE, note)
    return [wrong if one.item == item else moved if one is last else one for one in readings]


def _exchanges() -> list[Exchange]:
    exchanges = []
    for number in range(400):
        party, operation, typical = KINDS[number % len(KINDS)]
        at = f"2026-11-23T08:{number // 240:02}:{number // 4 % 60:02}.{number % 4 * 250:03}+00:00"
        seconds = round(typical * (0.6 + (number * 61 % 101 / 60) ** 2), 6)
        exchanges.append(Exchange(at, party, operation, f"https://{party}/", 200, seconds, f"<a>{number}</a>", "{}"))
    lost = Exchange(
        "2026-11-23T08:01:20.000+00:00",
        "connector",
        "GetValues",
        "https://connector/",
        None,
        10.0,
        error="ConnectTimeout",
    )
    return [*exchanges, lost]
