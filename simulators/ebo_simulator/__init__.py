"""Simulator of a building management system: an EWS client that shows what its operator would see.

    from ebo_simulator import Display, EboClient, Workstation, profile

    with EboClient("http://127.0.0.1:8093/EcoStruxure/DataExchange", "ebo", "secret") as client:
        operator = Workstation(client, Display("de-DE", "Europe/Berlin"), profile("pme"))
        operator.value("EVCE Zones/SiteOverallActivePowerTotal")                     # 12,40 kW
        operator.list_view("EVCE Zones/Z1")                                          # name, description, value
        operator.write({"EVCE Zones/Z1/ZoneReduction": "20"})
        client.get_values(["Zones/1/ZoneReduction"])                                 # one operation of the contract

- `EboClient` has one method for each operation of EWS 1.2, plain data in and out. It is for one thread.
- `Workstation` does what an operator does: browse once, then read, trend, see alarms and write, by paths of names.
- Every error that is raised on purpose is an EboError, whose text says what to do; EwsFault is the server's.
"""

from ebo_simulator.client import EboClient
from ebo_simulator.display import Display
from ebo_simulator.errors import EboError, EwsFault
from ebo_simulator.profiles import Profile, profile
from ebo_simulator.tree import Folder, Kind, Point, Tree
from ebo_simulator.workstation import Workstation

__all__ = [
    "Display",
    "EboClient",
    "EboError",
    "EwsFault",
    "Folder",
    "Kind",
    "Point",
    "Profile",
    "Tree",
    "Workstation",
    "profile",
]
