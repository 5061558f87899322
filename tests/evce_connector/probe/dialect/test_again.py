"""A probe with answers begins where the first one found things, asks again what is open alone, and loses nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from evce_connector.clock import SystemClock
from evce_connector.probe import command
from evce_connector.probe.asking import Answer, Target
from evce_connector.probe.dialect import answers, former
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.former import KnownPlaces
from evce_connector.probe.dialect.search import Found, find
from evce_connector.probe.dialect.toml import inline
from evce_simulator import EvceSimulator

from tests.evce_connector.probe.dialect.measuring import FAST, PASSWORD, look, served
from tests.evce_connector.probe.otherwise import probe

LAKESIDE = str(Path(__file__).parents[3] / "invented" / "lakeside.toml")
ANSWERS = """
"connectors.fixed_set_point" = { at = "loadManagement.policy", words = "connector_fixed_set_point" }
"connectors.set_point_current" = "loadManagement.allocation[unit=A].value"
"stations.model" = "manufacturerInformation.modelName"
[words.connector_fixed_set_point]
SHARED = false
FIXED_RATE = true
[words.connector_status]
ON_HOLD = "reserved"
[words.nobody]
NAMES = "this"
"""


class Twice(NamedTuple):
    """What two probes of one controller found, the second with answers and where the first had found things."""

    first: Found
    said: dict[str, object]
    second: Found
    lines: list[str]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    folder = tmp_path_factory.mktemp("lakeside")
    questions, given = folder / "questions.toml", folder / "answers.toml"
    given.write_text(ANSWERS, encoding="utf-8")
    with served(LAKESIDE) as simulator:
        first = look(simulator.url)
        said = {name: choice.said for name, choice in first.choices.items()}
        questions.write_text(first.form, encoding="utf-8")
        target, lines = Target(simulator.url, "bms", PASSWORD, True, FAST), list[str]()
        places = former.read([given, questions]).of(target)
        second = find(target, SystemClock(), lines.append, answers.read(given), former=places)
    return Twice(first, said, second, lines)


def test_a_second_probe_takes_far_fewer_requests_than_the_first(twice: Twice) -> None:
    assert twice.second.proof.site is not None
    assert twice.second.login == "as an earlier probe found it"
    assert twice.second.requests < 40 < twice.first.requests / 4


def test_an_answered_question_stands_in_the_new_file_as_answered(twice: Twice) -> None:
    form = tomllib.loads(twice.second.form)
    numbers = {name: number for number, name in form["asked"].items()}
    assert form[numbers["connectors.set_point_current"]] == "loadManagement.allocation[unit=A].value"
    assert form[numbers["connectors.status.ON_HOLD"]] == "reserved"
    assert numbers["connectors.max_power"] not in form


def test_an_answered_question_is_open_no_longer(twice: Twice) -> None:
    still = {question.name for question in twice.second.questions if question.is_open}
    assert {question.name for question in twice.first.questions} - still == {
        "connectors.fixed_set_point", "connectors.set_point_current", "connectors.status.ON_HOLD",
    }  # fmt: skip
    assert twice.second.choices["connectors.status"].confidence is Confidence.LIKELY


def test_an_answer_to_none_of_the_questions_is_kept_in_the_new_file(twice: Twice) -> None:
    assert tomllib.loads(twice.second.form)["stations.model"] == "manufacturerInformation.modelName"


def test_tables_of_words_that_are_answered_stand_in_the_profile(twice: Twice) -> None:
    words = tomllib.loads(twice.second.profile)["words"]
    assert words["connector_fixed_set_point"] == {"SHARED": False, "FIXED_RATE": True}
    assert words["connector_status"]["ON_HOLD"] == "reserved"
    assert tomllib.loads(twice.second.form)["words"]["connector_fixed_set_point"] == {
        "SHARED": False,
        "FIXED_RATE": True,
    }


def test_a_table_of_words_that_no_field_names_is_told(twice: Twice) -> None:
    assert twice.second.unused == ["words.nobody"]


def test_each_question_of_a_field_shows_first_what_the_proposal_assumes(twice: Twice) -> None:
    shown = {one.name: one.candidates[0] for one in twice.first.questions if one.name in twice.said}
    assert len(shown) > 5
    assert shown == {name: twice.said[name] for name in shown}
    guessed = next(one for one in twice.first.questions if one.name == "connectors.status.ON_HOLD")
    assert guessed.candidates[0] == "reserved"
    assert "faulted" in guessed.candidates


def test_of_a_text_for_yes_and_no_the_table_of_words_is_shown_too(twice: Twice) -> None:
    asked = next(one for one in twice.first.questions if one.name == "connectors.fixed_set_point")
    assert asked.candidates[1] == {"at": "loadManagement.policy", "words": "connector_fixed_set_point"}
    assert "# [words.connector_fixed_set_point]\n# SHARED = false\n# FIXED_RATE = true" in twice.first.form


def test_the_words_that_the_site_does_not_show_are_remarked(twice: Twice) -> None:
    (said,) = (text for text in twice.first.vocabularies if text.startswith("stations.authentication_mode:"))
    assert "seen OPEN_TO_ALL, KNOWN_DRIVERS_ONLY; not seen what means deny_all." in said
    assert "A word that is not in the table is shown as it came" in said
    assert "# stations.authentication_mode: seen OPEN_TO_ALL, KNOWN_DRIVERS_ONLY; not seen" in twice.first.profile


def test_the_profile_says_which_base_address_belongs_to_it(twice: Twice) -> None:
    assert f"evce.base_url is '{twice.first.places.origin}/api/v2'" in " ".join(twice.first.profile.split())


def test_each_request_is_told_with_how_many_there_may_be_and_what_is_sought(twice: Twice) -> None:
    assert twice.lines[0].endswith(": 401, for no login was sent (1 of at most 2000; the way in)")
    assert twice.lines[-1].endswith(f"({len(twice.lines)} of at most 2000; the whole site, through the proposal)")


def test_requests_that_are_refused_without_a_login_are_told_from_wrong_logins(twice: Twice) -> None:
    assert twice.first.refused.startswith("2 requests were refused (401 or 403): 1 without a login")
    assert "; 1 with the password" in twice.first.refused
    assert "1 without a login, which is no wrong login; 0 with the password" in twice.second.refused


def test_lists_that_are_elsewhere_by_now_are_sought_as_ever() -> None:
    with served("areas") as simulator:
        target = Target(simulator.url, "bms", PASSWORD, True, FAST)
        places = KnownPlaces(target.origin, target.path, paths=dict.fromkeys(("zones", "stations"), "/gone"))
        found = find(target, SystemClock(), lambda _: None, former=places)
    assert found.proof.site is not None
    assert found.places.paths["zones"] != "/gone"


def test_lists_that_somebody_names_otherwise_now_do_not_keep_the_others_where_they_were() -> None:
    places = KnownPlaces("https://192.168.0.5", "/api", {"kind": "basic"}, {"zones": "/a", "stations": "/b"})
    assert places.seen_as({"zones": "/b"}) == {"zones": "/b"}
    assert places.seen_as({"zones": "/a"}) == places.seen_as({}) == {"zones": "/a", "stations": "/b"}
    assert places.documents == ["/a", "/b"]


def test_what_was_read_is_kept_where_lists_are_asked_for() -> None:
    with served("asked/scada") as simulator:
        first = look(simulator.url)
        kept = list(first.places.read)
        target = Target(simulator.url, "bms", PASSWORD, True, FAST)
        second = find(target, SystemClock(), lambda _: None, {"stations": "/buses/{id}/rtu"}, former=first.places)
    assert first.profile == ""
    assert kept == ["/status", "/buses"]
    assert second.proof.site is not None
    assert second.requests < first.requests / 2


def test_places_of_another_controller_are_not_taken() -> None:
    places = KnownPlaces("https://192.168.0.5", "/api", {"kind": "basic"}, {"zones": "/areas"})
    assert places.of(Target("https://192.168.0.5", "bms", PASSWORD)).paths == {"zones": "/areas"}
    assert places.of(Target("https://192.168.0.6", "bms", PASSWORD)).paths == {}
    assert places.of(Target("https://192.168.0.5/other", "bms", PASSWORD)).paths == {}


def test_of_a_search_that_breaks_off_the_paths_are_kept_at_which_something_is() -> None:
    places = KnownPlaces("https://192.168.0.5", "/api", {"kind": "basic"})
    statuses = {"/api/info": 200, "/api/zones": 404, "/api/areas": 200}
    places.broken_off([Answer("GET", path, status, {}, {}, is_json=True) for path, status in statuses.items()])
    assert places.as_table()["read"] == ["/info", "/areas"]


def broken_off(simulator: EvceSimulator, folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> str:
    """End a probe as Ctrl-C does, after 60 requests; returns what it said."""

    def say(line: str) -> None:
        if "(60 of at most" in line:
            raise KeyboardInterrupt
        click.echo(line, err=True)

    with monkeypatch.context() as patched:
        patched.setattr(command, "_say", say)
        result = probe(simulator.url, folder, "--dialect", "--output", str(folder / "out"), *options)
    assert result.exit_code == 2
    return result.output


def test_a_probe_that_is_ended_leaves_where_it_was_and_the_next_begins_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(LAKESIDE) as simulator:
        said = broken_off(simulator, tmp_path, monkeypatch, "--json", str(tmp_path / "found.json"))
        kept = tomllib.loads((tmp_path / "out" / "questions.toml").read_text(encoding="utf-8"))["found"]
        target = Target(simulator.url, "bms", PASSWORD, True, FAST)
        places = former.read([tmp_path / "out" / "questions.toml"]).of(target)
        found = find(target, SystemClock(), lambda _: None, former=places)
    assert "The probe was ended by Ctrl-C." in said
    assert '"requests": 60' in (tmp_path / "found.json").read_text(encoding="utf-8")
    assert kept["login"]["query"] == "apiKey"
    assert found.login == "as an earlier probe found it"
    assert found.proof.site is not None


def test_a_probe_that_is_ended_leaves_the_questions_of_an_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out" / "questions.toml"
    file.parent.mkdir()
    file.write_text('[asked]\n1 = "zones.max_current"\n', encoding="utf-8")
    with served(LAKESIDE) as simulator:
        broken_off(simulator, tmp_path, monkeypatch)
    assert file.read_text(encoding="utf-8") == '[asked]\n1 = "zones.max_current"\n'


def test_a_bare_path_is_no_candidate_beside_what_is_said_of_it_more() -> None:
    choice = Choice(
        "connectors", "max_power", {"at": "power", "null": True}, Confidence.ASKED, candidates=["power", "p"]
    )
    assert list(map(inline, choice.to_choose)) == ['{ at = "power", null = true }', '"p"']
