"""What is done to a site: writes of the API, and what people and technicians do at the stations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from evce_simulator import ocpp
from evce_simulator.engine import Engine
from evce_simulator.errors import ActionError, InvalidRequestError, NotConnectedError
from evce_simulator.outlet import Outlet
from evce_simulator.records import Connector, Reduction, milliseconds_of, utc_text
from evce_simulator.site import Site
from evce_simulator.vehicles import charger_named

ACCEPTED, SCHEDULED, REJECTED = "Accepted", "Scheduled", "Rejected"
_MOST = 100  # per cent


class Actions(ABC):
    """The doing half of the model; the reading half gives it the site of the moment.

    UnknownObjectError when no object has the id, ActionError when a connector is not in a status that allows it.
    """

    _engine: Engine
    _stubborn: set[int]

    @abstractmethod
    def now(self) -> AbstractContextManager[Site]:
        """Give the site as it is at this moment."""

    @abstractmethod
    def zone(self, number: int) -> dict[str, Any]:
        """Return a zone as the API shows it."""

    @abstractmethod
    def connector(self, number: int) -> dict[str, Any]:
        """Return a connector as the API shows it."""

    # --- writes of the API

    def set_reduction(self, number: int, value: float, validity: datetime) -> dict[str, Any]:
        """Set the reduction (%) of a zone until an instant, and return the zone (contract: PUT reduction).

        InvalidRequestError when the value is not 0 to 100, or the validity not after the site's clock.
        """
        with self.now() as site:
            zone = site.zone(number)
            if not 0 <= value <= _MOST:
                raise InvalidRequestError(f"value must be from 0 to 100 per cent, not {value}.")
            end = milliseconds_of(validity)
            if end <= self._engine.wall:
                raise InvalidRequestError(f"validity must lie after {utc_text(self._engine.wall)}, the clock here.")
            zone.reduction = Reduction(value, end, f"external-reduction@bmsApi-{zone.id}-{zone.name}")
            self._engine.reduction_changed(zone)
            return self.zone(number)

    def clear_reduction(self, number: int) -> dict[str, Any]:
        """Clear the reduction of a zone, and return the zone (contract: DELETE reduction)."""
        with self.now() as site:
            zone = site.zone(number)
            zone.reduction = None
            self._engine.reduction_changed(zone)
            return self.zone(number)

    def set_availability(self, number: int, available: bool) -> dict[str, Any]:
        """Make a connector operative or not; return Accepted, Scheduled or Rejected, and the connector.

        NotConnectedError when its station is not connected.
        """
        with self.now() as site:
            connector = site.connector(number)
            station = site.station(connector.station_id)
            if not station.connected:
                raise NotConnectedError(f"Station {station.ocpp_identifier} is not connected; nothing was changed.")
            outlet = self._outlet(site, number, "change")
            status = REJECTED if station.id in self._stubborn else self._engine.set_operative(outlet, available)
            return {"status": status, "connector": self.connector(number)}

    # --- at the stations

    def plug(self, number: int, charger: str | None = None) -> None:
        """Plug a vehicle in, by its charger ("3.7 kW", "7.4 kW", "11 kW", "22 kW") or any."""
        with self.now() as site:
            outlet = self._outlet(site, number, "plug a vehicle in", ocpp.AVAILABLE, ocpp.RESERVED)
            self._engine.plug(outlet, charger_named(charger) if charger else None)

    def unplug(self, number: int) -> None:
        """Take the vehicle away; a running transaction ends."""
        with self.now() as site:
            occupied = (ocpp.PREPARING, ocpp.CHARGING, ocpp.SUSPENDED_EV, ocpp.SUSPENDED_EVSE, ocpp.FINISHING)
            self._engine.free(self._outlet(site, number, "unplug", *occupied))

    def fault(self, number: int, error_code: str = "OtherError") -> None:
        """Bring a connector down with an OCPP 1.6 error code; ActionError when it is none."""
        if error_code not in ocpp.ERROR_CODES:
            raise ActionError(f"{error_code} is no error code of OCPP 1.6; there are {', '.join(ocpp.ERROR_CODES)}.")
        with self.now() as site:
            self._engine.fault(self._outlet(site, number, "fail"), error_code)

    def repair(self, number: int) -> None:
        """End a connector's fault."""
        with self.now() as site:
            self._engine.free(self._outlet(site, number, "repair", ocpp.FAULTED))

    def reserve(self, number: int) -> None:
        """Reserve a connector for half an hour."""
        with self.now() as site:
            self._engine.reserve(self._outlet(site, number, "reserve", ocpp.AVAILABLE))

    def cancel_reservation(self, number: int) -> None:
        """End a reservation."""
        with self.now() as site:
            self._engine.free(self._outlet(site, number, "cancel the reservation", ocpp.RESERVED))

    def disconnect(self, number: int) -> None:
        """Lose the connection to a station: no power, no current, the last energy, status unavailable."""
        with self.now() as site:
            self._engine.set_connected(site.station(number), False)

    def connect(self, number: int, gone_on: float = 0.0) -> None:
        """Find a lost station again; its meters have `gone_on` by so many kWh each while nobody saw them."""
        with self.now() as site:
            station = site.station(number)
            for connector in site.connectors_of(number) if gone_on else []:
                outlet = self._engine.outlets[connector.id]
                self._set_meter(connector, outlet.reading(self._engine.now) + gone_on)
            self._engine.set_connected(station, True)

    def reset_meter(self, number: int) -> None:
        """Let the energy register of a connector begin at 0 again, as a new or broken meter does."""
        with self.now() as site:
            self._set_meter(site.connector(number), 0.0)

    def reject_availability(self, number: int, rejects: bool = True) -> None:
        """Let a station answer every change of availability with Rejected, or no longer."""
        with self.now() as site:
            site.station(number)
            if rejects:
                self._stubborn.add(number)
            else:
                self._stubborn.discard(number)

    def report_on_wired_phase(self, wired: bool) -> None:
        """Let mono connectors report on the phase that they are wired to (true) or on phase 1 (false, the default)."""
        with self.now():
            self._engine.loads.on_wired_phase = wired
            for outlet in self._engine.loads.transactions():
                self._engine.loads.show(outlet)

    def let_reductions_leave(self, leaves: bool) -> None:
        """Let a reduction of 10 % leave 10 % of a zone's maximum (true), or take 10 % away (false, the default)."""
        with self.now():
            self._engine.let_reductions_leave(leaves)

    def _set_meter(self, connector: Connector, reading: float) -> None:
        connector.active_energy = reading
        self._engine.outlets[connector.id].read_from_record(self._engine.now)

    def _outlet(self, site: Site, number: int, action: str, *statuses: str) -> Outlet:
        """Return a connector that is in one of these statuses, as far as the record says."""
        site.connector(number)
        outlet = self._engine.outlets[number]
        if not self._engine.live and outlet.visit is None and outlet.record.status in ocpp.TRANSITIONS:
            outlet.status = outlet.record.status if not outlet.offline else outlet.status
        shown = ocpp.UNAVAILABLE if outlet.offline else outlet.status
        if statuses and shown not in statuses:
            raise ActionError(f"Cannot {action} at connector {number}: it is {shown}, not {' or '.join(statuses)}.")
        return outlet
