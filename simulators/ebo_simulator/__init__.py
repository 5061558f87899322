"""Simulator of a building management system: an EWS client that shows what its operator would see."""

from ebo_simulator.client import EboClient
from ebo_simulator.display import Display
from ebo_simulator.errors import EboError, EwsFault
from ebo_simulator.tree import Folder, Kind, Point, Tree
from ebo_simulator.workstation import Workstation

__all__ = ["Display", "EboClient", "EboError", "EwsFault", "Folder", "Kind", "Point", "Tree", "Workstation"]
