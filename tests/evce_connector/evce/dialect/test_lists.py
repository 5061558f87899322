"""Where lists are: in requests of their own, one for each parent, inside of it, or in another list's answer."""

from __future__ import annotations

from typing import Any

import pytest
from evce_connector.evce.errors import EvceAnswerError, EvceRefusalError

from tests.evce_connector.evce.dialect.told import Told, api_of, connector, edited, field, site, station, zone

STATIONS_EACH = (
    ('[stations]\npath = "/stations"', '[stations]\npath = "/zones/{id}/stations"\neach = true'),
    field("stations", "zone_id", '"^.id"'),
)
CONNECTORS_EACH = (
    ('[connectors]\npath = "/connectors"', '[connectors]\npath = "/stations/{id}/connectors"\neach = true'),
    field("connectors", "station_id", '"^.id"'),
)
INSIDE = (
    ('[stations]\npath = "/stations"\nitems = "items"', '[stations]\ninside = true\nitems = "points"'),
    ('[connectors]\npath = "/connectors"\nitems = "items"', '[connectors]\ninside = true\nitems = "plugs"'),
    field("stations", "zone_id", '"^.id"'),
    field("connectors", "station_id", '"^.id"'),
)
TREE = [
    zone(id=1, points=[station(id=11, plugs=[connector(id=111), connector(id=112)]), station(id=12, plugs=[])]),
    zone(id=2, points=[station(id=21, plugs=[connector(id=211)])]),
]


def ids(objects: list[Any], parent: str) -> list[tuple[int, int]]:
    return [(one["id"], one[parent]) for one in objects]


def test_a_list_is_the_answer_itself_where_the_profile_names_no_place() -> None:
    told = Told(site() | {"/zones": [zone(id=5)]})
    assert (
        api_of(edited(('path = "/zones"\nitems = "items"', 'path = "/zones"'))).fetch(told).zones.objects[0]["id"] == 5
    )


def test_a_list_is_found_in_its_envelope() -> None:
    told = Told(site() | {"/zones": {"data": {"list": [zone(id=5)]}}})
    text = edited(('path = "/zones"\nitems = "items"', 'path = "/zones"\nitems = "data.list"'))
    assert api_of(text).fetch(told).zones.objects[0]["id"] == 5


def test_an_object_instead_of_a_list_is_its_values_each_with_its_key() -> None:
    told = Told(site() | {"/zones": {"items": {"7": {"name": "A"}, "9": {"name": "B"}}}})
    text = edited(field("zones", "id", '{ at = "$key", as = "text" }'))
    zones = api_of(text).fetch(told).zones.objects
    assert [(one["id"], one["name"]) for one in zones] == [(7, "A"), (9, "B")]


@pytest.mark.parametrize("document", [{}, {"items": None}, {"items": 5}, {"items": {"error": "no"}}, [], "no", None])
def test_a_list_that_is_not_where_the_profile_says_is_no_answer(document: object) -> None:
    with pytest.raises(EvceAnswerError, match="at /zones: there is no list where the profile says"):
        api_of(edited()).fetch(Told(site() | {"/zones": document}))


ABSENT = ("[connectors]\ninside = true", '[connectors]\ninside = true\nabsent = "empty"')


@pytest.mark.parametrize("plugs", [{}, {"plugs": None}])
def test_a_list_inside_that_is_not_there_is_no_answer_and_the_error_names_object_and_path(
    plugs: dict[str, None],
) -> None:
    why = (
        r"at /zones: no list of connectors stands at 'plugs' of the station 11: if that has none, write "
        r'absent = "empty" into \[connectors\] of the profile'
    )
    with pytest.raises(EvceAnswerError, match=why):
        api_of(edited(*INSIDE)).fetch(Told(site(zones=[zone(points=[station(id=11, **plugs)])])))


@pytest.mark.parametrize("plugs", [{}, {"plugs": None}, {"plugs": []}])
def test_a_list_inside_that_is_not_there_is_empty_where_the_profile_says_so(plugs: dict[str, object]) -> None:
    points = [station(id=11, **plugs), station(id=12, plugs=[connector(id=121)])]
    raw = api_of(edited(*INSIDE, ABSENT)).fetch(Told(site(zones=[zone(points=points)])))
    assert ids(raw.connectors.objects, "stationId") == [(121, 12)]


def test_what_stands_there_instead_of_a_list_inside_is_no_empty_one() -> None:
    told = Told(site(zones=[zone(points=[station(id=11, plugs="none")])]))
    with pytest.raises(EvceAnswerError, match=r"no list of connectors stands at 'plugs' of the station 11\.$"):
        api_of(edited(*INSIDE, ABSENT)).fetch(told)


def test_lists_inside_belong_to_the_objects_that_they_stand_in() -> None:
    told = Told(site(zones=TREE))
    raw = api_of(edited(*INSIDE)).fetch(told)
    assert ids(raw.stations.objects, "zoneId") == [(11, 1), (12, 1), (21, 2)]
    assert ids(raw.connectors.objects, "stationId") == [(111, 11), (112, 11), (211, 21)]
    assert told.asked == ["/system", "/zones"]


def test_a_field_may_stand_two_parents_up() -> None:
    text = edited(*INSIDE, ('error_code = "errorCode"', 'error_code = "^.^.name"'))
    assert api_of(text).fetch(Told(site(zones=TREE))).connectors.objects[0]["errorCode"] == "Z1"


def test_lists_for_each_parent_are_asked_for_by_its_id() -> None:
    told = Told(
        site(zones=[zone(id=1), zone(id=2)])
        | {"/zones/1/stations": {"items": [station(id=11)]}, "/zones/2/stations": {"items": [station(id=21)]}}
        | {"/stations/11/connectors": {"items": [connector(id=111)]}, "/stations/21/connectors": {"items": []}}
    )
    raw = api_of(edited(*STATIONS_EACH, *CONNECTORS_EACH)).fetch(told)
    assert ids(raw.stations.objects, "zoneId") == [(11, 1), (21, 2)]
    assert ids(raw.connectors.objects, "stationId") == [(111, 11)]
    assert len(told.asked) == 6


def test_an_id_is_written_into_a_path_so_that_it_stays_one_part_of_it() -> None:
    text = edited(*STATIONS_EACH, ("[zones]", '[zones]\nids = "text"'), ("[stations]", '[stations]\nids = "text"'))
    told = Told(site(zones=[zone(id="a/b ?")]) | {"/zones/a%2Fb%20%3F/stations": {"items": []}})
    assert api_of(text).fetch(told).stations.objects == []


@pytest.mark.parametrize("id_", [None, "", []])
def test_a_parent_without_an_id_cannot_be_asked_for_its_objects(id_: object) -> None:
    with pytest.raises(EvceAnswerError, match=r"/zones/\{id\}/stations: an object without an id"):
        api_of(edited(*STATIONS_EACH)).fetch(Told(site(zones=[zone(id=id_)])))


@pytest.mark.parametrize(("named", "where"), [("system", "/system"), ("zones", "/zones")])
def test_a_list_stands_in_the_answer_to_another_request_that_is_made_once(named: str, where: str) -> None:
    documents = site()
    documents[where] |= {"more": [station(id=7)]}
    text = edited(('path = "/stations"\nitems = "items"', f'document = "{named}"\nitems = "more"'))
    told = Told(documents)
    assert api_of(text).fetch(told).stations.objects[0]["id"] == 7
    assert told.asked == ["/system", "/zones", "/connectors"]


def test_all_lists_may_stand_in_one_document() -> None:
    documents = site()
    text = edited(
        ('path = "/zones"\nitems = "items"', 'document = "system"\nitems = "z"'),
        ('path = "/stations"\nitems = "items"', 'document = "zones"\nitems = "s"'),
        ('path = "/connectors"\nitems = "items"', 'document = "stations"\nitems = "c"'),
    )
    told = Told({"/system": documents["/system"] | {"z": [zone()], "s": [station()], "c": [connector()]}})
    raw = api_of(text).fetch(told)
    assert (raw.zones.objects, raw.stations.objects, raw.connectors.objects) == ([zone()], [station()], [connector()])
    assert told.asked == ["/system"]


def test_two_lists_at_the_same_path_are_one_request() -> None:
    documents = site() | {"/zones": {"items": [zone()], "stations": [station()]}}
    told = Told(documents)
    api_of(edited(('path = "/stations"\nitems = "items"', 'path = "/zones"\nitems = "stations"'))).fetch(told)
    assert told.asked == ["/system", "/zones", "/connectors"]


def test_each_poll_asks_anew() -> None:
    told, api = Told(site()), api_of(edited())
    api.fetch(told)
    api.fetch(told)
    assert len(told.asked) == 8


def test_a_query_is_carried_by_each_request_of_its_list() -> None:
    text = edited(("[zones]", '[zones]\nquery = { view = "full", depth = 2 }'))
    told = Told(site() | {"/zones?view=full&depth=2": {"items": [zone(id=5)]}})
    assert api_of(text).fetch(told).zones.objects[0]["id"] == 5


def test_what_reads_a_word_to_skip_is_left_out_and_all_that_belongs_to_it() -> None:
    tree = [TREE[0] | {"state": "gone"}, TREE[1] | {"state": "here"}]
    text = edited(*INSIDE, ("[zones]", '[zones]\nskip = { state = ["gone", "lost"] }'))
    raw = api_of(text).fetch(Told(site(zones=tree)))
    assert [one["id"] for one in (*raw.zones.objects, *raw.stations.objects, *raw.connectors.objects)] == [2, 21, 211]


def test_a_number_is_skipped_by_its_text() -> None:
    text = edited(("[connectors]", '[connectors]\nskip = { "maxCurrent" = ["16"] }'))
    told = Told(site(connectors=[connector(id=1), connector(id=2, maxCurrent=16)]))
    assert [one["id"] for one in api_of(text).fetch(told).connectors.objects] == [1]


def test_an_id_that_stands_twice_in_a_list_is_no_answer() -> None:
    with pytest.raises(EvceAnswerError, match="at /zones: the id 3 stands in it twice"):
        api_of(edited()).fetch(Told(site(zones=[zone(id=3), zone(id=4), zone(id=3)])))


def test_objects_without_an_id_are_passed_on_for_whoever_names_them() -> None:
    raw = api_of(edited()).fetch(Told(site(zones=[{"name": "A"}, {"name": "B"}, {"id": [], "name": "C"}])))
    assert raw.zones.objects == [{"name": "A"}, {"name": "B"}, {"id": [], "name": "C"}]


def test_a_system_without_a_request_says_what_the_profile_says() -> None:
    whole = edited()
    fields = whole[whole.index("[system]") : whole.index("[zones]")]
    text = whole.replace(fields, '[system]\n[system.fields]\nname = { value = "N" }\napi_version = { value = "1" }\n\n')
    told = Told(site())
    assert api_of(text).fetch(told).system == {"name": "N", "apiVersion": "1"}
    assert "/system" not in told.asked


def test_who_answers_is_found_in_its_envelope() -> None:
    text = edited(('path = "/system"', 'path = "/system"\nat = "about.me"'))
    assert api_of(text).system(Told({"/system": {"about": {"me": {"name": "N"}}}})) == {"name": "N"}
    assert api_of(text).system(Told({"/system": {}})) == {}


def test_the_pages_of_a_list_are_kept_as_the_contracts() -> None:
    raw = api_of(edited()).fetch(Told(site(connectors=[connector(id=number) for number in range(1, 2002)])))
    assert [page.count(b'"id":') for page in raw.connectors.pages] == [1000, 1000, 1]
    assert raw.zones.pages[0].startswith(b'{"items":[{"id":1,"name":"Z1"')
    assert api_of(edited()).fetch(Told(site() | {"/zones": {"items": []}})).zones.pages == [b'{"items":[]}']


ONE = ("[connectors]", '[connectors]\none = "/stations/{parent}/connectors/{id}"\none_at = "it"')


def test_a_single_object_is_asked_for_by_its_own_id_and_its_parents() -> None:
    told = Told(
        site(connectors=[connector(id=5)]) | {"/stations/1/connectors/5": {"it": connector(id=5, status="new")}}
    )
    api = api_of(edited(ONE))
    api.fetch(told)
    assert api.get(told, "connectors", 5) == connector(id=5, status="new")
    assert told.asked[4:] == ["/stations/1/connectors/5"]


def test_a_single_object_keeps_the_parents_that_it_had_in_the_last_list() -> None:
    text = edited(*INSIDE, ("[connectors]", '[connectors]\none = "/connectors/{id}"'))
    told = Told(site(zones=TREE) | {"/connectors/211": connector(id=211)})
    found: Any = api_of(text).get(told, "connectors", 211)
    assert found["stationId"] == 21


def test_a_single_object_keeps_the_key_at_which_it_stood_in_the_last_list() -> None:
    text = edited(field("zones", "id", '{ at = "$key", as = "text" }'), ("[zones]", '[zones]\none = "/zones/{id}"'))
    found: Any = api_of(text).get(
        Told(site(zones={"7": zone(id=0)}) | {"/zones/7": zone(id=0, name="new")}), "zones", 7
    )
    assert (found["id"], found["name"]) == (7, "new")


@pytest.mark.parametrize("document", [{}, {"it": None}, {"it": [connector()]}])
def test_a_single_object_that_is_not_there_is_no_answer(document: object) -> None:
    with pytest.raises(EvceAnswerError, match="there is no object where one is expected"):
        api_of(edited(ONE)).get(Told(site() | {"/stations/1/connectors/1": document}), "connectors", 1)


def test_a_refused_single_object_is_the_controllers_refusal() -> None:
    with pytest.raises(EvceRefusalError):
        api_of(edited(ONE)).get(Told(site()), "connectors", 1)


def test_without_a_request_for_one_object_its_list_is_asked_for_again() -> None:
    told, api = Told(site(connectors=[connector(id=1), connector(id=2)])), api_of(edited())
    api.fetch(told)
    told.documents["/connectors"] = {"items": [connector(id=2, status="new")]}
    found: Any = api.get(told, "connectors", 2)
    assert found["status"] == "new"
    assert told.asked[4:] == ["/connectors"]
    with pytest.raises(EvceAnswerError, match="at /connectors: 1 is no longer among its connectors"):
        api.get(told, "connectors", 1)


def test_no_more_is_asked_for_again_than_the_way_to_the_object() -> None:
    told = Told(
        site(zones=[zone(id=1), zone(id=2)])
        | {"/zones/1/stations": {"items": [station(id=11)]}, "/zones/2/stations": {"items": [station(id=21)]}}
        | {"/stations/11/connectors": {"items": [connector(id=111)]}, "/stations/21/connectors": {"items": []}}
    )
    api = api_of(edited(*STATIONS_EACH, *CONNECTORS_EACH))
    api.fetch(told)
    assert api.get(told, "connectors", 111) == connector(id=111, stationId=11)
    assert told.asked[6:] == ["/stations/11/connectors"]


def test_an_object_inside_others_is_found_again_with_them() -> None:
    told, api = Told(site(zones=TREE)), api_of(edited(*INSIDE))
    api.fetch(told)
    assert api.get(told, "connectors", 211) == connector(id=211, stationId=21)
    assert told.asked[2:] == ["/zones"]


def test_where_there_was_no_list_yet_the_lists_are_asked_for_first() -> None:
    told = Told(site(connectors=[connector(id=5)]) | {"/stations/1/connectors/5": {"it": connector(id=5)}})
    api_of(edited(ONE)).get(told, "connectors", 5)
    assert told.asked == ["/system", "/zones", "/stations", "/connectors", "/stations/1/connectors/5"]


def test_an_object_that_is_in_no_list_cannot_be_fetched() -> None:
    with pytest.raises(EvceAnswerError, match="at /zones: 9 is not among its zones"):
        api_of(edited()).get(Told(site()), "zones", 9)
