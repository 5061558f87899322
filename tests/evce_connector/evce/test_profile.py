"""The profile: how a controller spells paths and fields, read from a file that a technician may edit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from evce_connector.evce import profile as profiles
from evce_connector.evce.profile import PROFILES, Profile, ProfileError
from evce_connector.site.model import Reduction, System

from tests.evce_connector.site_file import SiteFile

V6 = (PROFILES / "v6.toml").read_text(encoding="utf-8")


def test_the_shipped_profile_is_of_api_version_6(profile: Profile) -> None:
    assert (profile.name, profile.api_version) == ("v6", "6")


def test_a_zone_of_the_guide_is_read(profile: Profile, guide: SiteFile) -> None:
    zone = profile.read_zone(guide.zone(1))
    assert zone == (1, "Z1", "STATIC", 100, 100, 69, 0, zone.reduction, frozenset())
    assert zone.reduction == Reduction(
        10.0, "percentage", "external-reduction@bmsApi-1-Z1", datetime(2149, 12, 16, 8, 27, 56, tzinfo=UTC), "absolute"
    )


def test_a_zone_without_reduction_has_none(profile: Profile, guide: SiteFile) -> None:
    assert profile.read_zone(guide.zone(2)).reduction is None


def test_a_station_of_the_guide_is_read(profile: Profile, guide: SiteFile) -> None:
    station = profile.read_station(guide.station(1))
    assert station._asdict() == {
        "id": 1,
        "zone_id": 1,
        "friendly_name": "EVSimu1",
        "ocpp_identifier": "EVSimu1",
        "type": "ocpp1.6",
        "serial_number": "EVSimu1",
        "model": "Open OCPP Simulated",
        "version": "1.1.0",
        "ip_address": "192.168.0.194",
        "cpo_url": "",
        "accepted_by_cpo": False,
        "connected": True,
        "status": "available",
        "authentication_mode": "allow_all",
        "disconnected_authentication_mode": "allow_all",
        "missing": frozenset(),
    }


def test_a_connector_of_the_guide_is_read(profile: Profile, guide: SiteFile) -> None:
    connector = profile.read_connector(guide.connector(1))
    assert connector.key == (1, 1)
    assert (connector.max_current, connector.max_power, connector.phase_connection) == (32, None, "mono1")
    assert (connector.active_power, connector.rms_current) == ((0.13, 0.0, 0.0), (0.58, 0.0, 0.0))
    assert (connector.active_energy, connector.error_code, connector.transaction_id) == (12.5, "", None)


def test_unknown_fields_and_unknown_words_are_taken_as_they_come(profile: Profile, guide: SiteFile) -> None:
    odd = guide.connector(1) | {"status": "dancing", "colour": "red"}
    assert profile.read_connector(odd).status == "dancing"


def test_fields_that_the_contract_does_not_require_may_be_absent(profile: Profile, guide: SiteFile) -> None:
    bare = {name: value for name, value in guide.connector(1).items() if name not in ("errorCode", "transactionId")}
    assert profile.read_connector(bare) == profile.read_connector(guide.connector(1))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rmsCurrent": [1.0]}, {("rmsCurrent",): "[1.0] is not a list of three numbers, one a phase"}),
        ({"rmsCurrent": [1.0, None, 2.0]}, {("rmsCurrent", 2): "None is not a usable number"}),
        ({"available": "yes"}, {("available",): "'yes' is not true or false"}),
        ({"maxCurrent": "32"}, {("maxCurrent",): "'32' is not a usable number"}),
        ({"dc": 1, "status": 7}, {("status",): "7 is not a text", ("dc",): "1 is not true or false"}),
    ],
)
def test_a_field_that_cannot_be_read_is_named_as_the_controller_spells_it(
    profile: Profile, guide: SiteFile, change: dict[str, object], why: dict[object, str]
) -> None:
    assert profile.read_connector.by_fields(guide.connector(1) | change).troubles == why


def test_an_object_whose_place_cannot_be_told_is_refused(profile: Profile, guide: SiteFile) -> None:
    with pytest.raises(ValueError, match="id: 0 is not an id"):
        profile.read_connector(guide.connector(1) | {"id": 0})


def test_a_field_that_is_missing_is_named(profile: Profile, guide: SiteFile) -> None:
    without = {name: value for name, value in guide.connector(1).items() if name != "phaseConnection"}
    assert profile.read_connector.by_fields(without).troubles == {("phaseConnection",): "it is missing"}


def test_a_bad_field_of_a_reduction_is_named(profile: Profile, guide: SiteFile) -> None:
    zone = guide.zone(1) | {"reduction": guide.zone(1)["reduction"] | {"validity": "for ever"}}
    reading = profile.read_zone.by_fields(zone)
    assert list(reading.troubles) == [("reduction", "validity")]
    assert "for ever" in reading.troubles["reduction", "validity"]
    assert reading.missing == {"reduction.validity"}


@pytest.mark.parametrize("value", [None, 1, "zone", []])
def test_what_is_no_object_is_refused(profile: Profile, value: object) -> None:
    with pytest.raises(ValueError, match="is not an object"):
        profile.read_zone(value)


def test_who_answers_is_read_with_its_clock(profile: Profile) -> None:
    read = profile.read_system({"name": "S", "apiVersion": "6", "version": "1", "time": "2026-01-01T00:00:00Z"})
    assert read == System("S", "6", "1", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("document", [None, [], "6", {}, {"time": "soon"}, {"name": None, "time": 5}])
def test_whatever_is_missing_of_who_answers_is_empty(profile: Profile, document: object) -> None:
    assert profile.read_system(document) == System("", "", "", None)


def test_a_number_as_api_version_is_read_as_a_word(profile: Profile) -> None:
    assert profile.read_system({"apiVersion": 6}).api_version == "6"


def test_requests_are_spelled_by_the_profile(profile: Profile) -> None:
    assert profile.write_reduction(10.0, "2026-01-01T00:00:00Z") == {
        "value": 10.0,
        "type": "percentage",
        "validity": "2026-01-01T00:00:00Z",
        "validityMode": "absolute",
    }
    assert profile.write_availability(available=False) == {"available": False}


def test_a_site_can_bring_its_own_profile(tmp_path: Path, guide: SiteFile) -> None:
    path = tmp_path / "other.toml"
    path.write_text(V6.replace('name = "name"\ntype', 'name = "label"\ntype').replace('"6"', '"7"'), encoding="utf-8")
    other = profiles.load(str(path))
    renamed = {("label" if name == "name" else name): value for name, value in guide.zone(1).items()}
    assert (other.name, other.api_version, other.read_zone(renamed).name) == ("other", "7", "Z1")


def test_a_profile_turns_round_which_part_a_reduction_speaks_of(tmp_path: Path, guide: SiteFile) -> None:
    path = tmp_path / "left.toml"
    path.write_text(V6.replace('reduction_percent = "taken"', 'reduction_percent = "left"'), encoding="utf-8")
    left = profiles.load(str(path))
    zone = guide.zone(1)
    zone["reduction"] |= {"value": 33.3}
    assert left.read_zone(zone).reduction.value == 66.7
    assert left.write_reduction(66.7, "2026-01-01T00:00:00Z")["value"] == 33.3
    assert left.read_zone(guide.zone(2)).reduction is None


def test_a_profile_that_does_not_say_it_speaks_of_the_part_that_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "older.toml"
    path.write_text(V6.replace('reduction_percent = "taken"', ""), encoding="utf-8")
    assert profiles.load(str(path)).write_reduction(10, "2026-01-01T00:00:00Z")["value"] == 10


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not toml", "cannot be read"),
        ('api_version = "6"', r"has no table \[paths\]"),
        (V6.replace("[zone]", "[zones]"), r"has no table \[zone\]"),
        (V6.replace('login = "/login"', ""), "lacks paths.login"),
        (V6.replace('login = "/login"', 'login = "/login"\nlogout = "/x"'), "has the unknown key paths.logout"),
        (V6.replace('dc = "dc"', ""), "lacks connector.dc"),
        (V6.replace('dc = "dc"', "dc = 5"), "connector.dc must be a text"),
        (V6.replace('"taken"', '"given"'), "reduction_percent must be 'taken' or 'left', not 'given'"),
    ],
)
def test_a_profile_that_cannot_be_used_says_why(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=why) as error:
        profiles.load(str(path))
    assert "bad.toml" in str(error.value)


@pytest.mark.parametrize("name", ["v5", "nowhere/v6.toml"])
def test_a_profile_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(ProfileError, match=f"The profile '{name}' cannot be read"):
        profiles.load(name)


def test_a_profile_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b'api_version = "\xe9"')
    with pytest.raises(ProfileError, match="cannot be read"):
        profiles.load(str(path))
