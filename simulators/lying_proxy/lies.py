"""The table of lies: a row says what is altered, of which kinds of items, in which answers, and by which function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lying_proxy import event_edits, item_edits, value_edits
from lying_proxy.directory import Kind
from lying_proxy.scene import Scene

_VALUES = (Kind.VALUE,)
_ANY = (Kind.VALUE, Kind.HISTORY, Kind.ALARM, Kind.CONTAINER)
_PRESENT = ("GetItems", "GetValues", "GetNotification")
_TREE = ("GetContainerItems", "GetItems")
_ALARMS = ("GetItems", "GetAlarmEvents", "GetUpdatedAlarmEvents", "GetNotification")


class LieError(Exception):
    """A lie that cannot be told; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Row:
    """One lie: `edit` alters an answer and says how many places it altered; `options` holds names and defaults."""

    name: str
    alters: str
    kinds: tuple[Kind, ...]
    operations: tuple[str, ...]
    edit: Callable[[Scene], int]
    options: dict[str, str] = field(default_factory=dict)


def _not_in_an_answer(_: Scene) -> int:
    return 0


LIES = {
    row.name: row
    for row in (
        Row("value", "a number is more by `by`, another value another word, or `to`", _VALUES, _PRESENT,
            value_edits.value, {"by": "1", "to": ""}),
        Row("unit", "another unit, or `to`", (Kind.VALUE, Kind.HISTORY), _TREE, item_edits.unit, {"to": ""}),
        Row("state", "Good is shown Offline (3), all else Good (0); or `to`", _VALUES, _PRESENT,
            value_edits.state, {"to": ""}),
        Row("order", "the values of the item and its partner (`with`) are swapped in an answer that holds both",
            _VALUES, _PRESENT, value_edits.order, {"with": ""}),
        Row("missing-item", "left out of its container's list", _ANY, ("GetContainerItems",), item_edits.leave_out),
        Row("missing-details", "left out of GetItems, with no error result", _ANY[:3], ("GetItems",),
            item_edits.leave_out),
        Row("missing-value", "left out of GetValues, with no error result", _VALUES, ("GetValues",),
            item_edits.leave_out),
        Row("duplicate", "twice in its container's list", _ANY, ("GetContainerItems",), item_edits.duplicate),
        Row("duplicate-value", "twice in an answer of GetItems or GetValues", _VALUES, ("GetItems", "GetValues"),
            item_edits.duplicate),
        Row("type", "another data type, or `to`", (Kind.VALUE, Kind.HISTORY), _TREE, item_edits.type_, {"to": ""}),
        Row("name", "renamed, or named `to`", _ANY, _TREE, item_edits.name, {"to": ""}),
        Row("description", "described otherwise, or as `to`", _ANY, _TREE, item_edits.description, {"to": ""}),
        Row("writeable", "shown as the opposite", _VALUES, _TREE, item_edits.writeable),
        Row("delayed", "the value before the present one, once there was another", _VALUES, _PRESENT,
            value_edits.delayed),
        Row("stale", "frozen at the value that was seen first", _VALUES, _PRESENT, value_edits.stale),
        Row("write-lost", "a write is acknowledged and not passed on", _VALUES, (), _not_in_an_answer),
        Row("history-doubled", "the middle record of what was asked for comes twice", (Kind.HISTORY,),
            ("GetHistory",), event_edits.history_doubled),
        Row("history-missing", "the middle record of what was asked for is left out", (Kind.HISTORY,),
            ("GetHistory",), event_edits.history_missing),
        Row("history-value", "the middle record of what was asked for shows `to`", (Kind.HISTORY,),
            ("GetHistory",), event_edits.history_value, {"to": "123456"}),
        Row("alarm-stuck", "seen once, it never clears: its last event is repeated as Active", (Kind.ALARM,), _ALARMS,
            event_edits.alarm_stuck),
        Row("alarm-invented", "Normal is shown Active `since` a time", (Kind.ALARM,), _ALARMS,
            event_edits.alarm_invented, {"since": "2026-01-01T00:00:00Z"}),
        Row("alarm-hidden", "its events are left out, and it is shown Normal", (Kind.ALARM,), _ALARMS,
            event_edits.alarm_hidden),
        Row("alarm-message", "its events say `to`", (Kind.ALARM,), _ALARMS[1:],
            event_edits.alarm_message, {"to": "something else"}),
        Row("page-end", "the last row of each page that another follows is left out",
            (Kind.HISTORY, Kind.CONTAINER), ("GetHistory", "GetContainerItems"), event_edits.page_end),
    )
}  # fmt: skip
"""All lies by name."""


@dataclass(frozen=True, init=False)
class Lie:
    """One lie about one item: the first that is seen whose id, name or path of names `item` describes (* and ?).

    `options` are those of the lie's row in LIES; LieError when there is no such lie or option.

    >>> Lie("value", "*/ZoneReduction", by=5).options
    {'by': '5', 'to': ''}
    >>> Lie("value", "*/ZoneReduction", more=5)
    Traceback (most recent call last):
    lying_proxy.lies.LieError: The lie value takes no more; it takes by, to.
    """

    name: str
    item: str
    options: dict[str, str]

    def __init__(self, name: str, item: str, **options: object) -> None:
        if name not in LIES:
            raise LieError(f"There is no lie {name!r}; choose one of {', '.join(LIES)}.")
        known = LIES[name].options
        if wrong := sorted(set(options) - set(known)):
            raise LieError(f"The lie {name} takes no {' or '.join(wrong)}; it takes {', '.join(known) or 'no option'}.")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "item", item)
        object.__setattr__(self, "options", known | {key: str(value) for key, value in options.items()})

    @property
    def row(self) -> Row:
        """The lie's row in the table."""
        return LIES[self.name]
