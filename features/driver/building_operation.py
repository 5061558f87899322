"""Building Operation of a feature: what its operator sees of the connector, in the words of its screens."""

from __future__ import annotations

from ebo_simulator import EboClient, Folder, Kind, Point, Workstation
from ebo_simulator.profiles import profile

from features.driver.connector import PASSWORD, USER, Connector


def make_client(
    connector: Connector, version: str = "1.2", user: str = USER, password: str = PASSWORD, address: str = ""
) -> EboClient:
    """Make a client of the connector, over whatever lies between them."""
    client = EboClient(address or connector.address, user, password, version)
    if adapter := connector.adapter():
        client.transport.session.mount("http://", adapter)
    return client


class BuildingOperation:
    """A workstation that is connected when it is first used, and browses anew when the tree may have changed."""

    def __init__(
        self, connector: Connector, like: str = "es", *, user: str = USER, password: str = PASSWORD, address: str = ""
    ) -> None:
        self.profile = profile(like)
        self.client = make_client(connector, self.profile.version, user, password, address)
        self.workstation = Workstation(self.client, like=self.profile)
        self._browsed = False

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def forget_tree(self) -> None:
        """Browse the tree anew at the next look."""
        self._browsed = False

    def browse(self) -> Workstation:
        """Make sure that the tree is known."""
        if not self._browsed:
            self.workstation.discover()
            self._browsed = True
        return self.workstation

    def folder(self, path: str) -> Folder:
        """Return a folder of the tree; an EboError when there is none."""
        return self.browse().tree.folder(path)

    def has(self, path: str) -> bool:
        """Say whether a folder or an item stands at a path."""
        tree = self.browse().tree
        return path in tree.folders or path in tree.points

    def shown(self, folder: str, name: str) -> str:
        """Return an item's value as the list view writes it now, with unit and state."""
        return self.browse().value(f"{folder}/{name}")

    def show(self, point: Point) -> str:
        """Write a value as the list view does."""
        return self.workstation.show(point)

    def lines(self, folder: str) -> dict[str, tuple[str, str]]:
        """Return description and value of every item of a folder, by name, as the list view writes them now."""
        workstation = self.browse()
        points = workstation.tree.folder(folder).points
        workstation.read(points)
        return {point.name: (point.description, workstation.show(point)) for point in points}

    def points(self, name: str) -> dict[str, Point]:
        """Return every data point of a name with its present value, by the path of its folder."""
        workstation = self.browse()
        points = [
            point for point in workstation.tree.points.values() if point.kind is Kind.VALUE and point.name == name
        ]
        workstation.read(points)
        return {point.path.removesuffix(f"/{name}"): point for point in points}

    def screen(self) -> dict[str, str]:
        """Return every value as the list view writes it, by path."""
        return {point.path: self.show(point) for point in self.everything() if point.kind is Kind.VALUE}

    def everything(self) -> list[Point]:
        """Return every item of the tree with its present value."""
        workstation = self.browse()
        workstation.read()
        return list(workstation.tree.points.values())
