"""GetHistory (docs/ews.md, History): pages of 1000, from inclusive, to exclusive, stable while samples are added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from evce_connector.clock import Clock
from evce_connector.ews.operations.call import Answer, Call, Handler, paired
from evce_connector.ews.wire.continuation import pack, unpack
from evce_connector.ews.wire.faults import EwsFault
from evce_connector.ews.wire.render import element, text_element
from evce_connector.persistence.history import HistoryStore
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.points.tree import HistoryItem, Tree
from evce_connector.site.values import to_wire, utc_text

_KIND = "history"
_STEP = timedelta(microseconds=1)


class HistoryReads:
    """Reads the history store.

    The walk that a first page begins ends at the newest sample of that moment: what is added later is not part of it.
    """

    def __init__(self, tree: Tree, store: HistoryStore, clock: Clock, page_size: int) -> None:
        self._tree = tree
        self._store = store
        self._clock = clock
        self._page_size = page_size
        self.handlers: dict[str, Handler] = {"GetHistory": self._get_history}

    def _get_history(self, call: Call, request: Any) -> Answer:  # noqa: ANN401 - spyne is untyped
        item, start, end = self._wanted(request)
        samples = self._store.page(item.key, start, end, self._page_size + 1)
        more = len(samples) > self._page_size
        samples = samples[: self._page_size]
        call.items = len(samples)
        reference = pack(_KIND, item.id, to_micros(samples[-1].time + _STEP), to_micros(end)) if more else ""
        first, last = (samples[0].time, samples[-1].time) if samples else (start or end, end)
        status = element(
            "GetHistoryResponseStatus",
            text_element("MoreDataAvailable", "true" if more else "false"),
            text_element("MoreDataRef", reference) if more else b"",
            text_element("TimeFrom", utc_text(first)),
            text_element("TimeTo", utc_text(last)),
        )
        return status + self._records(item, samples)

    def _wanted(self, request: Any) -> tuple[HistoryItem, datetime | None, datetime]:  # noqa: ANN401 - spyne is untyped
        """Return what to read: the item, from, to. A MoreDataRef says it all; an Id beside it must be its own."""
        parameter = request.GetHistoryParameter
        id_, reference = (parameter.Id, parameter.MoreDataRef) if parameter else (None, None)
        if reference:
            wanted, after, until = unpack(_KIND, reference, (str, int, int))
            item = self._tree.get(wanted)
            if not isinstance(item, HistoryItem) or id_ not in (None, "", wanted) or None in (after, until):
                raise EwsFault("Invalid_Reference", "The reference does not go with this history item.")
            return item, from_micros(after), from_micros(until)
        item = self._tree.get(id_ or "")
        if not isinstance(item, HistoryItem):
            raise EwsFault("Invalid_Id", "No history item has the id of the request.")
        filter_ = request.GetHistoryFilter
        start, end = paired(filter_.TimeFrom, filter_.TimeTo, "Invalid_Time", "Time") if filter_ else (None, None)
        return item, start, self._bound(item, start, end)

    def _bound(self, item: HistoryItem, start: datetime | None, end: datetime | None) -> datetime:
        """Return where a walk that begins now ends: behind the newest sample, or earlier when that was asked for.

        A span that begins later still is empty, and keeps its own bounds.
        """
        newest = self._store.newest(item.key)
        bound = self._clock.now() if newest is None else newest + _STEP
        if end is None:
            return bound
        return end if start is not None and start > bound else min(end, bound)

    def _records(self, item: HistoryItem, samples: Sequence[Sample]) -> bytes:
        records = [
            f"<HistoryRecord><Value>{to_wire(value)}</Value><State>{state:d}</State>"
            f"<TimeStamp>{utc_text(time)}</TimeStamp></HistoryRecord>".encode()
            for time, value, state in samples
        ]
        return element(
            "GetHistoryHistoryRecords",
            text_element("ValueItemId", item.source.id),
            text_element("Unit", item.source.unit),
            text_element("Type", item.source.point.type),
            element("List", *records),
        )
