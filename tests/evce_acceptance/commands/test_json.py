"""What a command prints as a table it prints for programs too, and then nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from evce_acceptance.cli import main
from evce_acceptance.report import bundle
from evce_simulator import EvceSimulator

from tests.evce_acceptance.report.example_run import example

CLOSED = "http://127.0.0.1:9"
"""Where nobody listens: a plan asks the controller alone."""


def told(*arguments: str | Path) -> tuple[int, Any]:
    """Run a command, and read what it prints as JSON."""
    result = CliRunner().invoke(main, [*map(str, arguments), "--json"])
    return result.exit_code, json.loads(result.stdout)


def site_of(folder: Path, controller: str, password: str) -> Path:
    for name in ("controller", "connector"):
        (folder / f"{name}.password").write_text(password, encoding="utf-8")
    path = folder / "site.toml"
    ends = f'[controller]\nurl = "{controller}"\nuser = "bms"\npassword_file = "controller.password"\nwrites = true\n'
    ends += f'[connector]\nurl = "{CLOSED}"\nuser = "ebo"\npassword_file = "connector.password"\n'
    path.write_text(f'name = "Bench"\n{ends}[budget]\nreduction_lowers = true\n', encoding="utf-8")
    return path


def test_a_plan_lists_each_call_with_what_takes_it_back(tmp_path: Path) -> None:
    with EvceSimulator("guide", login="bms", password="secret") as simulator:
        status, calls = told("plan", "--site", site_of(tmp_path, simulator.url, "secret"))
    writes = [call for call in calls if call["operation"].startswith("SetValues ZoneReduction")]
    assert status == 0
    assert writes
    assert all(call["target"] and call["value"] and call["restored_by"] for call in writes)


def test_a_difference_says_what_changed_and_in_which_runs(tmp_path: Path) -> None:
    old, new = example(), example()
    new.readings[0] = replace(new.readings[0], unit="furlong")
    files = [bundle.write(run, tmp_path / name) for name, run in (("old", old), ("new", new))]
    status, found = told("diff", *files)
    assert (status, found["same"]) == (1, False)
    assert [(one["aspect"], one["new"]) for one in found["labels"]] == [("unit", "furlong")]
    assert found["old"] == {"site": old.site, "started": old.started, "verdict": old.verdict}


def test_no_difference_is_said_too(tmp_path: Path) -> None:
    file = bundle.write(example(), tmp_path)
    status, found = told("diff", file, file)
    assert (status, found["same"], found["labels"]) == (0, True, [])
