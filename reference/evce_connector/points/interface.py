"""The connector's own points under `EVCE Interface`: how polls, set-up, logs and writes are going, and its alarm."""

from __future__ import annotations

from collections.abc import Iterable

from evce_connector.points.staleness import PollAgeItem, Staleness
from evce_connector.points.tree import AlarmItem, Folder, Tree, ValueItem
from evce_connector.site.catalogue import BY_NAME, interface_id, points_of
from evce_connector.site.datapoint import Level
from evce_connector.site.values import EMPTY, State, Value

INTERFACE_FOLDER = "EVCE Interface"
INTERFACE_ALARM = "EVCE-Interface_Alarm"
INTERFACE_ALARM_DESCRIPTION = "Alarm for the interface itself [charge controller, logs, database, stations replaced]"


class InterfacePoints:
    """The values of the connector itself, by the names of the catalogue's interface rows; any thread may set them."""

    def __init__(self, tree: Tree, staleness: Staleness) -> None:
        self._tree, self._staleness = tree, staleness
        self._items: dict[str, ValueItem] = {
            point.name: ValueItem(interface_id(point.name), point, point.unit, EMPTY[point.type], State.UNCERTAIN)
            for point in points_of(Level.INTERFACE)
        }
        poll_age = PollAgeItem(interface_id("PollAge"), BY_NAME["PollAge"], staleness)
        self._poll_age = self._items["PollAge"] = poll_age
        alarm, described = INTERFACE_ALARM, INTERFACE_ALARM_DESCRIPTION
        self.alarm = AlarmItem(interface_id("Alarm"), alarm, described, self._items["EvceState"])

    @property
    def items(self) -> Iterable[ValueItem]:
        """Its items, in the catalogue's order."""
        return self._items.values()

    def folder(self, curtailments: Iterable[Folder]) -> Folder:
        """Make the folder that holds them, and the zones' curtailments."""
        folder = Folder(interface_id(), INTERFACE_FOLDER)
        folder.values = list(self._items.values())
        folder.alarms = [self.alarm]
        for curtailment in curtailments:
            folder.add(curtailment)
        return folder

    def set(self, **values: Value) -> None:
        """Give values by their names; they are Good."""
        items = ((self._items[name], value) for name, value in values.items())
        self._tree.apply(
            [(item, value, State.GOOD) for item, value in items if (item.value, item.state) != (value, State.GOOD)]
        )

    def get(self, name: str) -> Value:
        """Return a value by its name."""
        return self._items[name].value

    def show_poll_age(self) -> None:
        """Give PollAge the age in whole seconds, when it is another: for subscribers, since readers see it anyway."""
        age = self._staleness.age()
        if age is not None and (self._poll_age.given, self._poll_age.state) != (int(age), State.GOOD):
            self._tree.apply([(self._poll_age, int(age), State.GOOD)])
