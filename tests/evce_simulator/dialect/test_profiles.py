"""Profiles that cannot be served are refused before anything listens, each with its file, key and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_simulator import EvceSimulator
from evce_simulator.cli import main
from evce_simulator.dialect import load
from evce_simulator.errors import ProfileError

Written = Callable[..., str]
ZONES = 'path = "/zones"\nitems = "items"'
STATIONS = 'path = "/stations"\nitems = "items"'
CLEAR = 'path = "/zones/{id}/reduction"\nmethod = "DELETE"'

WRONG: list[tuple[str, str, str]] = [
    ("format = 2", "format = 1", "format: only profiles with format = 2 are served"),
    ("format = 2", "format = 2\nsystem_at = 1", "system_at: there is no such key"),
    ('api_version = "4"', "", "api_version: this is missing; add it."),
    ('api_version = "4"', "api_version = 4", "api_version: this is a text; write it in quotation marks instead of 4."),
    (
        'kind = "none"',
        'kind = "ticket"',
        "login.kind: write one of none, basic, digest, token, cookie, key, oauth2, not 'ticket'.",
    ),
    ('kind = "none"', 'kind = "token"', "login.path: a token is got somewhere: give the path of the login."),
    ('kind = "none"', 'kind = "key"\nvalue = "{token}"', "login.value: there is no placeholder {token} here"),
    (
        'kind = "none"',
        'kind = "token"\npath = "/t"\ntoken = "t"\nfields = { a = "{login}" }',
        "login.fields: say what is sent, with {login} and {password} where they stand.",
    ),
    (
        'kind = "none"',
        'kind = "token"\npath = "/t"\nfields = { a = "{password}" }',
        "login.token: give the path of the token in the answer.",
    ),
    (
        'kind = "none"',
        'kind = "cookie"\npath = "/c"\nmethod = "GET"\nfields = { p = "{password}" }',
        "login.method: write one of POST, PUT, PATCH, not 'GET'.",
    ),
    ("[login]", "[headers]\nX-Key = 5\n[login]", "headers.X-Key: this is a header and its text; write its name with"),
    ("[login]", '[headers]\n"X Key" = "a"\n[login]', "headers.X Key: this is a header and its text"),
    ("[login]", '[headers]\nX-Key = "{token}"\n[login]', "headers.X-Key: there is no placeholder {token} here"),
    ("[login]", '[errors]\ntext = "m[kind=a]"\n[login]', "errors.text: nothing can be written there; name a key."),
    ("[login]", '[errors]\nat = "m"\n[login]', "errors.at: there is no such key"),
    (ZONES, f"{ZONES}\nquery = {{ k = '{{password}}' }}", "zones.query.k: there is no placeholder {password} here"),
    ('path = "/system"', 'path = "system"', "system.path: a request begins with / and has no ?"),
    ('time = "time"', "", "system.fields.time: this field is missing; give its path, or { value = ... }."),
    ('time = "time"', "time = 7", "system.fields.time: write a path, or { value = ... }, not 7."),
    (
        'time = "time"',
        'time = { at = "t", time = "Europe/Atlantis" }',
        "system.fields.time.time: write iso, s, ms or a zone",
    ),
    (ZONES, "inside = true\nitems = 'z'", "zones.inside: zones stand in nothing; give a path or a document."),
    (ZONES, "", "zones.path: give one of path, inside = true and document: where the list stands."),
    (ZONES, f"{ZONES}\nids = 'uuid'", "zones.ids: write one of number, text, not 'uuid'."),
    ('type = "type"', 'type = { at = "t", as = "last-part" }', "zones.fields.type.as: write one of number, text, not"),
    (ZONES, f"{ZONES}\npages = 3", "zones.pages: this is a table; write [zones.pages] or { } instead of 3."),
    (ZONES, f"{ZONES}\neach = 1", "zones.each: write true or false, not 1."),
    (ZONES, f"{ZONES}\nskip = {{ a = 'b' }}", "zones.skip.a: this is a list of words"),
    (ZONES, f"{ZONES}\nskip = {{ 'a b' = ['c'] }}", "zones.skip.a b: 'a b' is no path: ' b' cannot be read"),
    (
        ZONES,
        f"{ZONES}\npages = {{ by = 'offset', size = 0, size_key = 'n', key = 'o' }}",
        "zones.pages.size: write a whole number of 1 or more, not 0.",
    ),
    (
        ZONES,
        f"{ZONES}\npages = {{ by = 'offset', size = 9, size_key = 'n' }}",
        "zones.pages.key: give the parameter that has the offset.",
    ),
    (
        ZONES,
        f"{ZONES}\npages = {{ by = 'cursor', size = 9, size_key = 'n', key = 'c' }}",
        "zones.pages.next: give the path of the next cursor in the answer.",
    ),
    (
        ZONES,
        "path = '/zones'\npages = { by = 'link', size = 9, size_key = 'n', total = 'n' }",
        "zones.pages: an answer that is a list itself has no place for total and next; take them away.",
    ),
    (STATIONS, "inside = true", "stations.items: say where the list stands in each object of the list above."),
    (
        STATIONS,
        "inside = true\nitems = 's'\nquery = { a = 1 }",
        "stations.query: a list without a path of its own has none",
    ),
    (
        ZONES,
        f"{ZONES}\npages = {{ by = 'offset', size = 9, size_key = 'n', key = 'o', next = 'n' }}",
        "zones.pages.next: by offset nothing leads to the next page; take it away.",
    ),
    (
        ZONES,
        f"{ZONES}\npages = {{ by = 'offset', size = 9, size_key = 'n', key = 'o', end = 200 }}",
        "zones.pages.end: this is a status such as 404, by offset and number alone",
    ),
    (
        ZONES,
        f"{ZONES}\npages = {{ by = 'link', size = 9, size_key = 'n', end = 404 }}",
        "zones.pages.end: this is a status such as 404, by offset and number alone",
    ),
    (
        ZONES,
        f"{ZONES}\nabsent = 'empty'",
        "zones.absent: only a list inside an object can be absent; take it away.",
    ),
    (STATIONS, "path = '/zones/{id}/stations'", "stations.each: each = true and {id} in the path belong together"),
    (STATIONS, "document = 'connectors'", "stations.document: write one of system, zones, not 'connectors'."),
    (
        'max_current = "max"',
        'max_current = { at = "max", unit = "W" }',
        "zones.fields.max_current.unit: write one of A, mA",
    ),
    ('name = "name"\ntype', 'name = { at = "n", unit = "A" }\ntype', "unit: write one of none: this field has no unit"),
    ('type = "type"', 'type = { at = "t", words = "mode" }', "zones.fields.type.words: there is no table [words.mode]"),
    ('fixed = "STATIC"', "fixed = 1", "words.modes: this is a table of words to words, true or false; correct it."),
    (
        'reduction = "reduction"',
        "reduction = 3",
        "zones.fields.reduction: write the path of the reduction's object, not 3.",
    ),
    (
        'rms_current = "current"',
        'rms_current = ["a", "b"]',
        "rms_current: write a path, or a list of three for three phases",
    ),
    (
        'rms_current = "current"',
        'rms_current = { at = "a", split = "x" }',
        'rms_current.split: write "phases" or "each"',
    ),
    (
        'value = "value"',
        'value = { at = "v", unit = "share", counts = "kW" }',
        "zones.reduction.value.unit: counts says the unit of a limit; take this away.",
    ),
    (
        'validity = "until"',
        'validity = { at = "v", time = "minutes" }',
        "zones.reduction.validity.time: write iso, s, ms, seconds-left, duration or a zone",
    ),
    (
        'time = "time"',
        'time = { at = "t", time = "duration" }',
        "system.fields.time.time: write iso, s, ms or a zone",
    ),
    (
        'validity = "until"',
        'validity = { at = "v", within = 9 }',
        "zones.reduction.validity.within: there is no such key",
    ),
    (
        'body = { value = "{taken}", until = "{validity}" }',
        'body = { value = "{taken}", until = "{validity}" }\nround = 0',
        "reduction.round: write a number above 0, not 0.",
    ),
    (CLEAR, 'path = "/clear/{what}"', "reduction.clear.path: there is no placeholder {what} here"),
    (CLEAR, 'method = "DELETE"', "reduction.clear.path: give the path of the request."),
    (CLEAR, f'{CLEAR}\nbody = {{ a = {{ b = "{{taken}}" }} }}', "clear.body.a.b: there is no placeholder {taken} here"),
]
NOT_TO_BE_TURNED: list[tuple[str, str, str]] = [
    (
        'name = "name"\ntype',
        'name = { search = "a.b" }\ntype',
        "zones.fields.name.search: an expression cannot be turned round",
    ),
    (
        'type = "type"',
        'type = { at = "name", words = "modes" }',
        "'name' is also the place of name, with another conversion",
    ),
    ('max_current = "max"', 'max_current = "name.max"', "it stands within name at 'name', which is no object."),
    ('max_current = "max"', 'max_current = "m[k=v]"', "zones.fields.max_current: nothing can be written at 'm[k=v]'"),
    (
        'free = "DYNAMIC"',
        'DYNAMIC = "STATIC"',
        "[words.modes] DYNAMIC has no word of its own and would be read as STATIC",
    ),
    (
        'id = "id"\nname',
        "id = { value = 1 }\nname",
        "zones.fields.id: every object has an id of its own; give its path.",
    ),
    (
        'items = "items"\n[zones.fields]\nid = "id"',
        'items = "items"\nids = "text"\n[zones.fields]\nid = "id"\nnumber = "id"',
        "zones.fields.number: the id is there, which is a text; take this away.",
    ),
    (
        'zone_id = "zone"',
        'zone_id = { at = "zone", as = "last-part" }',
        "stations.fields.zone_id.as: an object's address is that of the request for it alone; say one of [zones]",
    ),
    (
        'logical_connector = "number"',
        'logical_connector = { at = "n", as = "last-part" }',
        "connectors.fields.logical_connector.as: an object's address is that of the request for it alone; no address",
    ),
    ('cpo_url = "cpo"', 'cpo_url = "^.cpo"', "stations.fields.cpo_url: '^.cpo' is one place for many objects"),
    ('zone_id = "zone"', 'zone_id = "^.id"', "stations.fields.zone_id: the list is flat"),
    (
        'reduction = "reduction"',
        'reduction = ""',
        "zones.fields.reduction: the zone itself is never null; say none_when",
    ),
    ('max_current = "max"', 'max_current = "reduction.max"', "it stands within reduction at 'reduction'"),
    ('{ value = "{taken}",', "{ value = 10,", "reduction.body: send one of {taken}, {left}, {taken_share}"),
    (CLEAR, CLEAR.replace("{id}", "1"), "reduction.clear.path: it does not say which zone is meant"),
    ('available = "{available}" }', "available = true }", "availability.body: send {available}"),
    (
        'path = "/connectors/{id}"',
        'path = "/plugs/{number}"',
        "availability.path: it does not say which connector is meant",
    ),
    (
        'method = "PATCH"',
        'method = "PATCH"\nwords = "modes"',
        "availability.words: the table needs a word for true and one",
    ),
]


@pytest.mark.parametrize(("before", "after", "said"), WRONG, ids=[row[2][:40] for row in WRONG])
def test_a_wrong_profile_is_one_sentence_with_its_file_and_key(
    written: Written, before: str, after: str, said: str
) -> None:
    file = written((before, after))
    with pytest.raises(ProfileError) as refused:
        load(file)
    assert str(refused.value).startswith(f"Profile {file}, line ")
    assert said in str(refused.value)


@pytest.mark.parametrize(("before", "after", "said"), NOT_TO_BE_TURNED, ids=[row[2][:40] for row in NOT_TO_BE_TURNED])
def test_what_cannot_be_turned_round_is_named(written: Written, before: str, after: str, said: str) -> None:
    changes = [(before, after)]
    if 'words = "modes"' not in after:
        changes.append(('type = "type"', 'type = { at = "type", words = "modes" }'))
    with pytest.raises(ProfileError) as refused:
        load(written(*changes))
    assert said in str(refused.value)


def test_a_list_in_the_document_of_one_that_comes_in_pages_is_named(written: Written) -> None:
    pages = f"{ZONES}\npages = {{ by = 'offset', size = 9, size_key = 'n', key = 'o' }}"
    with pytest.raises(ProfileError, match=r"stations\.document: \[zones\] has no request that gives all at once"):
        load(written((ZONES, pages), (STATIONS, 'document = "zones"\nitems = "s"')))
    with pytest.raises(ProfileError, match=r"stations\.document: \[system\] has no path"):
        load(written(('path = "/system"', ""), (STATIONS, 'document = "system"\nitems = "s"')))


def test_a_reduction_of_which_nobody_would_know_when_it_ends_is_named(written: Written) -> None:
    load(written(('validity = "until"\n', "")))
    changes = (('validity = "until"\n', ""), (', until = "{validity}" }', " }"))
    with pytest.raises(ProfileError, match=r"zones\.reduction\.validity: nobody would know when a reduction ends"):
        load(written(*changes))


def test_two_words_for_one_value_are_no_trouble_and_the_first_is_said(written: Written) -> None:
    words = ('fixed = "STATIC"', 'fixed = "STATIC"\nstill = "STATIC"')
    profile = load(written(words, ('type = "type"', 'type = { at = "type", words = "modes" }')))
    assert [one.contract for one in profile.lists["zone"].fields][2] == "type"


def test_a_file_that_is_no_toml_or_not_there_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("format = ", encoding="utf-8")
    with pytest.raises(ProfileError, match=r"the file cannot be read: Invalid value \(at end of document\)"):
        load(str(file))
    with pytest.raises(ProfileError, match=r"name a file, or one of areas, links, onedoc\."):
        load("nothing")


@pytest.mark.parametrize(
    ("before", "after", "line", "key"),
    [
        ("time = ", "tiem = ", 10, "system.fields.time"),
        ('max_current = "max"', 'max_current = { at = "max", unit = "W" }', 23, "zones.fields.max_current.unit"),
        ("format = 2", "format = 2\nodd = 1", 3, "odd"),
        (CLEAR, 'method = "DELETE"', 79, "reduction.clear.path"),
    ],
)
def test_the_line_is_said_of_the_key_or_of_what_is_around_it(
    written: Written, before: str, after: str, line: int, key: str
) -> None:
    with pytest.raises(ProfileError, match=rf"own\.toml, line {line}: {key}: "):
        load(written((before, after)))


def test_a_refused_profile_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ProfileError):
        EvceSimulator("guide", tls=True, profile=str(tmp_path / "none.toml"))


def test_the_command_serves_a_profile_and_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evce_simulator.cli._wait_for_interrupt", lambda _: None)
    result = CliRunner().invoke(main, ["run", "--port", "0", "--profile", "onedoc"])
    assert result.exit_code == 0, result.output
    assert "Profile: onedoc\n" in result.output


def test_the_command_refuses_a_wrong_profile_with_its_sentence(written: Written) -> None:
    file = written(('api_version = "4"', ""))
    result = CliRunner().invoke(main, ["run", "--port", "0", "--profile", file])
    assert (result.exit_code, result.output) == (
        1,
        f"Error: Profile {file}, line 1: api_version: this is missing; add it.\n",
    )
