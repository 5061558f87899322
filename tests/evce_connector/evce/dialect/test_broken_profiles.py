"""Profiles of format 2 that cannot be used: one sentence each, with the line, the key and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from evce_connector.evce import profile
from evce_connector.evce.dialect.lines import line_of
from evce_connector.evce.profile import ProfileError

from tests.evce_connector.evce.dialect.told import PLAIN, edited, file_of, read

INSIDE = (
    ('[stations]\npath = "/stations"\nitems = "items"', '[stations]\ninside = true\nitems = "points"'),
    ('[connectors]\npath = "/connectors"\nitems = "items"', '[connectors]\ninside = true\nitems = "plugs"'),
)


def pages(said: str) -> tuple[str, str]:
    return "[zones]", f"[zones]\npages = {{ {said} }}"


def login(said: str) -> tuple[str, str]:
    return "[system]", f"[login]\n{said}\n\n[system]"


def headers(said: str) -> tuple[str, str]:
    return "[words.links]", f"[headers]\n{said}\n\n[words.links]"


def name_is(said: str) -> tuple[str, str]:
    return '[zones.fields]\nid = "id"\nname = "name"', f'[zones.fields]\nid = "id"\nname = {said}'


VALIDITY = 'validity = "validity"'
TIME = 'time = "time"'
POWER = 'active_power = "activePower"'
BODY = 'body = { value = "{taken}", validity = "{validity}" }'
PLUG_BODY = 'body = { available = "{available}" }'
TOKEN = 'kind = "token"\npath = "/t"\n'
FIELDS = 'fields = { u = "{login}" }\n'

BROKEN = [
    # the whole
    (('api_version = "1"', ""), "api_version is missing: write the version that the controller says of itself"),
    (('api_version = "1"', "api_version = 1"), "line 3, api_version must be the version"),
    (("[words.links]", "[colour]\na = 1\n[words.links]"), "colour is not known: take it out, or write one of format,"),
    (("on = true", "on = [1]"), "words.links.on must be a text, a number, true or false, not [1]"),
    (("[words.links]", "[word]\n[words.links]"), "word is not known"),
    # system
    (('path = "/system"', 'path = "system"'), "line 6, system.path must begin with /, not 'system'"),
    (
        ('path = "/system"', 'path = "/system/{id}"'),
        "system.path has the placeholder {id}, which is not known here: there is none",
    ),
    (('path = "/system"', ""), "system.fields.name needs [system] path, or { value = ... } instead of a path"),
    (
        ('path = "/system"', 'at = "x"\n[system.f]\n'),
        "system.f is not known: take it out, or write one of path, at, fields",
    ),
    # where lists are
    (
        ("[zones]", "[zones]\ninside = true"),
        "zones.inside has no meaning for zones, which have no parents: take it out",
    ),
    (("[zones]", "[zones]\neach = true"), "zones.each has no meaning for zones, which have no parents"),
    (("[zones]", "[zones]\nevery = true"), "zones.every is not known"),
    (("[zones]", '[zones]\nids = "uuid"'), "zones.ids must be number or text, not 'uuid'"),
    (
        ("[zones]", '[zones]\ndocument = "system"'),
        "zones needs one of path, inside and document, and has path and document",
    ),
    (('path = "/zones"', ""), "zones needs one of path, inside and document, and has none of them"),
    (
        ('path = "/zones"', 'document = "stations"'),
        "zones.document must name a request above it that has a path (system), not 'stations'",
    ),
    (
        ("[stations]", "[stations]\ninside = true"),
        "stations needs one of path, inside and document, and has path and inside",
    ),
    (("[stations]", "[stations]\ninside = 1"), "stations.inside must be true or false, not 1"),
    (("[stations]", "[stations]\neach = true"), "stations.path must have {id}, the parent's own id, for each = true"),
    (
        ('[stations]\npath = "/stations"', "[stations]\neach = true\ninside = true"),
        "stations.each needs path, with {id}",
    ),
    (
        ('path = "/stations"', 'path = "/stations/{id}"'),
        "stations.path has the placeholder {id}, which is not known here",
    ),
    (
        ('[stations]\npath = "/stations"', "[stations]\ninside = true\nquery = { a = 1 }"),
        "stations.query has no meaning without path",
    ),
    (("[zones]", '[zones]\none_at = "x"'), "zones.one_at has no meaning without one: take it out"),
    (("[zones]", '[zones]\none = "/zones"'), "zones.one must have {id}, the object's own id"),
    (
        ("[zones]", '[zones]\none = "/zones/{id}/{parent}"'),
        "zones.one has the placeholder {parent}, which is not known here: there is {id}",
    ),
    (("[zones]", "[zones]\nquery = { a = [1] }"), "zones.query.a must be a text or a number, not [1]"),
    (("[zones]", '[zones]\nquery = "a=1"'), "zones.query must be a table, not 'a=1'"),
    (("[zones]", '[zones]\nskip = { state = "gone" }'), "zones.skip.state must be a list of words, not 'gone'"),
    (
        ("[zones]", '[zones]\nskip = { "a..b" = ["gone"] }'),
        "zones.skip.a..b must be a path: 'a..b' cannot be read after 'a'",
    ),
    # pages
    (pages('by = "offset"'), "line 15, zones.pages.key is missing: write the query parameter that carries the offset"),
    (pages('by = "cursor", key = "c"'), "zones.pages.next is missing: write the path of the next cursor"),
    (pages('by = "book", key = "c"'), "zones.pages.by must be offset, number, cursor or link, not 'book'"),
    (pages('key = "c"'), "zones.pages.by is missing: write offset, number, cursor or link"),
    (pages('by = "link", key = "c"'), 'zones.pages.key has no meaning for by = "link": take it out'),
    (pages('by = "offset", key = "c", first = 1'), 'zones.pages.first has no meaning for by = "offset"'),
    (pages('by = "offset", key = "c", next = "n"'), 'zones.pages.next has no meaning for by = "offset"'),
    (
        pages('by = "link", size = 5'),
        "zones.pages.size_key is missing: write the query parameter that carries the size",
    ),
    (pages('by = "link", size_key = "s"'), "zones.pages.size is missing: write how many objects to ask for"),
    (pages('by = "link", size_key = "s", size = 0'), "zones.pages.size must be a whole number of 1 or more, not 0"),
    (pages('by = "link", total = "a..b"'), "zones.pages.total must be a path: 'a..b' cannot be read"),
    (pages('by = "link", end = 404'), 'zones.pages.end has no meaning for by = "link": take it out'),
    (pages('by = "offset", key = "c", end = 200'), "zones.pages.end must be a status from 400 to 499, such as 404"),
    (pages('by = "offset", key = "c", end = 401'), "zones.pages.end must be another status: 401 asks for a login"),
    (pages('by = "offset", key = "c", end = "404"'), "zones.pages.end must be a whole number of 0 or more, not '404'"),
    (
        ('path = "/zones"\nitems = "items"', 'path = "/zones"\npages = { by = "link", next = "n" }'),
        "zones.pages.next has no meaning where the answer is the list itself, which has no place for it: name items,",
    ),
    (("[zones]", '[zones]\nabsent = "empty"'), "zones.absent has no meaning without inside = true: take it out"),
    (
        ('path = "/stations"\nitems = "items"', 'inside = true\nitems = "p"\nabsent = "none"'),
        "stations.absent must be empty or error, not 'none'",
    ),
    # fields
    (
        ('\nname = "name"\ntype = "type"', '\ntype = "type"'),
        "zones.fields.name is missing: write its path, or { value = ... }",
    ),
    (name_is("5"), "line 20, zones.fields.name must be a path, not 5"),
    (name_is('"a..b"'), "zones.fields.name must be a path: 'a..b' cannot be read after 'a'"),
    (name_is('"^.name"'), "zones.fields.name has 1 x ^ and no parent here: take ^ out"),
    (name_is("{}"), "line 20, zones.fields.name needs one of at, value and search, and has none of them"),
    (name_is('{ at = "a", value = 1 }'), "zones.fields.name needs one of at, value and search, and has at and value"),
    (name_is('{ value = 1, words = "links" }'), "zones.fields.name.words has no meaning beside value: take it out"),
    (name_is('{ at = "a", size = 1 }'), "zones.fields.name.size is not known"),
    (name_is('{ at = "a", unit = "W" }'), "zones.fields.name.unit has no meaning for name: take it out"),
    (name_is('{ at = "a", time = "s" }'), "zones.fields.name.time has no meaning for name"),
    (name_is('{ at = "a", split = "phases" }'), "zones.fields.name.split has no meaning for name"),
    (name_is('{ at = "a", counts = "left" }'), "zones.fields.name.counts has no meaning for name"),
    (name_is('{ at = "a", as = "word" }'), "zones.fields.name.as must be text or number, not 'word'"),
    (
        name_is('{ at = "a", words = "link" }'),
        "zones.fields.name.words names the table [words.link], which is not there: write it, or one of links",
    ),
    (name_is('{ at = "a", otherwise = 1 }'), "zones.fields.name.otherwise needs words: name a table [words.NAME]"),
    (
        name_is('{ at = "a", default = [1] }'),
        "zones.fields.name.default must be a text, a number, true or false, not [1]",
    ),
    (name_is('{ at = "a", as = "last-part" }'), "zones.fields.name.as must be text or number, not 'last-part'"),
    (name_is('{ at = "a", null = 1 }'), "zones.fields.name.null must be true or false, not 1"),
    (name_is('{ search = "a[" }'), "zones.fields.name.search must be a JMESPath expression: "),
    (
        name_is('["a", "b", "c"]'),
        "zones.fields.name has a list of paths, which only active_power and rms_current may have",
    ),
    (
        ("[zones.fields]\nid", '[zones.fields]\nnumber = "n"\nid'),
        'zones.fields.number is for texts as ids: write ids = "text" into [zones], or take it out',
    ),
    ((POWER, 'active_power = ["a", "b"]'), "connectors.fields.active_power must have three paths, one a phase, not 2"),
    (
        (POWER, 'active_power = { at = "a", unit = "mA" }'),
        "connectors.fields.active_power.unit must be kW or W, not 'mA'",
    ),
    (
        (POWER, 'active_power = { at = "a", split = "thirds" }'),
        "connectors.fields.active_power.split must be phases or each, not 'thirds'",
    ),
    (
        (TIME, 'time = { at = "t", time = "Moon/Base" }'),
        "system.fields.time.time must be iso, s, ms or a zone such as Europe/Paris, not 'Moon/Base'",
    ),
    (
        ('value = "value"', 'value = { at = "v", counts = "per cent" }'),
        "zones.reduction.value.counts must be taken, left, A, kW or W",
    ),
    (
        ('value = "value"', 'value = { at = "v", unit = "kW" }'),
        "zones.reduction.value.unit must be % or share, not 'kW'",
    ),
    (
        ('value = "value"', 'value = { at = "v", unit = "share", counts = "kW" }'),
        "zones.reduction.value.unit has no meaning beside a limit, whose unit counts says: take it out",
    ),
    (
        (VALIDITY, 'validity = { at = "v", time = "minutes" }'),
        "zones.reduction.validity.time must be iso, s, ms, seconds-left, duration or a zone such as Europe/Paris, not",
    ),
    (
        (TIME, 'time = { at = "t", time = "seconds-left" }'),
        "system.fields.time.time must be iso, s, ms or a zone such as Europe/Paris, not 'seconds-left'",
    ),
    (
        (VALIDITY, 'validity = { at = "v", within = 60 }'),
        'zones.reduction.validity.within has no meaning without time = "seconds-left" or "duration": take it out',
    ),
    (
        (VALIDITY, 'validity = { at = "v", time = "duration", within = 0 }'),
        "zones.reduction.validity.within must be a number above 0, not 0",
    ),
    (('description = "description"\n', ""), "zones.reduction.description is missing"),
    (
        ('description = "description"', 'description = "^.^.name"'),
        "zones.reduction.description has 2 x ^ and one parent here",
    ),
    # writes
    (
        (BODY, 'body = { a = "{power}" }'),
        "reduction.body has the placeholder {power}, which is not known here: there is {id}, {zone},",
    ),
    ((BODY, 'body = { a = { b = ["{station}"] } }'), "reduction.body has the placeholder {station}"),
    (
        (BODY, 'send = "form"\nbody = { a = { b = 1 } }'),
        "reduction.body.a must be a text, a number, true or false: a form has no tables and lists",
    ),
    ((BODY, 'send = "none"\nbody = { a = 1 }'), 'reduction.body has no meaning for send = "none": take it out'),
    (
        (BODY, "body = { a = 2027-01-01 }"),
        "reduction.body.a must be a text, a number, true or false, not datetime.date(2027, 1, 1)",
    ),
    ((BODY, 'send = "xml"'), "reduction.send must be json, form or none, not 'xml'"),
    ((BODY, f"{BODY}\nround = 0"), "reduction.round must be a number above 0, not 0"),
    ((BODY, f"{BODY}\nround = true"), "reduction.round must be a number above 0, not True"),
    ((BODY, 'time = "noon"'), "reduction.time must be iso, s, ms or a zone"),
    ((BODY, 'words = "links"'), "reduction.words is not known"),
    (
        ('[reduction.clear]\npath = "/zones/{id}/reduction"\nmethod = "DELETE"', ""),
        "reduction.clear is missing: write a table [reduction.clear]",
    ),
    (
        ('method = "DELETE"', 'method = "DELETE"\nbody = { a = "{taken}" }'),
        "reduction.clear.body has the placeholder {taken}, which is not known here: there is {id}, {zone}, {login}",
    ),
    (
        (BODY, 'body = { a = "{validity}" }'),
        "{taken}, {left}, {taken_share}, {left_share}, {limit_a}, {limit_kw} and {limit_w}, and has none of them",
    ),
    (
        (BODY, 'body = { a = "{taken}", b = "{left}" }'),
        "and {limit_w}, and has {left} and {taken}",
    ),
    (
        ('path = "/zones/{id}/reduction"\nmethod = "PUT"', 'path = "/reduction"'),
        "reduction.path must say which object is meant: have {id} or {zone} in it, or in the body",
    ),
    (
        ('path = "/zones/{id}/reduction"\nmethod = "DELETE"', 'path = "/reduction"'),
        "reduction.clear.path must say which object is meant",
    ),
    (
        ('path = "/zones"', 'path = "/zones?all=1"'),
        "zones.path must have no ?: only lists have parameters, in their table query",
    ),
    ((PLUG_BODY, "body = { a = true }"), "availability.body must have {available}"),
    (
        ("/connectors/{id}/availability", "/stations/{station}"),
        "availability.path must say which object is meant: have {id} or {connector} or {number} in it, or in the body",
    ),
    (
        (PLUG_BODY, f'{PLUG_BODY}\nwords = "link"'),
        "availability.words names the table [words.link], which is not there",
    ),
    (
        (PLUG_BODY, f'{PLUG_BODY}\nstatuses = "links"'),
        "availability.statuses has no meaning without status: take it out",
    ),
    (("/connectors/{id}/availability", "/connectors/{taken}"), "availability.path has the placeholder {taken}"),
    (
        (BODY, 'body = { a = [{ b = { c = "{station}" } }], v = "{taken}" }'),
        "reduction.body has the placeholder {station}, which is not known here",
    ),
    (
        (BODY, 'body = { a = [{ b = 2027-01-01 }], v = "{taken}" }'),
        "reduction.body.a.b must be a text, a number, true or false, not datetime.date(2027, 1, 1)",
    ),
    # what goes with each request, and errors
    (headers('"X Y" = "a"'), "headers.X Y is no name of a header: write letters, digits and -"),
    (headers('Host = "a"'), "headers.Host belongs to the connection: take it out"),
    (headers('Cookie = "a={password}"'), "headers.Cookie belongs to the connection"),
    (headers('Authorization = "Key {password}"'), "headers.Authorization is the login's own: say its value in [login]"),
    (headers('X-Key = "{token}"'), "headers.X-Key has the placeholder {token}, which is not known here: there is"),
    (headers("X-Key = 5"), "headers.X-Key must be a text, not 5"),
    (headers('X-Key = " a"'), "headers.X-Key must be one line without blanks around it"),
    (("[words.links]", '[errors]\ntext = "a..b"\n[words.links]'), "errors.text must be a path: 'a..b' cannot be read"),
    (
        ("[words.links]", '[errors]\nat = "a"\n[words.links]'),
        "errors.at is not known: take it out, or write one of text",
    ),
    (
        ("[zones]", '[zones]\nquery = { key = "{password}" }'),
        "zones.query.key has the placeholder {password}, which is not known here: there is none",
    ),
    # login
    (
        login(f'{TOKEN}{FIELDS}token = "t"\nmethod = "GET"'),
        "login.method must be POST, PUT or PATCH, not 'GET'",
    ),
    (
        login(f'{TOKEN}{FIELDS}token = "t"\nlogout_method = "DELETE"'),
        "login.logout_method has no meaning without logout: take it out",
    ),
    (
        login(f'{TOKEN}{FIELDS}token = "t"\nlogout = "/out"\nlogout_method = "LEAVE"'),
        "login.logout_method must be GET, POST, PUT, PATCH or DELETE, not 'LEAVE'",
    ),
    (
        ("[system]", '[login]\nkind = "key"\nheader = "X-Key"\n[headers]\nx-key = "a"\n\n[system]'),
        "headers.x-key is the login's own",
    ),
    (login('kind = "oauth"'), "login.kind must be none, basic, digest, token, oauth2, cookie or key, not 'oauth'"),
    (login('kind = "basic"\npath = "/login"'), 'login.path is not known for kind = "basic": take it out'),
    (login('kind = "oauth2"'), "login.path is missing: write the path of a request, such as /zones"),
    (login('kind = "oauth2"\npath = "/t"\nclient = "jwt"'), "login.client must be basic or form, not 'jwt'"),
    (
        login('kind = "oauth2"\npath = "/t"\nfields = { a = "{login}" }'),
        'login.fields is not known for kind = "oauth2": take it out, or write one of kind, path, client, scope,',
    ),
    (login('kind = "oauth2"\npath = "/t"\nvalue = "Key"'), "login.value must have {token}, which stands for"),
    (login(f'{TOKEN}token = "t"'), "login.fields is missing: write a table of what is sent, such as"),
    (
        login(f'{TOKEN}send = "form"\ntoken = "t"\nfields = {{ u = ["{{login}}"] }}'),
        "login.fields.u must be a text, a number, true or false: a form has no tables and lists",
    ),
    (
        login(f'{TOKEN}token = "t"\nfields = {{ u = [{{ n = "{{user}}" }}] }}'),
        "login.fields has the placeholder {user}, which is not known here",
    ),
    (login(f"{TOKEN}{FIELDS}"), "login.token is missing: write a path"),
    (
        login(f'{TOKEN}token = "t"\nfields = {{ u = "{{user}}" }}'),
        "login.fields has the placeholder {user}, which is not known here: there is {login}, {password}",
    ),
    (
        login(f'{TOKEN}{FIELDS}token = "t"\nvalue = "Bearer"'),
        "login.value must have {token}, which stands for the token",
    ),
    (login('kind = "key"\nquery = "k"\nheader = "h"'), "login.header has no meaning beside query: take it out"),
    (login('kind = "key"\nvalue = "{token}"'), "login.value has the placeholder {token}, which is not known here"),
]


@pytest.mark.parametrize(("change", "why"), BROKEN, ids=[why for _, why in BROKEN])
def test_a_profile_that_cannot_be_used_says_where_and_what_to_do(
    tmp_path: Path, change: tuple[str, str], why: str
) -> None:
    with pytest.raises(ProfileError) as error:
        profile.load(file_of(tmp_path, edited(change)))
    told = str(error.value)
    assert told.startswith("In the profile '")
    assert "p.toml', line " in told
    assert why in told
    assert told.endswith(".")
    assert "\n" not in told


@pytest.mark.parametrize("table", ["system", "zones", "stations", "connectors"])
def test_each_table_has_to_be_there(table: str) -> None:
    with pytest.raises(ProfileError, match=rf"{table} is missing: write a table \[{table}\]"):
        read(edited((f"[{table}", f"[words.{table}")))


@pytest.mark.parametrize(
    ("list_", "place"), [("zones", pages('by = "link"')), ("stations", ("[stations]", "[stations]"))]
)
def test_a_list_does_not_stand_in_one_document_where_there_are_several(list_: str, place: tuple[str, str]) -> None:
    changes = [place, ('[connectors]\npath = "/connectors"', f'[connectors]\ndocument = "{list_}"')]
    if list_ == "stations":
        changes.append(INSIDE[0])
    with pytest.raises(
        ProfileError, match=rf"connectors.document names \[{list_}\], which does not come in one document"
    ):
        read(edited(*changes))


def test_a_path_goes_up_no_further_than_lists_are_nested() -> None:
    read(edited(*INSIDE, ('error_code = "errorCode"', 'error_code = "^.^.name"')))
    with pytest.raises(ProfileError, match=r"connectors.fields.error_code has 2 x \^ and one parent"):
        read(edited(INSIDE[1], ('error_code = "errorCode"', 'error_code = "^.^.name"')))


def test_the_words_of_availability_mean_true_and_false() -> None:
    text = edited((PLUG_BODY, f'{PLUG_BODY}\nwords = "links"'), ("off = false", 'off = "no"'))
    with pytest.raises(ProfileError, match=r"availability.words names a table without a word for false: add one"):
        read(text)


@pytest.mark.parametrize(
    ("said", "by_basic", "fields"),
    [
        ("", True, {"grant_type": "client_credentials"}),
        ('client = "basic"\nscope = "read write"', True, {"grant_type": "client_credentials", "scope": "read write"}),
        (
            'client = "form"',
            False,
            {"grant_type": "client_credentials", "client_id": "{login}", "client_secret": "{password}"},
        ),
    ],
)
def test_a_client_of_oauth2_says_who_it_is_by_basic_or_in_its_form(
    said: str, by_basic: bool, fields: dict[str, str]
) -> None:
    found = read(edited(login(f'kind = "oauth2"\npath = "/token"\n{said}'))).login
    assert found is not None
    assert (found.by_basic, found.fields, found.send, found.method) == (by_basic, fields, "form", "POST")
    assert (found.token, found.life, found.header) == ("access_token", "expires_in", "Authorization")


def test_what_is_sent_to_log_in_may_hold_tables_and_lists() -> None:
    fields = '{ user = { names = ["{login}"], secret = "{password}", stay = true } }'
    found = read(edited(login(f'{TOKEN}token = "t"\nfields = {fields}'))).login
    assert found is not None
    assert found.fields == {"user": {"names": ["{login}"], "secret": "{password}", "stay": True}}


def test_how_long_a_reduction_lasts_needs_the_controllers_clock() -> None:
    text = edited((VALIDITY, 'validity = { at = "v", time = "duration" }'), (TIME, ""))
    why = r"zones\.reduction\.validity\.time needs the controller's clock: write its path at time of \[system\.fields\]"
    with pytest.raises(ProfileError, match=why):
        read(text)


def test_a_reduction_ends_at_a_time_that_is_read_or_that_is_sent() -> None:
    unsaid = (f"{VALIDITY}\n", "")
    read(edited(unsaid))
    placed = r"\{validity\}, \{seconds\} and \{duration\}"
    why = rf"validity is missing: write its path, or one of {placed} into the body of \[reduction\]"
    with pytest.raises(ProfileError, match=why):
        read(edited(unsaid, (BODY, 'body = { value = "{taken}" }')))


def test_fields_that_the_contract_does_not_require_may_be_left_out() -> None:
    text = edited(('error_code = "errorCode"\n', ""), ('transaction_id = "transactionId"\n', ""), (TIME, ""))
    assert "error_code" not in read(text).connectors.fields


@pytest.mark.parametrize("form", ["3", '"2"', "true", "[]"])
def test_a_form_of_profiles_that_is_not_known_is_refused(tmp_path: Path, form: str) -> None:
    with pytest.raises(ProfileError, match=r"has the format .*: write 2, or take the key out for format 1\.$"):
        profile.load(file_of(tmp_path, edited(("format = 2", f"format = {form}"))))


def test_a_dialect_has_the_contracts_readers_and_its_own_name(tmp_path: Path) -> None:
    loaded = profile.load(file_of(tmp_path, PLAIN))
    assert (loaded.name, loaded.api_version) == ("p", "1")
    assert loaded.dialect is not None
    assert loaded.fields == profile.load().fields
    assert profile.load().dialect is None


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("top",), 1),
        (("a",), 2),
        (("a", "key"), 3),
        (("a", "inline", "deep", "er"), 4),
        (("a", "dot", "ted"), 5),
        (("a", "b c", "x"), 7),
        (("a", "b c", "missing"), 6),
        (("nowhere", "x"), 1),
        ((), 1),
    ],
)
def test_the_line_of_a_key_is_found(place: tuple[str, ...], line: int) -> None:
    text = "top = 1\n[a]\n  key = 2\ninline = { deep = { er = 1 } }\ndot.ted = 3\n[ a . \"b c\" ] # x\n'x' = 4\n"
    assert line_of(text, place) == line


@pytest.mark.parametrize(
    ("shipped", "right", "wrong"),
    [
        ("onedoc", 'version = "software"', 'versoin = "software"'),
        ("onedoc", 'items = "site.groups"', 'items = "site..groups"'),
        ("onedoc", 'ip_address = "ip"', 'ip_address = { at = "ip", unit = "A" }'),
        ("areas", "[words.yes_no]\nyes = true", "[words.yes_no]\nyes = [1]"),
        ("areas", 'path = "/chargers"', 'path = "chargers"'),
        ("areas", 'inside = true\nitems = "outlets"', 'inside = 1\nitems = "outlets"'),
    ],
)
def test_one_mistake_does_not_make_others_of_what_is_right(shipped: str, right: str, wrong: str) -> None:
    text = profile.text_of(shipped)
    assert right in text
    with pytest.raises(ProfileError) as error:
        profile.read("p", text.replace(right, wrong, 1))
    assert error.value.sentences == (str(error.value),)


def test_a_profile_tells_all_its_mistakes_in_the_order_of_its_tables() -> None:
    text = profile.text_of("areas")
    for right, wrong in (("api_version", "version"), ('path = "/areas"', 'path = "areas"'), ('"PATCH"', '"MAKE"')):
        text = text.replace(right, wrong, 1)
    with pytest.raises(ProfileError) as error:
        profile.read("p", text)
    told = [sentence.split(", ", 2)[2].split(" ")[0] for sentence in error.value.sentences]
    assert told == ["version", "api_version", "zones.path", "reduction.method"]
