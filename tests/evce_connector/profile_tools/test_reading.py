"""A capture is read as a site is: the same tree, with every conversion, and what is amiss is named."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from evce_connector.cli import cli
from evce_connector.evce import profile as profiles
from evce_connector.profile_tools.capture import CaptureError, read_capture
from evce_connector.profile_tools.reading import OfflineSite, UnreadableCaptureError, read_site
from evce_connector.profile_tools.showing import amiss

from tests.evce_connector.profile_tools.recorded import SHIPPED, Recorded, record


@pytest.fixture(scope="module")
def campus() -> dict[str, Recorded]:
    return {profile: record(profile) for profile in SHIPPED}


@pytest.fixture
def areas() -> Recorded:
    return record("areas", "guide")


def read(capture: Path, profile: str) -> OfflineSite:
    return read_site(read_capture(capture), profiles.load(profile))


def tree_of(offline: OfflineSite) -> dict[str, Any]:
    return {key: (item.value, item.state) for key, (_, item) in offline.items().items()}


def check(profile: str, *more: str) -> Result:
    return CliRunner().invoke(cli, ["profile", "check", profile, *more])


def points(site: dict[str, Any]) -> dict[str, dict[str, Any]]:
    own = {point["id"]: point for point in site["points"]}
    return own | {key: value for part in site["parts"] for key, value in points(part).items()}


@pytest.mark.parametrize("dialect", ["areas", "onedoc"])
def test_the_tree_of_a_capture_is_the_same_through_each_dialect(
    campus: dict[str, Recorded], tmp_path: Path, dialect: str
) -> None:
    expected = tree_of(read(campus["v6"].ours(tmp_path / "v6.json"), "v6"))
    assert len(expected) == 5 + 6 * 24 + 40 * 25 + 70 * 26
    assert tree_of(read(campus[dialect].har(tmp_path / "a.har"), dialect)) == expected


def test_conversions_of_units_words_texts_and_ids_are_shown_with_what_came(areas: Recorded, tmp_path: Path) -> None:
    shown = check("areas", "--capture", str(areas.har(tmp_path / "a.har")))
    assert shown.exit_code == 0
    for line in (
        "ConnectorSetPointPower = 7 kW Good  [set_point.power: 7000 W -> 7 kW]",
        "ConnectorState_Available = True Good  [state: FREE -> available]",
        "ZoneNumberOfTransactions = 0 Good  [sessions: '0' -> 0]",
        "ConnectorActiveEnergy = 12.5 kWh Good  [meter.energy: '12500' -> 12500, then 12500 Wh -> 12.5 kWh]",
        "ConnectorPhaseConnection = mono1 Good  [wiring: [L1] -> L1, then L1 -> mono1]",
        "ZoneReduction = 10.0 Good  [share_left: 90 % left -> 10 % taken]",
    ):
        assert line in shown.output
    assert "-> 1]" in next(line for line in shown.output.splitlines() if "ZoneId" in line)
    assert "3 zones, 1 station and 1 connector: 128 values" in shown.output


def test_the_json_has_place_raw_value_and_conversions_of_each_field(areas: Recorded, tmp_path: Path) -> None:
    found = json.loads(check("areas", "--capture", str(areas.har(tmp_path / "a.har")), "--json").output)
    assert found["whole"] is True
    power = points(found["site"])["Stations/1/Connectors/1/ConnectorSetPointPower"]
    assert (power["value"], power["unit"], power["state"]) == ("7", "kW", "Good")
    assert power["fields"] == [
        {
            "place": "connectors.fields.set_point_power",
            "path": "set_point.power",
            "raw": "7000",
            "conversions": [{"key": "unit", "from": "7000 W", "to": "7 kW"}],
            "value": "7",
            "trouble": "",
        }
    ]


def test_times_and_one_number_for_all_phases_are_shown(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    said = profiles.text_of("onedoc")
    old = said[said.index("active_power") : said.index("rms_current")]
    file.write_text(said.replace(old, 'active_power = { at = "sum", split = "phases" }\n'), encoding="utf-8")
    site = record("onedoc", "guide")
    site.body("/site.json")["site"]["groups"][0]["points"][0]["sockets"][0]["sum"] = 6
    shown = check(str(file), "--capture", str(site.har(tmp_path / "a.har"))).output
    assert "[until: 5678929676000 (ms) -> 2149-12-16T08:27:56Z]" in shown
    assert "ConnectorOverallActivePower1 = 6.0 kW Good  [sum: 6 -> [6, 0, 0]]" in shown


def test_what_the_model_itself_makes_of_a_value_is_shown_too(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    text = profiles.text_of("v6").replace('reduction_percent = "taken"', 'reduction_percent = "left"')
    file.write_text(text, encoding="utf-8")
    site = record("v6", "guide")
    zone = site.body("/zones")["items"][0]
    zone["setPointPower"], zone["reduction"]["validity"] = 68.7, "2149-12-16T10:27:56+02:00"
    shown = check(str(file), "--capture", str(site.ours(tmp_path / "a.json"))).output
    for line in (
        "ZoneSetPointPower(kW) = 69 kW Good  [setPointPower: 68.7 -> 69]",
        "ZoneReduction = 90.0 Good  [value: 10 % left -> 90 % taken]",
        "[validity: 2149-12-16T10:27:56+02:00 -> 2149-12-16T08:27:56Z]",
    ):
        assert line in shown


def test_pages_that_link_to_the_next_are_followed_in_a_har(tmp_path: Path) -> None:
    text = profiles.text_of("areas")
    old = next(line for line in text.splitlines() if line.startswith("pages ="))
    file = tmp_path / "p.toml"
    file.write_text(text.replace(old, 'pages = { by = "link" }', 1), encoding="utf-8")
    har = record("areas").har(tmp_path / "a.har")
    data = json.loads(har.read_text(encoding="utf-8"))
    place = next(at for at, one in enumerate(data["log"]["entries"]) if "/areas" in one["request"]["url"])
    first = data["log"]["entries"][place]
    first["request"]["url"] = first["request"]["url"].partition("?")[0]
    document = json.loads(base64.b64decode(first["response"]["content"]["text"]))
    second = json.loads(json.dumps(first))
    second["request"]["url"] += "?from=3"
    for entry, part in ((first, slice(0, 3)), (second, slice(3, None))):
        body = {"data": {"items": document["data"]["items"][part]}}
        entry["response"]["content"] = {"text": json.dumps(body)}
    first["response"]["headers"] = [{"name": "link", "value": '</areas?from=3>; rel="next"'}]
    data["log"]["entries"].append(second)
    har.write_text(json.dumps(data), encoding="utf-8")
    assert len(read_site(read_capture(har), profiles.load(str(file))).index.zones) == 6


def test_what_a_capture_lacks_is_named_by_its_request_and_the_rest_is_shown(areas: Recorded, tmp_path: Path) -> None:
    areas.exchanges = [one for one in areas.exchanges if one[0].path != "/chargers"]
    shown = check("areas", "--capture", str(areas.har(tmp_path / "a.har")))
    assert shown.exit_code == 1
    assert "The capture lacks GET /chargers?per_page=100&page=1: record it too" in shown.output
    assert "ZoneMaxCurrent(A) = 100 A Good" in shown.output
    assert "3 zones, 0 stations and 0 connectors" in shown.output


def test_of_lists_that_are_asked_for_parent_by_parent_each_request_that_lacks_is_named(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    old = "[connectors]\ninside = true\n"
    text = profiles.text_of("areas")
    assert old in text
    each = '[connectors]\npath = "/chargers/{id}/outlets"\neach = true\n'
    file.write_text(text.replace(old, each), encoding="utf-8")
    shown = check(str(file), "--capture", str(record("areas").har(tmp_path / "a.har"))).output
    assert len(re.findall(r"The capture lacks GET /chargers/[0-9a-f-]{36}/outlets: ", shown)) == 40
    assert "6 zones, 40 stations and 0 connectors" in shown


def test_a_field_that_cannot_be_read_is_named_with_its_value_and_the_exit_status_is_1(
    areas: Recorded, tmp_path: Path
) -> None:
    areas.body("/areas")["data"]["items"][0]["limits"]["current"]["max"] = "much"
    shown = check("areas", "--capture", str(areas.har(tmp_path / "a.har")))
    assert shown.exit_code == 1
    assert "zones/1/maxCurrent cannot be read: 'much' is not a usable number." in shown.output
    line = next(line for line in shown.output.splitlines() if "ZoneMaxCurrent(A)" in line)
    assert line.strip() == (
        "ZoneMaxCurrent(A) = 0 A Uncertain  [limits.current.max: much: cannot be read: 'much' is not a usable number]"
    )


def test_what_cannot_be_read_as_a_whole_is_told_of_each_of_its_fields_and_a_phase_by_itself(tmp_path: Path) -> None:
    site = record("v6", "guide")
    site.body("/zones")["items"][0]["reduction"] = "none"
    site.body("/connectors")["items"][0]["activePower"][1] = "?"
    shown = check("v6", "--capture", str(site.ours(tmp_path / "a.json"))).output
    lines = {line.split(" = ")[0].strip(): line for line in shown.splitlines() if "cannot be read: " in line}
    assert "[value: nothing: cannot be read: it is neither a reduction nor null]" in lines["ZoneReduction"]
    assert "cannot be read: 2: '?' is not a usable number]" in lines["ConnectorOverallActivePower2"]


def test_of_equal_requests_the_last_good_answer_is_read(areas: Recorded, tmp_path: Path) -> None:
    har = areas.har(tmp_path / "a.har")
    data = json.loads(har.read_text(encoding="utf-8"))
    refused = json.loads(json.dumps(data["log"]["entries"]))
    for entry in refused:
        entry["response"]["status"] = 401
    data["log"]["entries"] = refused + data["log"]["entries"] + refused[:1]
    har.write_text(json.dumps(data), encoding="utf-8")
    assert read(har, "areas").is_whole


def test_an_object_without_its_parent_is_named(areas: Recorded, tmp_path: Path) -> None:
    areas.body("/areas")["data"]["items"][0]["uid"] = "another"
    offline = read(areas.har(tmp_path / "a.har"), "areas")
    assert not offline.is_whole
    assert any("zoneId" in sentence or "its zone" in sentence for sentence in amiss(offline))


def test_a_list_that_is_none_ends_the_reading_with_its_request(areas: Recorded, tmp_path: Path) -> None:
    areas.body("/areas")["data"]["items"] = "none"
    with pytest.raises(UnreadableCaptureError, match="unusable answer at /areas: there is no list"):
        read(areas.har(tmp_path / "a.har"), "areas")


def test_pages_of_another_size_are_taken_as_they_were_recorded(campus: dict[str, Recorded], tmp_path: Path) -> None:
    site = Recorded()
    for request, body in campus["v6"].exchanges:
        if request.path == "/connectors":
            for start in (0, 40):
                page = {"items": body["items"][start : start + 40], "total": body["total"]}
                query = {"limit": "40", "offset": str(start)}
                site.exchanges.append((type(request)("GET", request.path, query), page))
        else:
            site.exchanges.append((request, body))
    assert read(site.ours(tmp_path / "pages.json"), "v6").is_whole


def test_a_capture_that_leaves_out_queries_is_read_by_the_longest_answer_of_each_path(tmp_path: Path) -> None:
    site = record("v6", "guide")
    first, *rest = [one for one in site.exchanges if one[0].path == "/zones"]
    site.exchanges.append((first[0], {"items": first[1]["items"][:1], "total": 3}))
    assert rest == []
    assert read(site.ours(tmp_path / "old.json", queries=False), "v6").is_whole


def test_the_base_path_is_found_and_a_key_in_the_query_neither_hinders_nor_is_shown(tmp_path: Path) -> None:
    text = profiles.text_of("areas")
    login = text[text.index("[login]") : text.index("[system]")]
    file = tmp_path / "keyed.toml"
    file.write_text(text.replace(login, '[login]\nkind = "key"\nquery = "key"\n\n'), encoding="utf-8")
    har = record("areas", "guide").har(tmp_path / "a.har", base="https://evce.example/rest/of/it", secret="s3cret")
    shown = check(str(file), "--capture", str(har))
    assert shown.exit_code == 0
    assert "below /rest/of/it." in shown.output
    assert "s3cret" not in shown.output


@pytest.mark.parametrize(
    ("text", "why"),
    [("{}", "KeyError"), ("not", "JSONDecodeError"), ('{"exchanges": []}', "holds no answer"), ("[]", "no capture")],
)
def test_a_file_that_is_no_capture_is_refused_in_a_sentence(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "capture.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CaptureError, match=why):
        read_capture(file)


def test_without_a_capture_all_mistakes_of_a_profile_are_told_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    text = profiles.text_of("areas")
    for right, wrong in (("\nname =", "\nnam ="), ('unit = "Wh"', 'unit = "J"'), ('"PATCH"', '"MAKE"')):
        text = text.replace(right, wrong)
    file.write_text(text, encoding="utf-8")
    shown = check(str(file))
    assert shown.exit_code == 1
    told = [re.sub(r".*, (line \d+, \S+) .*", r"\1", line) for line in shown.output.splitlines()]
    assert told == [
        "line 19, system.fields.nam",
        "line 35, zones.fields.nam",
        "line 32, zones.fields.name",
        "line 99, connectors.fields.active_energy.unit",
        "line 105, reduction.method",
    ]


@pytest.mark.parametrize("profile", SHIPPED)
def test_a_shipped_profile_has_no_mistake(profile: str) -> None:
    assert (check(profile).exit_code, check(profile, "--json").output) == (0, '{"mistakes": []}\n')


def test_mistakes_are_told_as_json_too(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text("format = 3", encoding="utf-8")
    found = check(str(file), "--json")
    assert found.exit_code == 1
    assert "has the format 3" in json.loads(found.output)["mistakes"][0]
