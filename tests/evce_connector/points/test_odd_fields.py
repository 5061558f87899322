"""Any one field of any object made odd, at set-up or later: all other data points are what the guide's words say."""

from __future__ import annotations

from copy import deepcopy

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce.profile import Profile
from evce_connector.evce.reader import SiteReader
from evce_connector.points.site_items import SiteItems
from evce_connector.points.staleness import Ages
from evce_connector.points.tree import Tree
from evce_connector.site.model import RawList, RawSite, Site
from evce_connector.site.values import State, to_wire

from tests.evce_connector.points.odd_site import (
    LISTS,
    ODD,
    ONE_FIELD,
    PLACE,
    SET_UP_FIELDS,
    Report,
    all_of,
    changed,
    depending,
    missing_it,
    objects,
    odd_sites,
    outside_the_guide,
    path_of,
    values,
    whole_site,
    without,
)


class Bench:
    """A connector's reader and items, fed with one report after the other."""

    def __init__(self, profile: Profile) -> None:
        self.reader = SiteReader(profile)
        self.items = SiteItems(Tree("EVCE Ews Server"), ManualClock(), Ages.of(15, 15))

    def read(self, report: Report) -> Site:
        return self.reader.read(RawSite({}, *(RawList([], deepcopy(report[name])) for name in LISTS.values())))

    def shown(self) -> dict[str, tuple[str, State]]:
        items = (item for item in self.items.tree.items() if not item.id.startswith("Interface/"))
        return {item.id: (to_wire(item.value), item.state) for item in items}


def expect(bench: Bench, report: Report, uncertain: set[str], how: str = "") -> None:
    """Hold what is shown against the oracle's values, and the states against what should be Uncertain."""
    shown = bench.shown()
    expected = values(report)
    assert shown.keys() == expected.keys()
    wrong = {id_: (shown[id_][0], value) for id_, value in expected.items() if not same(shown[id_][0], value)}
    assert (how, wrong) == (how, {})
    assert (how, {id_ for id_, (_, state) in shown.items() if state is not State.GOOD}) == (how, uncertain)
    assert {shown[id_][1] for id_ in uncertain} <= {State.UNCERTAIN}


def same(shown: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return shown == str(value)
    return float(shown) == pytest.approx(float(value), abs=1e-6)


@pytest.mark.parametrize(("kind", "field"), ONE_FIELD)
def test_an_odd_field_at_set_up_touches_only_what_needs_it(profile: Profile, kind: str, field: str) -> None:
    for how, number, odd, seen, readable in odd_sites(kind, field, last=False):
        bench = Bench(profile)
        read = bench.read(odd)
        bench.items.set_up(read)
        bench.items.poll(bench.read(odd))
        uncertain = set() if readable else depending(seen, kind, number, field)
        expect(bench, seen, uncertain | outside_the_guide(seen), how)
        assert (how, list(read.unreadable)) == (how, [] if readable else [path_of(kind, number, field)])


@pytest.mark.parametrize(("kind", "field"), ONE_FIELD)
def test_an_odd_field_in_a_poll_touches_only_what_needs_it(profile: Profile, kind: str, field: str) -> None:
    for how, number, odd, seen, readable in odd_sites(kind, field, last=True):
        bench, before = Bench(profile), whole_site()
        bench.items.set_up(bench.read(before))
        bench.items.poll(bench.read(before))
        read = bench.read(odd)
        bench.items.poll(read)
        if (kind, field) in SET_UP_FIELDS:  # no poll touches them, readable or not
            expect(bench, before, outside_the_guide(before), how)
        else:
            uncertain = set() if readable else depending(seen, kind, number, field)
            expect(bench, seen, uncertain | outside_the_guide(seen), how)
        assert (how, list(read.unreadable)) == (how, [] if readable else [path_of(kind, number, field)])
        bench.items.poll(bench.read(before))
        expect(bench, before, outside_the_guide(before))


@pytest.mark.parametrize(("kind", "field"), sorted(PLACE))
@pytest.mark.parametrize("how", ["null", "text", "not a number", "list", "object", "absent"])
def test_an_odd_id_in_a_poll_leaves_everything_in_its_place(profile: Profile, kind: str, field: str, how: str) -> None:
    for number in objects(kind, field):
        bench, site = Bench(profile), whole_site()
        bench.items.set_up(bench.read(site))
        bench.items.poll(bench.read(site))
        read = bench.read(changed(site, kind, number, field, ODD[how]))
        bench.items.poll(read)
        uncertain = all_of(site, kind, number) if field == "id" else set()  # nobody can tell any more which it is
        expect(bench, site, uncertain | outside_the_guide(site))
        path = f"{LISTS[kind]}[{number}]/id" if field == "id" else path_of(kind, number, field)
        assert list(read.unreadable) == [path]


@pytest.mark.parametrize(("kind", "field"), sorted(PLACE))
@pytest.mark.parametrize("how", ["null", "text", "not a number", "list", "object", "absent"])
def test_what_has_no_place_at_set_up_makes_uncertain_what_would_count_it_until_it_has(
    profile: Profile, kind: str, field: str, how: str
) -> None:
    for number in objects(kind, field):
        bench, site = Bench(profile), whole_site()
        odd = changed(site, kind, number, field, ODD[how])
        read = bench.read(odd)
        bench.items.set_up(read)
        bench.items.poll(bench.read(odd))
        rest = without(site, kind, number)
        expect(bench, rest, missing_it(site, rest, kind, number, field) | outside_the_guide(rest))
        assert list(read.unreadable) == [
            f"{LISTS[kind]}[{number}]/id" if field == "id" else path_of(kind, number, field)
        ]
        now = bench.read(site)
        while bench.items.enter_left_out(now):
            pass
        bench.items.poll(now)
        expect(bench, site, outside_the_guide(site))
