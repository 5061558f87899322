"""Questions are numbered, written as a file to fill in, and their answers complete a profile."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.probe.asking import ProbeError
from evce_connector.probe.dialect import answers as answering
from evce_connector.probe.dialect import search

from tests.evce_connector.probe.dialect.measuring import PASSWORD, Measure, look, measure, served

STATES = [
    "available",
    "preparing",
    "charging",
    "suspendedEVSE",
    "suspendedEV",
    "finishing",
    "reserved",
    "unavailable",
    "faulted",
]


def filled(form: str, answers: dict[str, str]) -> str:
    """Answer a form as a person does: by taking a line's # away and writing behind the number."""
    names = {name: number for number, name in tomllib.loads(form)["asked"].items()}
    given = "".join(f"{names[name]} = {answer}\n" for name, answer in answers.items())
    return given + form


def answered(folder: Path, dialect: str, answers: dict[str, str]) -> Measure:
    with served(dialect) as simulator:
        form = look(simulator.url).form
    file = folder / "answers.toml"
    file.write_text(filled(form, answers), encoding="utf-8")
    return measure(dialect, folder, answers=answering.read(file))


def test_after_the_answers_the_connector_reads_everything(tmp_path: Path) -> None:
    states = {f"connectors.status.{number}": f'"{word}"' for number, word in enumerate(STATES)}
    more = {"stations.status.0": '"available"', "stations.status.7": '"unavailable"'}
    found = answered(tmp_path, "depot", states | more)
    assert found.wrong == []
    assert found.found.proof.unreadable == {}


def test_a_list_that_nobody_guesses_is_asked_and_found_by_the_answer(tmp_path: Path) -> None:
    with served("asked/scada") as simulator:
        found = look(simulator.url)
    assert [question.name for question in found.questions] == ["stations", "connectors"]
    assert found.profile == ""
    assert found.proof.told == "no profile can be proposed before the questions are answered"
    told = measure("asked/scada", tmp_path, answers={"stations": "/buses/{id}/rtu"})
    assert (told.share >= 0.95, told.wrong_and_sure, told.wrong_and_not_asked) == (True, [], [])


def test_answers_make_the_writes_arrive(tmp_path: Path) -> None:
    path = '"/areas/{id}/curtailment"'
    body = '{ share_left = "{left}", ends = "{validity}" }'
    writes = {
        "reduction": f'{{ path = {path}, method = "PATCH", body = {body}, clear = {{ path = {path} }} }}',
        "availability": '{ path = "/outlets/{id}/commands", method = "POST", body = { command = "{available}" } }',
    }
    with served("areas") as simulator:
        file = tmp_path / "answers.toml"
        file.write_text(filled(look(simulator.url).form, writes), encoding="utf-8")
        proposed = tmp_path / "dialect.toml"
        proposed.write_text(look(simulator.url, answering.read(file)).profile, encoding="utf-8")
        profile = profiles.load(str(proposed))
        with EvceClient(EvceOptions(simulator.url, "bms", PASSWORD), profile) as client:
            client.put_reduction(1, profile.write_reduction(25.0, "2030-01-01T00:00:00Z"))
        assert simulator.model.zone(1)["reduction"]["value"] == 25


def test_an_answer_that_belongs_to_nothing_is_told() -> None:
    with served("onedoc") as simulator:
        found = look(simulator.url, {"stations.colour": "red", "stations.model": "model"})
    assert found.unused == ["stations.colour"]


def test_an_answer_that_no_profile_may_say_is_told_by_line_and_key() -> None:
    with served("onedoc") as simulator:
        found = look(simulator.url, {"connectors.max_current": {"at": "max_a", "unit": "V"}})
    assert found.proof.site is None
    assert "connectors.fields.max_current.unit must be A or mA, not 'V'" in found.proof.trouble


def test_a_question_has_a_number_and_candidates_to_choose_from() -> None:
    with served("areas") as simulator:
        form = look(simulator.url).form
    assert re.search(r"^# 1: What is connectors.active_energy\?", form, re.MULTILINE)
    assert '# 1 = { at = "meter.energy", as = "text", unit = "kWh" }' in form
    assert tomllib.loads(form)["asked"] == {"1": "connectors.active_energy", "2": "reduction", "3": "availability"}


def test_an_answer_of_a_field_is_what_the_profile_says(tmp_path: Path) -> None:
    found = answered(
        tmp_path, "areas", {"connectors.active_energy": '{ at = "meter.energy", as = "text", unit = "Wh" }'}
    )
    assert found.wrong == []
    assert "# high: as answered\nactive_energy" in found.found.profile


def test_a_meter_whose_unit_is_answered_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[object] = []
    monkeypatch.setattr(search, "growth_of", lambda *more: waited.append(more) or {})
    said = {"at": "meter.energy", "as": "text", "unit": "Wh"}
    with served("areas") as simulator:
        look(simulator.url, {"connectors.active_energy": said})
        assert waited == []
        look(simulator.url)
    assert len(waited) == 1


def test_an_answer_to_no_question_is_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('7 = "^.uid"\n', encoding="utf-8")
    with pytest.raises(ProbeError, match=r"The answer 7 in .* belongs to no question: leave the table \[asked\]"):
        answering.read(file)


def test_answers_that_are_no_toml_are_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text("7 = \n", encoding="utf-8")
    with pytest.raises(ProbeError, match=r"answers\.toml cannot be read: .*give the file that the probe wrote"):
        answering.read(file)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("colour = 'red'", r"The key colour in .*answers\.toml answers no question: write the number of a question"),
        ("'stations.colour' = 'red'", r"The key stations\.colour in .* answers no question"),
        ("zones.max_current = 'max'", r"The key zones in .*, or a field in quotation marks, \"zones\.max_current\""),
        ("reduction.value = 'share'", r"The key reduction in .*: it needs path and body, as \[reduction\]"),
        ("words = 'yes'", r"The key words in .*: write \[words\.NAME\]"),
        ("[words]\nYES = true", r"The key words in .*: write \[words\.NAME\]"),
        ("asked = 7", r"asked in .* is no table"),
    ],
)
def test_what_answers_nothing_is_refused_by_file_and_key(tmp_path: Path, line: str, why: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(ProbeError, match=why):
        answering.read(file)


def test_a_profile_that_an_answer_breaks_is_told_by_its_own_name() -> None:
    with served("onedoc") as simulator:
        found = look(simulator.url, {"connectors.available": {"at": "max_a", "words": "nowhere"}})
    assert found.proof.trouble.startswith("In the profile 'dialect.toml', line ")
    assert "[words.nowhere], which is not there" in found.proof.trouble


def test_answers_in_a_folder_are_not_written_over_when_nobody_gave_them(tmp_path: Path) -> None:
    file = tmp_path / "questions.toml"
    file.write_text('1 = "max"\n[asked]\n1 = "zones.max_current"\n', encoding="utf-8")
    with pytest.raises(ProbeError, match=r"has answers \(1\) and would be written anew: give it with --answers"):
        answering.guard(file, None)
    answering.guard(file, file)
