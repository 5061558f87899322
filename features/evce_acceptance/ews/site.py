"""What is known of the site behind the server: offered operations, tree, items; read once, when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from evce_acceptance.ews.contract import operations
from evce_acceptance.ews.messages import every, fields, listed, text
from evce_acceptance.ews.server import NotTestedError, Server, WrongError
from lxml import etree

LISTS = {"ContainerItems": "ContainerItem", "ValueItems": "ValueItem", "HistoryItems": "HistoryItem"}
LISTS |= {"AlarmItems": "AlarmItem"}
"""The four lists of a container's children, and the element of each."""
IDS = 100
"""Ids in a request: what clients ask for at a time."""
MOST_CONTAINERS = 1000
MOST_ITEMS = 500
"""Items of each kind that are looked at in detail; a large site has more of the same."""
MOST_PAGES = 20


@dataclass
class Tree:
    """The containers as they were answered, and each child as its container's list has it."""

    root: str
    containers: dict[str, etree._Element] = field(default_factory=dict)
    children: dict[str, list[etree._Element]] = field(default_factory=lambda: {kind: [] for kind in LISTS.values()})
    parents: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    whole: bool = True

    def ids(self, kind: str) -> list[str]:
        """Return the ids of one kind, each once."""
        return list(dict.fromkeys(text(row, "Id") for row in self.children[kind] if text(row, "Id")))


def children_of(container: etree._Element, name: str) -> list[etree._Element]:
    """Return a container's children of one list."""
    return list(container.iterfind(f"{{*}}Items/{{*}}{name}/{{*}}{LISTS[name]}"))


def batches(ids: Sequence[str], size: int = IDS) -> Iterator[Sequence[str]]:
    """Cut ids into pieces."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


class Site:
    """What one version of the server shows. Each part is read when it is first needed."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._tree: Tree | None = None
        self._items: dict[str, etree._Element] | None = None

    @cached_property
    def information(self) -> etree._Element | None:
        """The answer of GetWebServiceInformation; None where there is none."""
        with self._server.shown():
            try:
                return self._server.good("GetWebServiceInformation")
            except WrongError:
                return None

    @cached_property
    def offered(self) -> frozenset[str]:
        """The operations that the server says it offers and this version has; all of them where it says nothing."""
        said = {part.text or "" for part in every(self.information, "Operation")}
        version = self._server.version
        return frozenset(
            name for name, row in operations().items() if (name in said or not said) and row.since <= version
        )

    @property
    def tree(self) -> Tree:
        """The tree, level by level; NotTestedError where it cannot be read."""
        if self._tree is None:
            with self._server.shown():
                try:
                    self._tree = self._walk()
                except WrongError as error:
                    raise NotTestedError(f"the tree cannot be read: {error}") from error
        return self._tree

    def ids(self, kind: str, most: int = MOST_ITEMS) -> list[str]:
        """Return ids of a kind (ValueItem, HistoryItem, AlarmItem); NotTestedError when the tree lists none."""
        found = self.tree.ids(kind)[:most]
        if not found:
            raise NotTestedError(f"the tree lists no {kind}")
        return found

    @property
    def items(self) -> dict[str, etree._Element]:
        """The details of items, by id; NotTestedError where they cannot be read."""
        if self._items is None:
            wanted = [
                id_ for kind in ("ValueItem", "HistoryItem", "AlarmItem") for id_ in self.tree.ids(kind)[:MOST_ITEMS]
            ]
            with self._server.shown():
                try:
                    answers = [self._server.good("GetItems", listed("GetItemsIds", ids)) for ids in batches(wanted)]
                except WrongError as error:
                    raise NotTestedError(f"items cannot be read: {error}") from error
            rows = [row for answer in answers for kind in LISTS.values() for row in every(answer, kind)]
            self._items = {text(row, "Id"): row for row in rows}
        return self._items

    def of_kind(self, kind: str) -> dict[str, etree._Element]:
        """Return the details of one kind of items; NotTestedError when there are none."""
        known = set(self.tree.ids(kind))
        found = {id_: row for id_, row in self.items.items() if id_ in known}
        if not found:
            raise NotTestedError(f"there are no details of a {kind}")
        return found

    def containers(self, ids: Sequence[str] | None) -> tuple[list[etree._Element], dict[str, str]]:
        """Read containers, page by page; return them, and the errors by id. WrongError when pages lead nowhere."""
        content = "" if ids is None else listed("GetContainerItemsIds", ids)
        found: list[etree._Element] = []
        errors: dict[str, str] = {}
        reference = ""
        for _ in range(MOST_PAGES):
            page = f"{content}{_reference(reference)}"
            answer = self._server.good("GetContainerItems", page)
            found += answer.iterfind("{*}GetContainerItemsItems/{*}ContainerItem")
            errors |= {text(row, "Id"): text(row, "Message") for row in every(answer, "ErrorResult")}
            if text(answer, "GetContainerItemsStatus/MoreDataAvailable") not in ("true", "1"):
                return found, errors
            following = text(answer, "GetContainerItemsStatus/MoreDataRef")
            if not following or following == reference:
                raise WrongError("GetContainerItems says that there is more data, and gives no new MoreDataRef for it.")
            reference = following
        raise WrongError(f"GetContainerItems goes on after {MOST_PAGES} pages.")

    def _walk(self) -> Tree:
        found, _ = self.containers(None)
        if not found:
            raise WrongError("the root was answered without a container")
        tree = Tree(text(found[0], "Id"))
        level = [tree.root]
        while found:
            below: list[str] = []
            for container in found:
                below += self._enter(tree, container)
            level = [id_ for id_ in dict.fromkeys(below) if id_ and id_ not in tree.containers]
            tree.whole = len(tree.containers) + len(level) <= MOST_CONTAINERS
            found = []
            for ids in batches(level[: MOST_CONTAINERS - len(tree.containers)]):
                rows, errors = self.containers(ids)
                found += rows
                tree.errors |= errors
        return tree

    def _enter(self, tree: Tree, container: etree._Element) -> list[str]:
        id_ = text(container, "Id")
        is_new = id_ not in tree.containers
        if is_new:
            tree.containers[id_] = container
        for name, kind in LISTS.items():
            for child in children_of(container, name):
                tree.children[kind].append(child)
                tree.parents.setdefault(text(child, "Id"), id_)
        return [text(child, "Id") for child in children_of(container, "ContainerItems")] if is_new else []


def _reference(reference: str) -> str:
    return (
        f"<GetContainerItemsParameter>{fields(MoreDataRef=reference)}</GetContainerItemsParameter>" if reference else ""
    )
