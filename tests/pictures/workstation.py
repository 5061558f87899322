"""What the simulated workstation of Building Operation shows of a living site: list views, alarms and a trend."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ebo_simulator import EboClient
from ebo_simulator.cli import main as ebo_simulator
from ebo_simulator.screen import alarm_table, list_view, save_svg
from ebo_simulator.workstation import Workstation
from evce_connector.clock import ManualClock

from tests.support.joined import EWS_PASSWORD, USER, JoinedSite

MORNING = datetime(2026, 11, 23, tzinfo=UTC)
POLL, QUARTER, DAY = 15, 900, 24 * 3600
"""Seconds."""
UNTIL = "2026-11-24T12:00:00Z"
ZONE, OTHER = "Parking Nord", "DC Plaza"
UNREADABLE = 60
"""A connector of another zone, of whose power the controller says nothing."""
REPLACED = 20
POWER = "OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings"

Site = JoinedSite[ManualClock]


def pictures(folder: Path) -> None:
    """Let a day and a morning of the living campus pass, with alarms and a reduction, and draw what is shown then."""
    with TemporaryDirectory() as kept, JoinedSite(Path(kept), ManualClock(MORNING), "campus-live") as site:
        site.set_up()
        site.service.ews.start()
        _pass_quarters(site, DAY // QUARTER - 1)
        ews = site.service.ews.address
        _draw_trend(ews, folder / "trend.png")
        _pass_quarters(site, 10 * 3600 // QUARTER)
        _replace_a_station(site)
        site.model.set_connector(UNREADABLE, activePower=None)
        with EboClient(ews, USER, EWS_PASSWORD) as client:
            workstation = Workstation(client)
            zone = f"EVCE Zones/{ZONE}"
            workstation.write({f"{zone}/ZoneReduction": "25", f"{zone}/ZoneValidity": UNTIL})
            _pass(site, 4)
            site.clock.advance(4)
            site.service.step()
            _draw_lists(workstation, folder)


def _pass(site: Site, polls: int) -> None:
    for _ in range(polls):
        site.clock.advance(POLL)
        site.service.poll()
        site.service.step()


def _pass_quarters(site: Site, quarters: int) -> None:
    """Poll just before each boundary of a quarter, and take the samples that are due then."""
    for _ in range(quarters):
        site.clock.advance(QUARTER - 1)
        site.poll()
        site.clock.advance(1)
        site.service.log()


def _replace_a_station(site: Site) -> None:
    """Put another charger in a station's place: an alarm of the connector, which waits for its acknowledgement."""
    site.model.set_station(REPLACED, serialNumber="SN-of-another")
    site.set_up()
    _pass(site, 24)


def _draw_lists(workstation: Workstation, folder: Path) -> None:
    workstation.read()
    for name, path in {
        "interface": "EVCE Interface",
        "zone": f"EVCE Zones/{ZONE}",
        "curtailment": f"EVCE Interface/{ZONE}",
    }.items():
        save_svg(list_view(workstation, path), folder / f"{name}.svg", title=path)
    events = workstation.client.get_alarm_events().events
    save_svg(alarm_table(workstation.display, events), folder / "alarms.svg", title="Alarms")


def _draw_trend(address: str, file: Path) -> None:
    """Draw it by the command, as HOSTING.md says of it."""
    histories = [f"EVCE Zones/{zone}/{POWER}" for zone in (ZONE, OTHER)]
    login = ["--url", address, "--user", USER, "--password", EWS_PASSWORD]
    ebo_simulator(["history", *histories, "--plot", str(file), *login], standalone_mode=False)
