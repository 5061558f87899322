"""The zip of a run holds all of it, and shows when any of it was changed."""

import json
import shutil
import subprocess
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from evce_acceptance.report import bundle
from evce_acceptance.results.run import Check, Exchange, Proof, Run, Verdict
from jsonschema import Draft202012Validator

from tests.evce_acceptance.report.example_run import example

SUMMARIES = ["summary.en.html", "summary.fr.html", "summary.de.html"]
DATA = ["run.json", "run.schema.json", "wire.jsonl", "points.csv", "report.xlsx"]
NAMES = ["report.html", "junit.xml", *DATA, *SUMMARIES, "SHA256SUMS"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle.write(example(), tmp_path_factory.mktemp("bundle"))


def changed(path: Path, folder: Path, **contents: bytes | None) -> Path:
    """Write a zip again with some files changed, added, or left out; `_` in a name stands for its dot."""
    files = {name.replace("_", "."): content for name, content in contents.items()}
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(folder / "changed.zip", "w") as new:
        for name in [*old.namelist(), *(name for name in files if name not in old.namelist())]:
            content = files[name] if name in files else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return folder / "changed.zip"


def test_a_zip_holds_its_files_in_a_fixed_order(written: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        assert archive.namelist() == NAMES


def test_run_json_is_as_the_schema_beside_it_says_and_nothing_else_is(written: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        run, schema = (json.loads(archive.read(name)) for name in ("run.json", "run.schema.json"))
    Draft202012Validator.check_schema(schema)
    says = Draft202012Validator(schema)
    says.validate(run)
    assert not says.is_valid(run | {"verdict": "perhaps"})
    assert not says.is_valid({name: value for name, value in run.items() if name != "checks"})
    assert run.keys() == schema["properties"].keys()
    assert {name for check in run["checks"] for name in check} == schema["$defs"]["Check"]["properties"].keys()
    assert {name for one in run["exchanges"] for name in one} == schema["$defs"]["Exchange"]["properties"].keys()


def test_each_file_has_the_time_at_which_the_run_started(written: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 23, 8, 0, 0)}


def test_its_name_tells_site_and_start(written: Path) -> None:
    assert written.name == "sat-parkhaus-sud-handel-strasse-p2-20261123T080000Z.zip"


@pytest.mark.parametrize("name", ["handover", "handover.zip"])
def test_a_name_may_be_given(tmp_path: Path, name: str) -> None:
    assert bundle.write(Run("a", "b"), tmp_path / "new", name) == tmp_path / "new" / "handover.zip"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["handover.zip"]


@pytest.mark.parametrize(
    ("site", "started", "name"),
    [("電気", "2026-11-23T09:00:00+01:00", "sat-site-20261123T080000Z.zip"), ("../a b", "soon", "sat-a-b.zip")],
)
def test_any_site_gives_a_name_that_every_system_takes(tmp_path: Path, site: str, started: str, name: str) -> None:
    assert bundle.write(Run(site, started), tmp_path).name == name


def test_the_run_is_read_again_with_the_texts_of_its_exchanges(written: Path) -> None:
    assert bundle.read(written) == example()


def test_equal_runs_give_equal_zips(written: Path, tmp_path: Path) -> None:
    assert bundle.write(example(), tmp_path).read_bytes() == written.read_bytes()


def test_the_wire_log_has_a_line_for_each_exchange(written: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        lines = archive.read("wire.jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines] == [asdict(one) for one in example().exchanges]


def test_line_ends_and_half_characters_survive(tmp_path: Path) -> None:
    texts = "a\nb\r\u2028\u0085\ud800"
    run = Run(texts, "2026-11-23T08:00:00Z", exchanges=[Exchange("", "connector", texts, "", 200, 0.1, texts, texts)])
    run.checks = [Check(texts, texts, (), Proof.READ_ONLY, Verdict.FAIL, texts, (texts,))]
    assert bundle.read(bundle.write(run, tmp_path)) == run


def test_what_the_run_wrote_verifies(written: Path) -> None:
    assert bundle.verify(written) == []


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is a Unix tool")
def test_sha256sum_verifies_it(written: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        archive.extractall(tmp_path)
    command = [str(shutil.which("sha256sum")), "-c", "--strict", "SHA256SUMS"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S603 - a fixed command
    assert done.stdout.splitlines() == [f"{name}: OK" for name in NAMES[:-1]]


@pytest.mark.parametrize("name", NAMES[:-1])
def test_a_changed_file_is_named(written: Path, tmp_path: Path, name: str) -> None:
    path = changed(written, tmp_path, **{name.replace(".", "_"): b"{}"})
    assert bundle.verify(path) == [f"{name} was changed: its hash does not match."]


@pytest.mark.parametrize("name", NAMES[:-1])
def test_a_missing_file_is_named(written: Path, tmp_path: Path, name: str) -> None:
    path = changed(written, tmp_path, **{name.replace(".", "_"): None})
    assert bundle.verify(path) == [f"{name} is missing."]


def test_a_file_put_in_later_is_named(written: Path, tmp_path: Path) -> None:
    assert bundle.verify(changed(written, tmp_path, new_txt=b"")) == [
        "new.txt is not in SHA256SUMS: it was put in later."
    ]


def test_a_zip_without_hashes_is_named(written: Path, tmp_path: Path) -> None:
    assert bundle.verify(changed(written, tmp_path, SHA256SUMS=None)) == [
        "SHA256SUMS is missing, so nothing can be verified."
    ]


def test_hashes_that_are_none_are_named(written: Path, tmp_path: Path) -> None:
    wrong = bundle.verify(changed(written, tmp_path, SHA256SUMS=b"nonsense\n"))
    assert "SHA256SUMS holds a line that is no hash: 'nonsense'." in wrong
    assert len(wrong) == len(NAMES)


def test_a_file_that_is_in_twice_is_named(written: Path, tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    shutil.copy(written, path)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("run.json", "{}")
    assert bundle.verify(path) == [f"{path} holds run.json more than once; use the original."]


def test_a_zip_with_damaged_bytes_is_named(written: Path, tmp_path: Path) -> None:
    content = bytearray(written.read_bytes())
    content[len(content) // 4 : len(content) // 4 + 400] = bytes(400)
    path = tmp_path / "damaged.zip"
    path.write_bytes(content)
    assert bundle.verify(path)[0].startswith(f"{path} is damaged or no zip of a run: ")


def test_a_file_that_is_no_zip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_text("hello")
    assert bundle.verify(path)[0].startswith(f"{path} is damaged or no zip of a run: ")


def test_a_zip_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert bundle.verify(tmp_path / "a.zip") == [
        f"{tmp_path / 'a.zip'} cannot be read: No such file or directory. Name the zip of a run."
    ]


def test_a_changed_run_is_not_read(written: Path, tmp_path: Path) -> None:
    with pytest.raises(bundle.BundleError, match=r"run\.json was changed: its hash does not match\. Use the original"):
        bundle.read(changed(written, tmp_path, run_json=b"{}"))


@pytest.mark.parametrize("content", [b"{}", b"nonsense", b'{"verdict": "pass", "checks": [{}]}'])
def test_a_run_of_another_version_is_not_read(written: Path, tmp_path: Path, content: bytes) -> None:
    with zipfile.ZipFile(written) as archive:
        data = {name: archive.read(name) for name in NAMES[:-1]} | {"run.json": content}
    sums = "".join(f"{bundle.sha256(one)} *{name}\n" for name, one in data.items())
    path = changed(written, tmp_path, run_json=content, SHA256SUMS=sums.encode())
    assert bundle.verify(path) == []
    with pytest.raises(bundle.BundleError, match="written by another version"):
        bundle.read(path)


def test_the_report_shows_the_hashes_of_run_and_wire_log(written: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        report = archive.read("report.html").decode()
        assert all(bundle.sha256(archive.read(name)) in report for name in ("run.json", "wire.jsonl"))


def test_the_report_shows_what_the_simulation_proved(tmp_path: Path) -> None:
    simulation = Run("simulators", "2026-11-20T10:00:00Z")
    simulation.checks = [Check("polling", "x", ("P-2",), Proof.SIMULATION, Verdict.PASS)]
    path = bundle.write(replace(example(), checks=[]), tmp_path, simulation=simulation)
    with zipfile.ZipFile(path) as archive:
        assert "Proven: simulation" in archive.read("report.html").decode()
    assert bundle.read(path).checks == []


def test_a_failed_write_leaves_the_former_zip(written: Path, tmp_path: Path) -> None:
    path = tmp_path / written.name
    shutil.copy(written, path)
    path.with_suffix(".partial").mkdir()  # where a disk would be full
    with pytest.raises(bundle.BundleError, match=r"cannot be written: .*\. Choose another folder"):
        bundle.write(example(), tmp_path)
    assert bundle.verify(path) == []
