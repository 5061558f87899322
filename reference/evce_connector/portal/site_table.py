"""The site's tree as the pages show it: a folder with its values, what is below it, and what a search finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.points.tree import Folder, Node, Tree, ValueItem
from evce_connector.portal.listing import Listing, listing
from evce_connector.site.values import State, to_wire

PAGE = 100
"""Folders of a page: a zone may have thousands of stations."""
FOUND = 100
"""What a search shows at most."""
STATES = {state: state.name.capitalize() for state in State}


@dataclass(frozen=True)
class Below:
    """A folder in another one: its id and name, and how many alarms are not Normal in it and below."""

    id: str
    name: str
    alarms: int


def values(tree: Tree, folder: Folder, age: float | None) -> Listing:
    """Return the values of a folder with units and states; `age` is that of the last good poll in s."""
    ages = tree.age_state()
    rows = [(item.description, written(item), STATES[item.state_by(ages)]) for item in folder.values]
    told = "no good poll yet" if age is None else f"the last good poll was {age:.0f} s ago"
    return listing("Values as Building Operation reads them", ("Name", "Value", "State"), rows, told)


def written(item: ValueItem) -> str:
    """Write a value with its unit.

    >>> from evce_connector.site.catalogue import BY_NAME
    >>> written(ValueItem("Site/P", BY_NAME["SiteOverallActivePowerTotal"], "kW", 3.68))
    '3.68 kW'
    """
    return f"{to_wire(item.value)} {item.unit}".strip()


def below(tree: Tree, folder: Folder, book: AlarmLog, page: int) -> list[Below]:
    """Return a page of the folders in a folder, the first page being 1."""
    shown = folder.folders[PAGE * (page - 1) : PAGE * page]
    holders = (tree.holder(tree.id_of(event.alarm)) for event in book.present())
    counts = Counter(part.id for holder in holders if holder is not None for part in holder.path())
    return [Below(one.id, one.name, counts[one.id]) for one in shown]


def pages_of(folder: Folder) -> int:
    """Return how many pages the folders in a folder fill."""
    return max(1, -(-len(folder.folders) // PAGE))


def search(tree: Tree, text: str) -> list[tuple[Folder, str]]:
    """Return the first folders and items with a text in their names or ids, each with the folder that shows it."""
    wanted = text.casefold()
    return list(islice(_hits(tree, wanted), FOUND)) if wanted else []


def path_of(folder: Folder) -> str:
    """Write where a folder is, as Building Operation shows it."""
    return " / ".join(part.name for part in folder.path()[1:]) or folder.name


def _hits(tree: Tree, wanted: str) -> Iterator[tuple[Folder, str]]:
    for folder in tree.root.walk():
        if wanted in folder.name.casefold() or wanted in folder.id.casefold():
            yield folder, path_of(folder)
        for item in folder.values:
            if wanted in item.description.casefold() or wanted in item.id.casefold():
                yield folder, f"{path_of(folder)} / {item.description}"


def folder_at(tree: Tree, id_: str) -> Folder | None:
    """Return the folder of an id, the root for none; None when no folder has it."""
    node: Node | None = tree.get(id_) if id_ else tree.root
    return node if isinstance(node, Folder) else None
