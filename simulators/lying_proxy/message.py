"""A SOAP message of EWS that can be read and altered in place; namespaces and all that is not touched stay."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Self

from ebo_simulator.soap import NAMESPACE
from lxml import etree

ITEMS = ("ContainerItem", "ValueItem", "HistoryItem", "AlarmItem")
"""Elements that describe an item by its Id, wherever they stand."""


def tag(name: str) -> str:
    """Write an element's name as lxml does, in the contract's namespace."""
    return f"{{{NAMESPACE}}}{name}"


class Message:
    """One request or answer; `operation` is its name without Request or Response, `content` the element in the body."""

    def __init__(self, root: etree._Element, content: etree._Element) -> None:
        self._root = root
        self.content = content
        self.operation = etree.QName(content).localname.removesuffix("Request").removesuffix("Response")

    @classmethod
    def read(cls, raw: bytes) -> Self | None:
        """Read a message of the contract; None for everything else, faults too."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            root = etree.fromstring(raw, parser)
        except (etree.XMLSyntaxError, ValueError):
            return None
        body = root.find("{*}Body")
        content = None if body is None else next(body.iterchildren(tag("*")), None)
        return None if content is None else cls(root, content)

    def write(self) -> bytes:
        """Give the message as bytes again."""
        return etree.tostring(self._root, encoding="utf-8", xml_declaration=True)

    def rows(self, id_: str, *names: str) -> list[etree._Element]:
        """Find the elements of these names that describe the item with this id."""
        return [row for row in self.named(*names) if text(row, "Id") == id_]

    def named(self, *names: str) -> Iterator[etree._Element]:
        """Find all elements of these names."""
        return self.content.iter(*map(tag, names))

    def rows_below(self, parent: str, name: str) -> list[etree._Element]:
        """Find the elements of a name that stand directly in the answer's element `parent`."""
        return self.content.findall(f"{tag(parent)}/{tag(name)}")

    def first(self, name: str) -> str:
        """Give the text of the first element of a name, "" when there is none."""
        return next((row.text or "" for row in self.named(name)), "")


def text(row: etree._Element, name: str) -> str:
    """Give the text of a child, "" when it is empty or absent."""
    return row.findtext(tag(name)) or ""


def put(row: etree._Element, name: str, value: str, after: tuple[str, ...] = ()) -> bool:
    """Set the text of a child, made after the first of `after` that is there; tell whether that changed anything."""
    child = row.find(tag(name))
    if child is None:
        before = next((found for one in after if (found := row.find(tag(one))) is not None), None)
        if before is None:
            return False
        child = etree.Element(tag(name))
        before.addnext(child)
    changed = (child.text or "") != value
    child.text = value
    return changed


def double(row: etree._Element) -> None:
    """Put a copy behind an element."""
    row.addnext(deepcopy(row))


def drop(row: etree._Element) -> None:
    """Take an element out; what is between it and the next one goes with it."""
    parent = row.getparent()
    if parent is not None:
        parent.remove(row)
