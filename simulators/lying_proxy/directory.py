"""What the proxy has learnt of the server's tree from answers passing by, and how one item is chosen of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from lxml import etree

from lying_proxy.message import ITEMS, Message, text


class Kind(Enum):
    """What an item is, by the element that describes it."""

    CONTAINER = "ContainerItem"
    VALUE = "ValueItem"
    HISTORY = "HistoryItem"
    ALARM = "AlarmItem"


@dataclass(slots=True)
class Item:
    """An item as last described; `path` holds the names from below the root, joined by "/"."""

    id: str
    kind: Kind
    name: str = ""
    path: str = ""
    type: str = ""
    unit: str = ""
    value_item_id: str = ""

    @property
    def shown(self) -> str:
        """What people call it: its path, or its id where the tree was not browsed."""
        return self.path or self.name or self.id


class Directory:
    """Items by id, in the order in which they were first seen."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}
        self._roots: set[str] = set()

    def get(self, id_: str) -> Item | None:
        """Give what is known of an id."""
        return self._items.get(id_)

    def learn(self, message: Message) -> None:
        """Take over what an answer says of items, before it is altered."""
        if message.operation == "GetContainerItems":
            for row in message.rows_below("GetContainerItemsItems", "ContainerItem"):
                self._learn_container(row)
        elif message.operation in ("GetItems", "GetValues"):
            for row in message.named(*ITEMS):
                self._describe(row)

    def _learn_container(self, row: etree._Element) -> None:
        container = self._describe(row)
        if text(row, "Type").lower() == "server":
            self._roots.add(container.id)
        for child in row.iterfind("{*}Items/*/*"):
            item = self._describe(child)
            at_top = container.id in self._roots or not container.path
            item.path = item.name if at_top else f"{container.path}/{item.name}"

    def _describe(self, row: etree._Element) -> Item:
        """Enter what an element says; GetValues tells no more than the id."""
        id_ = text(row, "Id")
        item = self._items.setdefault(id_, Item(id_, Kind(etree.QName(row).localname)))
        item.name = text(row, "Name") or item.name
        item.type = text(row, "Type") or item.type
        item.unit = text(row, "Unit") or item.unit
        item.value_item_id = text(row, "ValueItemId") or item.value_item_id
        return item

    def choose(self, glob: str, kinds: Iterable[Kind]) -> Item | None:
        """Give the first item of these kinds whose id, name or path fits; histories and alarms by their value too."""
        chosen = tuple(kinds)
        return next((item for item in self._items.values() if item.kind in chosen and self._fits(item, glob)), None)

    def values(self) -> Iterator[Item]:
        """Give all value items."""
        return (item for item in self._items.values() if item.kind is Kind.VALUE)

    def _fits(self, item: Item, glob: str) -> bool:
        source = self._items.get(item.value_item_id)
        return fits(item, glob) or (source is not None and fits(source, glob))


def fits(item: Item, glob: str) -> bool:
    """Tell whether an item's id, name or path is what a glob describes.

    >>> item = Item("Zones/1/ZoneMaxCurrent(A)", Kind.VALUE, "ZoneMaxCurrent(A)", "EVCE Zones/Z1/ZoneMaxCurrent(A)")
    >>> fits(item, "*/Z1/*"), fits(item, "ZoneMaxCurrent(?)"), fits(item, "Z1")
    (True, True, False)
    """
    pattern = _pattern(glob)
    return any(pattern.fullmatch(word) for word in (item.id, item.name, item.path))


@lru_cache
def _pattern(glob: str) -> re.Pattern[str]:
    """Read a glob: * is any text, ? one character; brackets stand for themselves, as items have them in their names."""
    signs = {"*": ".*", "?": "."}
    return re.compile("".join(signs.get(sign) or re.escape(sign) for sign in glob), re.DOTALL)
