"""What a lie acts on: one answer, the request that it answers, the item lied about, and what the lie remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from lying_proxy.directory import Directory, Item
from lying_proxy.message import Message, text


@dataclass
class Memory:
    """What a lie keeps from answer to answer."""

    values: list[str] = field(default_factory=list)
    partner: str = ""
    event: etree._Element | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """One answer about to be altered."""

    answer: Message
    request: Message | None
    item: Item
    directory: Directory
    options: Mapping[str, str]
    memory: Memory

    def described(self) -> list[etree._Element]:
        """Find where the item is described: in its container's list, and in GetItems."""
        rows = self.answer.rows(self.item.id, "ValueItem", "HistoryItem", "AlarmItem", "ContainerItem")
        return [row for row in rows if text(row, "Name")]

    def present(self) -> list[etree._Element]:
        """Find where the item's present value stands: in GetItems, GetValues and notifications."""
        return self.answer.rows(self.item.id, "ValueItem", "Event")

    def events(self) -> list[etree._Element]:
        """Find the alarm's events, whether the server names the alarm or its value in them."""
        known = {self.item.id, self.item.value_item_id} - {""}
        return [
            event for event in self.answer.named("AlarmEvent") if {text(event, "ID"), text(event, "SourceID")} & known
        ]

    def records(self) -> list[etree._Element]:
        """Find the records of the item's history in an answer of GetHistory; none in one about another history."""
        records = next(self.answer.named("GetHistoryHistoryRecords"), None)
        asked = self.request.first("Id") if self.request else ""
        if records is None or self.item.id != asked != "":
            return []
        return list(self.answer.named("HistoryRecord")) if asked or self._is_source(records) else []

    def _is_source(self, records: etree._Element) -> bool:
        return text(records, "ValueItemId") == self.item.value_item_id != ""

    @property
    def continues(self) -> bool:
        """Whether this is a later page of an earlier question."""
        return self.request is not None and bool(self.request.first("MoreDataRef"))

    @property
    def goes_on(self) -> bool:
        """Whether another page follows."""
        return self.answer.first("MoreDataAvailable") in ("true", "1")
