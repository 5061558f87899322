"""Of a dialect's answers what the profile reads stays, but for names and ids; of all else nothing but the shape."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from evce_connector.evce import profile as profiles
from evce_connector.evce.dialect.declared import Dialect
from evce_connector.probe.dialect.anonymising import DialectAnonymiser

PASSWORD = "correct-horse-battery"
PROFILE = """
format = 2
api_version = "1"

[login]
kind = "basic"

[system]
path = "/me"
at = "answer"

[system.fields]
name = "who"
time = "now"

[zones]
path = "/rooms"
items = "rooms"
ids = "text"
PAGES

[zones.fields]
id = "key"
name = "title"
type = { at = "kind", words = "kinds" }
max_current = "meters[what=limit].amps"
set_point_current = "set"
set_point_power = { value = 1 }
number_of_transactions = { value = 0 }
reduction = "cut"

[zones.reduction]
value = "by"
type = { value = "percentage" }
description = "why"
validity = "until"
validity_mode = { value = "absolute" }

[stations]
path = "/rooms/{id}/posts"
each = true
items = "posts"
ids = "text"

[stations.fields]
id = "$key"
zone_id = "^.key"
friendly_name = "title"
ocpp_identifier = "$key"
type = { value = "ocpp1.6" }
serial_number = "serial"
model = "model"
version = "version"
ip_address = "ip"
cpo_url = { value = "" }
accepted_by_cpo = { value = true }
connected = { value = true }
status = "status"
authentication_mode = { value = "unknown" }
disconnected_authentication_mode = { value = "unknown" }

[connectors]
inside = true
items = "plugs"

[connectors.fields]
id = "no"
station_id = "^.$key"
logical_connector = "no"
status = "status"
available = "on"
dc = { value = false }
fixed_set_point = { value = false }
max_current = { value = 16 }
max_power = { value = 11 }
phase_connection = { at = "wires", join = "," }
set_point_current = { value = 16 }
set_point_power = { value = 11 }
active_power = "p"
rms_current = "i"
active_energy = { at = "energy", as = "text" }
transaction_id = "session"

[words.kinds]
fixed = "STATIC"
"""
ROOMS: dict[str, Any] = {
    "rooms": [
        {
            "key": "north-hall",
            "title": "North Hall",
            "kind": "fixed",
            "set": 40,
            "meters": [{"what": "voltage", "amps": 1}, {"what": "limit", "amps": 63}],
            "cut": {"by": 20, "why": "for Jane", "until": "2026-03-02T07:00:00Z", "by_user": "jane"},
            "contact": {"phone": 4930123456, "vip": True, "none": None, "mails": ["a@b.example", ""]},
        }
    ],
    "admin_password": "hunter2!",
}
POSTS: dict[str, Any] = {
    "posts": {
        "EAST-0001": {
            "title": "East",
            "serial": 20240001,
            "model": "Column 22",
            "version": "1.2.3.4",
            "ip": "10.0.0.9",
            "status": "charging",
            "plugs": [
                {"no": 7, "status": "04A2B3C4D5", "on": True, "wires": ["L1", "L2"], "p": [1.5, 0, 0]}
                | {"i": [6, 0, 0], "energy": "1234567890", "session": "tx-0042"}
            ],
        }
    }
}


def dialect(folder: Path, pages: str = "") -> Dialect:
    return loaded(folder, PROFILE.replace("PAGES", pages))


def loaded(folder: Path, text: str) -> Dialect:
    file = folder / "dialect.toml"
    file.write_text(text, encoding="utf-8")
    read = profiles.load(str(file)).dialect
    assert read is not None
    return read


def cleaned(
    folder: Path, *answers: tuple[str, Any], guessed: frozenset[str] = frozenset(), keep_names: bool = False
) -> list[Any]:
    made = DialectAnonymiser(dialect(folder), answers, guessed, (PASSWORD, "bms"), keep_names=keep_names)
    return [made.body(document, path, {}) for path, document in answers]


def test_what_fields_read_stays_and_names_become_neutral(tmp_path: Path) -> None:
    (found,) = cleaned(tmp_path, ("/rooms", ROOMS))
    room = found["rooms"][0]
    read = {key: room[key] for key in ("title", "kind", "set", "cut")}
    assert read == {
        "title": "zone-1",
        "kind": "fixed",
        "set": 40,
        "cut": {"by": 20, "why": "reduction-1", "until": "2026-03-02T07:00:00Z", "by_user": "text"},
    }


def test_of_what_no_field_reads_the_kind_stays_and_nothing_else(tmp_path: Path) -> None:
    (found,) = cleaned(tmp_path, ("/rooms", ROOMS))
    assert found["rooms"][0]["contact"] == {"phone": 0, "vip": True, "none": None, "mails": ["text", ""]}


def test_the_element_of_a_list_that_a_word_tells_is_still_found_by_it(tmp_path: Path) -> None:
    (found,) = cleaned(tmp_path, ("/rooms", ROOMS))
    assert found["rooms"][0]["meters"] == [{"what": "voltage", "amps": 0}, {"what": "limit", "amps": 63}]


def test_an_id_is_the_same_in_objects_in_keys_and_in_paths(tmp_path: Path) -> None:
    answers = ("/rooms", ROOMS), ("/rooms/north-hall/posts", POSTS)
    made = DialectAnonymiser(dialect(tmp_path), answers)
    rooms, posts = (made.body(document, path, {}) for path, document in answers)
    own = rooms["rooms"][0]["key"]  # type: ignore[index, call-overload] # any JSON
    assert own == "zone-id-1"
    assert made.path("/rooms/north-hall/posts") == f"/rooms/{own}/posts"
    assert list(posts["posts"]) == ["station-id-2"]  # type: ignore[index, call-overload, arg-type] # as above


def test_a_serial_number_that_is_a_number_and_a_version_that_is_an_address_are_replaced(tmp_path: Path) -> None:
    _, found = cleaned(tmp_path, ("/rooms", ROOMS), ("/rooms/north-hall/posts", POSTS))
    (post,) = found["posts"].values()
    assert {key: post[key] for key in ("serial", "model", "ip")} == {
        "serial": 1,
        "model": "Column 22",
        "ip": "198.18.0.1",
    }
    assert post["version"] == "text"


def test_a_text_of_many_digits_is_no_word_of_a_status_but_a_meter_and_a_session_stay_readable(tmp_path: Path) -> None:
    _, found = cleaned(tmp_path, ("/rooms", ROOMS), ("/rooms/north-hall/posts", POSTS))
    (post,) = found["posts"].values()
    (plug,) = post["plugs"]
    assert plug == {
        "no": 7,
        "status": "text",
        "on": True,
        "wires": ["L1", "L2"],
        "p": [1.5, 0, 0],
        "i": [6, 0, 0],
        "energy": "1234567890",
        "session": "session-id-3",
    }


def test_what_a_guess_reads_does_not_stay_as_a_word(tmp_path: Path) -> None:
    posts = {"posts": {"1": {"title": "a", "status": "Jane", "plugs": []}}}
    guessed = frozenset({"stations.status"})
    _, found = cleaned(tmp_path, ("/rooms", ROOMS), ("/rooms/north-hall/posts", posts), guessed=guessed)
    assert found["posts"]["1"]["status"] == "text"


def test_what_a_guess_reads_at_a_persons_key_does_not_stay_as_a_number(tmp_path: Path) -> None:
    rooms = {"rooms": [ROOMS["rooms"][0] | {"user_card": 4711}]}
    text = PROFILE.replace('"set"', '"user_card"').replace("PAGES", "")
    answers = [("/rooms", rooms)]
    for guessed, card in ((frozenset({"zones.set_point_current"}), 0), (frozenset[str](), 4711)):
        found: Any = DialectAnonymiser(loaded(tmp_path, text), answers, guessed).body(rooms, "/rooms", {})
        assert found["rooms"][0]["user_card"] == card


def test_of_an_address_that_is_an_id_only_what_is_read_of_it_is_left(tmp_path: Path) -> None:
    rooms = {"rooms": [ROOMS["rooms"][0] | {"key": "https://evce.hospital.example/east/rooms/north-hall"}]}
    text = PROFILE.replace('id = "key"', 'id = { at = "key", as = "last-part" }').replace("PAGES", "")
    made = DialectAnonymiser(loaded(tmp_path, text), [("/rooms", rooms)])
    found: Any = made.body(rooms, "/rooms", {})
    assert found["rooms"][0]["key"] == "/zones/zone-id-1"
    assert made.path("/rooms/north-hall/posts") == "/rooms/zone-id-1/posts"


def test_a_parameter_that_the_profile_has_stays_and_a_secret_one_does_not(tmp_path: Path) -> None:
    made = DialectAnonymiser(dialect(tmp_path), [])
    told = {"view": "all-of-it", "token": "abc-def"}
    assert made.query(told | {"page": "2"}, told) == {"view": "all-of-it", "token": "removed", "page": "2"}


def test_a_word_that_repeats_the_password_goes(tmp_path: Path) -> None:
    posts = {"posts": {"1": {"title": "a", "status": PASSWORD, "plugs": []}}}
    _, found = cleaned(tmp_path, ("/rooms", ROOMS), ("/rooms/north-hall/posts", posts))
    assert found["posts"]["1"]["status"] == "removed"


@pytest.mark.parametrize("keep_names", [False, True])
def test_a_secret_goes_whatever_may_be_kept(tmp_path: Path, *, keep_names: bool) -> None:
    rooms = {"rooms": [ROOMS["rooms"][0] | {"title": f"let in by {PASSWORD}"}], "admin_password": "hunter2!"}
    (found,) = cleaned(tmp_path, ("/rooms", rooms), keep_names=keep_names)
    assert found["admin_password"] == "removed"
    assert not re.search(f"hunter2|{PASSWORD}", str(found))
    assert ("North" in str(found) or "north-hall" in str(found)) is keep_names


def test_an_object_whose_own_key_sounds_like_a_secret_is_read_all_the_same(tmp_path: Path) -> None:
    posts = {"posts": {"PIN-7": POSTS["posts"]["EAST-0001"]}}
    _, found = cleaned(tmp_path, ("/rooms", ROOMS), ("/rooms/north-hall/posts", posts))
    assert [post["status"] for post in found["posts"].values()] == ["charging"]


def test_keys_that_may_name_somebody_are_replaced_where_nobody_reads_them(tmp_path: Path) -> None:
    (found,) = cleaned(tmp_path, ("/rooms", ROOMS | {"by": {"04A2B3C4": 1, "Jane Doe": 1, "bms": 1, "last_week": 1}}))
    assert list(found["by"]) == ["key-1", "key-2", "removed-3", "last_week"]


def test_the_next_cursor_leads_to_the_same_request(tmp_path: Path) -> None:
    pages = 'pages = { by = "cursor", key = "after", next = "token", total = "count" }'
    first, second = ROOMS | {"token": "bm9ydGgtaGFsbA==/42", "count": 2}, ROOMS | {"token": "", "count": 2}
    made = DialectAnonymiser(dialect(tmp_path, pages), [("/rooms", first), ("/rooms", second)])
    found: Any = made.body(first, "/rooms", {})
    assert (found["token"], found["count"]) == ("page-1", 2)
    assert made.query({"after": "bm9ydGgtaGFsbA==/42"}, {}) == {"after": "page-1"}


@pytest.mark.parametrize("next_", ["", ', next = "more"'])
def test_the_next_address_leads_to_the_same_request_and_names_no_host(tmp_path: Path, next_: str) -> None:
    address = "https://evce.hospital.example/site/rooms?after=north-hall&limit=2"
    rooms = ROOMS | {"more": address}
    made = DialectAnonymiser(dialect(tmp_path, f'pages = {{ by = "link"{next_} }}'), [("/rooms", rooms)])
    found: Any = made.body(rooms, "/rooms", {})
    header = made.link(f'<{address}>; rel="next", <https://evce.hospital.example/>; rel="first"', "/rooms", {})
    (query,) = re.findall(r"\?(.*)>", header)
    assert header == f'</api/v2/rooms?{query}>; rel="next"'
    after = made.query({"after": "north-hall", "limit": "2"}, {})
    assert query == "&".join(f"{key}={value}" for key, value in after.items())
    assert found["more"] == (f"/api/v2/rooms?{query}" if next_ else "text")
