"""Reading a site again and again: what cannot be read keeps its last values and is named."""

from __future__ import annotations

import pytest

from tests.evce_connector.site_file import SiteFile


def test_a_whole_site_is_read(campus: SiteFile) -> None:
    site = campus.read()
    assert (len(site.zones), len(site.stations), len(site.connectors)) == (6, 40, 70)
    assert (site.unreadable, site.left_out) == ({}, {})
    assert not any(one.missing for kind in (site.zones, site.stations, site.connectors) for one in kind.values())


def test_what_did_not_change_is_the_very_same_object(campus: SiteFile) -> None:
    first = campus.read()
    campus.change("station", 1, status="faulted")
    second = campus.read()
    assert second.stations[1] is not first.stations[1]
    assert second.stations[2] is first.stations[2]


def test_a_bad_field_keeps_its_last_value_and_is_named_and_all_others_are_read(campus: SiteFile) -> None:
    before = campus.read().connectors[(1, 1)]
    campus.change("connector", before.id, activePower=None, status="faulted")
    site = campus.read()
    missing = frozenset({"active_power.1", "active_power.2", "active_power.3"})
    assert site.connectors[(1, 1)] == before._replace(status="faulted", missing=missing)
    assert list(site.unreadable) == [f"connectors/{before.id}/activePower"]


def test_a_bad_field_that_was_never_good_is_empty(campus: SiteFile) -> None:
    campus.change("zone", 1, maxCurrent="much")
    site = campus.read()
    assert (site.zones[1].max_current, site.zones[1].missing) == (0, {"max_current"})
    assert site.unreadable == {"zones/1/maxCurrent": "'much' is not a usable number"}


def test_a_field_stays_bad_until_it_is_good_again(campus: SiteFile) -> None:
    campus.read()
    campus.change("station", 3, connected=None)
    campus.read()
    assert campus.read().stations[3].missing == {"connected"}
    campus.change("station", 3, connected=False)
    site = campus.read()
    assert (site.stations[3].missing, site.unreadable, site.stations[3].connected) == (set(), {}, False)


@pytest.mark.parametrize("nonsense", [None, 7, "zone", [], {}, {"id": None}, {"id": "2"}, {"id": True}, {"id": 2.0}])
def test_while_an_object_has_no_id_none_that_is_missing_counts_as_gone(campus: SiteFile, nonsense: object) -> None:
    before = campus.read().zones[2]
    campus.zones[1] = nonsense
    site = campus.read()
    assert site.zones[2].missing >= {"name", "type", "max_current", "reduction.value"}
    assert site.zones[2]._replace(missing=before.missing) == before
    assert list(site.unreadable) == ["zones[1]/id"]
    assert site.left_out == {}


def test_an_object_that_is_missing_is_gone(campus: SiteFile) -> None:
    campus.read()
    campus.remove("station", 2)
    site = campus.read()
    assert 2 not in site.stations
    assert site.unreadable == {}


def test_two_connectors_with_one_place_are_named_and_the_first_one_holds(campus: SiteFile) -> None:
    first = campus.connectors[0]
    campus.connectors.append(first | {"id": 999, "status": "faulted"})
    site = campus.read()
    assert site.connectors[(1, 1)].id == first["id"]
    assert "(1, 1) is taken by connectors/1" in site.unreadable["connectors/999"]
    assert campus.reader.raw_objects()["connectors"][(1, 1)] == first


def test_what_is_kept_for_a_restart_includes_the_last_good_of_what_is_bad(campus: SiteFile) -> None:
    campus.read()
    good = campus.station(4)
    campus.change("station", 4, status=None)
    campus.read()
    assert campus.reader.replaced() == {"stations": [good]}
    assert campus.reader.raw_objects()["stations"][4] == good
