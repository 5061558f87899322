"""Learns from every answer and alters those that the present lie is about."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from lxml import etree

from lying_proxy.directory import Directory, Item
from lying_proxy.lies import Lie
from lying_proxy.message import Message, drop, tag, text
from lying_proxy.scene import Memory, Scene

WRITE_LOST = "write-lost"


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that was altered, in so many places."""

    lie: str
    item: str
    operation: str
    places: int


class Liar:
    """The proxy's words: for all its threads."""

    def __init__(self, lie: Lie | None) -> None:
        self.told: list[Told] = []
        self._directory = Directory()
        self._lock = threading.Lock()
        self.lie = lie
        self._target: Item | None = None
        self._memory = Memory()

    def tell(self, lie: Lie | None) -> None:
        """Tell this lie from now on, or none; what earlier ones remembered is forgotten."""
        with self._lock:
            self.lie, self._target, self._memory = lie, None, Memory()

    @property
    def target(self) -> Item | None:
        """The item that is lied about, once it was seen."""
        with self._lock:
            return self._find_target()

    def _find_target(self) -> Item | None:
        if self.lie is not None and self._target is None:
            self._target = self._directory.choose(self.lie.item, self.lie.row.kinds)
        return self._target

    def altered(self, request: Message | None, raw: bytes) -> bytes:
        """Give the answer as the client shall see it: the very same bytes when nothing is to be altered."""
        answer = Message.read(raw)
        if answer is None:
            return raw
        with self._lock:
            self._directory.learn(answer)
            target = self._find_target()
            if self.lie is None or target is None or answer.operation not in self.lie.row.operations:
                return raw
            scene = Scene(answer, request, target, self._directory, self.lie.options, self._memory)
            places = self.lie.row.edit(scene)
            return self._say(answer, places) if places else raw

    def lost_write(self, request: Message | None) -> LostWrite | None:
        """Take the item out of a write when the present lie is to lose it; None when all of it is to be passed on."""
        if request is None or request.operation != "SetValues":
            return None
        with self._lock:
            target = self._find_target()
            lying = self.lie is not None and self.lie.name == WRITE_LOST
            if not lying or target is None or not request.rows(target.id, "ValueItem"):
                return None
            return LostWrite(request, target.id)

    def acknowledge(self, write: LostWrite, raw: bytes) -> bytes:
        """Make the answer to a write that was not passed on, from what the server answered instead."""
        answer = Message.read(raw)
        if answer is None:
            return raw
        with self._lock:
            return self._say(answer, write.acknowledge(answer))

    def _say(self, answer: Message, places: int) -> bytes:
        if self.lie is not None and self._target is not None:
            self.told.append(Told(self.lie.name, self._target.shown, answer.operation, places))
        return answer.write()


class LostWrite:
    """A SetValues without the item whose write gets lost.

    When nothing is left, the server is asked for the item's value instead: so it checks the login as ever.
    """

    def __init__(self, request: Message, id_: str) -> None:
        self.order = [text(row, "Id") for row in request.named("ValueItem")]
        self._id = id_
        for row in request.rows(id_, "ValueItem"):
            drop(row)
        self.reads_instead = not list(request.named("ValueItem"))
        if self.reads_instead:
            request.content.tag = tag("GetValuesRequest")
            for child in list(request.content):
                drop(child)
            ids = etree.SubElement(request.content, tag("GetValuesIds"))
            etree.SubElement(ids, tag("Id")).text = id_
        self.body = request.write()

    def acknowledge(self, answer: Message) -> int:
        """Put a success for the lost item into the answer, where the client expects it; give the number of results."""
        content = answer.content
        if self.reads_instead:
            for child in list(content):
                drop(child)
            content.attrib.clear()  # SetValuesResponse alone has no version
            content.tag = tag("SetValuesResponse")
            answer.operation = "SetValues"
        results = next(answer.named("SetValuesResults"), None)
        if results is None:
            results = etree.SubElement(content, tag("SetValuesResults"))
        places = [place for place, id_ in enumerate(self.order) if id_ == self._id]
        for place in places:
            results.insert(place, _success(self._id))
        return len(places)


def _success(id_: str) -> etree._Element:
    result = etree.Element(tag("Result"))
    for name, word in (("Id", id_), ("Success", "true"), ("Message", "")):
        etree.SubElement(result, tag(name)).text = word
    return result
