"""The tree that EWS clients see: folders with value items, history items and alarm items, found by id."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from evce_connector.site.values import State, Value, ValueType

ROOT_ID = "Server"


class AgeStates(NamedTuple):
    """What the age of the last good poll makes of items: of live ones, and of plain ones that change by themselves."""

    live: State = State.GOOD
    plain: State = State.GOOD


FRESH = AgeStates()
"""What a young poll makes of them: nothing."""


class Point(Protocol):
    """What a value item needs to know of its data point; the catalogue's rows are such."""

    @property
    def name(self) -> str:
        """Name as the guide spells it."""

    @property
    def label(self) -> str:
        """Name that clients see, the guide's unless another one was taken over."""

    @property
    def type(self) -> ValueType:
        """EWS type."""

    @property
    def writeable(self) -> bool:
        """Whether EWS clients may set it."""

    @property
    def live(self) -> bool:
        """Whether its state follows the age of the last good poll."""

    @property
    def fades(self) -> bool:
        """Whether it is plain, and changes by itself: Uncertain when the controller has been gone for long."""

    @property
    def enum(self) -> str:
        """Id of its enumeration, empty when it has none."""


@dataclass(slots=True, eq=False)
class ValueItem:
    """One value as EWS serves it. `fragment` keeps its rendered XML until the value or state changes.

    Here and below, `id` is what clients know an item by, `key` our own id, the same unless another one was taken over.
    """

    id: str
    point: Point
    unit: str
    value: Value
    state: State = State.OFFLINE
    revision: int = 0
    fragment: bytes | None = None
    key: str = ""

    def __post_init__(self) -> None:
        self.key = self.key or self.id

    @property
    def name(self) -> str:
        """Name as the guide spells it."""
        return self.point.name

    @property
    def description(self) -> str:
        """What clients see as name and description (D-8): the guide's name, unless another one was taken over."""
        return self.point.label

    def state_by(self, ages: AgeStates) -> State:
        """Return its state where the age of the last good poll makes that of items."""
        if self.point.live:
            return max(self.state, ages.live)
        return max(self.state, ages.plain) if self.point.fades else self.state


@dataclass(slots=True, eq=False)
class HistoryItem:
    """The log of one value item, named `<data point>-Readings` (D-6)."""

    id: str
    name: str
    source: ValueItem
    key: str = ""

    def __post_init__(self) -> None:
        self.key = self.key or self.id

    @property
    def description(self) -> str:
        """Description, equal to the name."""
        return self.name


@dataclass(slots=True, eq=False)
class AlarmItem:
    """An alarm of a station or of the interface; its present state is kept in the alarm store under its key."""

    id: str
    name: str
    description: str
    source: ValueItem
    key: str = ""

    def __post_init__(self) -> None:
        self.key = self.key or self.id


@dataclass(slots=True, eq=False)
class Folder:
    """A container item: a folder, or the root, which is of type Server."""

    id: str
    name: str
    type: str = "Folder"
    parent: Folder | None = field(default=None, repr=False)
    folders: list[Folder] = field(default_factory=list, repr=False)
    values: list[ValueItem] = field(default_factory=list, repr=False)
    histories: list[HistoryItem] = field(default_factory=list, repr=False)
    alarms: list[AlarmItem] = field(default_factory=list, repr=False)
    key: str = ""

    def __post_init__(self) -> None:
        self.key = self.key or self.id

    @property
    def description(self) -> str:
        """Description, equal to the name."""
        return self.name

    def add(self, folder: Folder) -> Folder:
        """Put a folder under this one and return it."""
        folder.parent = self
        self.folders.append(folder)
        return folder

    def path(self) -> list[Folder]:
        """Return the folders from the root down to this one."""
        return [*(self.parent.path() if self.parent else []), self]

    def walk(self) -> Iterator[Folder]:
        """Yield this folder and all below it, parents first."""
        yield self
        for folder in self.folders:
            yield from folder.walk()


Node = Folder | ValueItem | HistoryItem | AlarmItem
Change = tuple[ValueItem, Value, State]


class Tree:
    """All items by id, and the revision that each change moves on.

    Set-up makes a new tree and `replace`s the old one whole; polls only `apply` changes of values. A reader that kept
    `revision` finds what changed since by comparing it with each item's own: nothing is queued for it.

    >>> from evce_connector.site.catalogue import BY_NAME
    >>> power = ValueItem("Site/SiteOverallActivePowerTotal", BY_NAME["SiteOverallActivePowerTotal"], "kW", 0.0)
    >>> tree = Tree("EVCE")
    >>> tree.root.add(Folder("Site", "EVCE Zones")).values.append(power)
    >>> tree.replace(tree.root)
    >>> before = tree.revision
    >>> tree.apply([(power, 12.5, State.GOOD)])
    1
    >>> tree.find("Site/SiteOverallActivePowerTotal").value, power.revision - before
    (12.5, 1)
    """

    def __init__(self, server_name: str, revision: int = 0) -> None:
        self.root = Folder(ROOT_ID, server_name, "Server")
        self.nodes: dict[str, Node] = {}
        self._ids: dict[str, str] = {}
        self.age_state: Callable[[], AgeStates] = _as_shown
        """What readers add to items (see `ValueItem.state_by`): FRESH, unless an age passed that none shows yet."""
        self.revision = revision
        self.hierarchy_revision = revision
        self._lock = threading.Lock()
        self.replace(self.root)

    def replace(self, root: Folder) -> None:
        """Serve another root from now on; ValueError names an id that stands twice."""
        nodes: dict[str, Node] = {}
        for folder in root.walk():
            members: list[Node] = [folder, *folder.values, *folder.histories, *folder.alarms]
            for node in members:
                if nodes.setdefault(node.id, node) is not node:
                    raise ValueError(f"the id {node.id!r} stands twice in the tree")
        ids = {node.key: node.id for node in nodes.values() if node.key != node.id}
        with self._lock:
            self.revision += 1
            self.hierarchy_revision = self.revision
            self.root, self.nodes, self._ids = root, nodes, ids

    def apply(self, changes: Iterable[Change]) -> int:
        """Give items new values and states, all under one new revision; return how many there were."""
        count = 0
        with self._lock:
            revision = self.revision + 1
            for count, (item, value, state) in enumerate(changes, 1):  # noqa: B007 - the count is the answer
                item.value = value
                item.state = state
                item.revision = revision
                item.fragment = None
            if count:
                self.revision = revision
        return count

    def keep_fragments(self, items: Iterable[ValueItem], render: Callable[[ValueItem], bytes]) -> None:
        """Render items and keep their fragments; no change can come between, or an old value would be kept."""
        with self._lock:
            for item in items:
                item.fragment = render(item)

    def get(self, id_: str) -> Node | None:
        """Return the item with that id, case as given, or None."""
        return self.nodes.get(id_)

    def find(self, key: str) -> Node | None:
        """Return the item with that id of our own, or None."""
        return self.nodes.get(self.id_of(key))

    def holder(self, id_: str) -> Folder | None:
        """Return the folder that holds an item, or that has the id itself; None when nothing has. Our ids are paths."""
        node = self.get(id_)
        holder = node if node is None or isinstance(node, Folder) else self.find(node.key.rpartition("/")[0])
        return holder if isinstance(holder, Folder) else None

    def id_of(self, key: str) -> str:
        """Return what clients know an item by, from our own id; that itself when nothing else was taken over."""
        return self._ids.get(key, key)

    def key_of(self, id_: str) -> str:
        """Return our own id of an item from the id that clients know it by; that itself when there is no such item."""
        node = self.nodes.get(id_)
        return node.key if node else id_

    def items(self) -> Iterator[ValueItem]:
        """Yield every value item, in the order of the tree."""
        for folder in self.root.walk():
            yield from folder.values


def _as_shown() -> AgeStates:
    """Add nothing to what the items show."""
    return FRESH
