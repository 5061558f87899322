"""Steps about what is too much for one answer, and about answers that are not what the contract says."""

from __future__ import annotations

from typing import Any

from ebo_simulator import Kind
from evce_acceptance.guide.cells import cell, field_name
from pytest_bdd import given, parsers, then, when

from features.driver.world import World
from features.steps.operations import HALF_AN_HOUR, VALUES, Subscribed

Page = tuple[list[dict[str, Any]], int]
"""Objects of a list, and how many the whole list has."""


@given(parsers.parse("{count:d} further zones"))
def further_zones(world: World, count: int) -> None:
    world.controller.add_plain("zone", count)


@when("the charge controller begins every page with the first object")
def pages_repeat(world: World) -> None:
    page = world.controller.model.page

    def repeated(kind: str, limit: int | None = None, offset: int = 0, **chosen: int | None) -> Page:
        items, total = page(kind, limit, offset, **chosen)
        return page(kind, len(items), 0, **chosen)[0], total

    world.controller.do_instead("page", repeated)


@given(parsers.parse('the charge controller writes the {what} of {kind} "{name}" as {value}'))
def writes_otherwise(world: World, what: str, kind: str, name: str, value: str) -> None:
    page, id_ = world.controller.model.page, world.controller.find(kind, name)["id"]

    def otherwise(listed: str, limit: int | None = None, offset: int = 0, **chosen: int | None) -> Page:
        items, total = page(listed, limit, offset, **chosen)
        fields = {field_name(what): cell(value)}
        return [one | fields if (listed, one["id"]) == (kind, id_) else one for one in items], total

    world.controller.do_instead("page", otherwise)


@when("Building Operation subscribes to every value of the tree", target_fixture="subscribed")
def subscribes_to_everything(world: World) -> Subscribed:
    ids = [point.id for point in world.operation.browse().tree.points.values() if point.kind is Kind.VALUE]
    made = world.operation.client.subscribe(ids, event_type=VALUES, expires=HALF_AN_HOUR)
    assert [result.id for result in made.results if result.success] == ids
    return Subscribed(made.id)


@then(parsers.parse("the first notification brings each of them once, in pages of at most {size:d}"))
def brings_each_once(world: World, subscribed: Subscribed, size: int) -> None:
    points = world.operation.browse().tree.points.values()
    client, reference = world.operation.client, ""
    brought: list[str] = []
    sizes: list[int] = []
    while reference or not sizes:
        found = client.get_notification(subscribed.id, more_data_ref=reference or None)
        ids = [change.id for change in found.values]
        assert set(ids).isdisjoint(brought)  # or a page that comes again and again would never end
        brought += ids
        sizes.append(len(found.values))
        assert 0 < sizes[-1] <= size
        reference = found.more_data_ref if found.more_data_available else ""
    assert sorted(brought) == sorted(point.id for point in points if point.kind is Kind.VALUE)
    assert len(sizes) > 1
