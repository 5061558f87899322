"""What becomes of plain items that change by themselves when the controller has been gone for long."""

from __future__ import annotations

from evce_connector.points.index import SiteIndex
from evce_connector.points.tree import Change
from evce_connector.site.values import State


def faded(index: SiteIndex, age_state: State) -> list[Change]:
    """Return those that change when the age of what was last read makes that of them."""
    return [
        (item, item.value, max(state, age_state))
        for node in index.nodes()
        if node.evaluated is not None
        for item, state in zip(node.polled_items, node.evaluated.states, strict=True)
        if item.point.fades and item.state is not max(state, age_state)
    ]
