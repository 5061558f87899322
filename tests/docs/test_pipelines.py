"""The jobs that accept a site in a pipeline: they are read as the forges read them, and say what the command takes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from evce_acceptance.commands.run import run
from evce_acceptance.site.settings import SettingsError, load

ROOT = Path(__file__).parents[2]
JOBS = sorted((ROOT / "features/pipelines").glob("*.yml"))
SITE = """
name = "Depot"
[controller]
url = "https://controller.example/api/v2"
user = "bms"
password_file = "controller.password"
[connector]
url = "https://connector.example/EcoStruxure/DataExchange"
user = "ebo"
password_file = "connector.password"
"""


def lines(job: Any) -> Iterator[str]:  # noqa: ANN401 - whatever YAML holds
    """Yield every line that a job runs."""
    if isinstance(job, dict):
        for name, value in job.items():
            if name in ("run", "script", "after_script"):
                yield from (line for one in ([value] if isinstance(value, str) else value) for line in one.splitlines())
            else:
                yield from lines(value)
    elif isinstance(job, list):
        for one in job:
            yield from lines(one)


def said(file: Path) -> list[str]:
    return list(lines(yaml.safe_load(file.read_text(encoding="utf-8"))))


def test_there_is_a_job_for_each_of_two_forges() -> None:
    assert [file.stem for file in JOBS] == ["github", "gitlab-ci"]


@pytest.mark.parametrize("file", JOBS, ids=lambda path: path.stem)
def test_the_command_takes_what_a_job_says(file: Path) -> None:
    (line,) = [line for line in said(file) if "evce-acceptance run" in line]
    _, _, options = line.partition("evce-acceptance run ")
    _, left, _ = run.make_parser(click.Context(run)).parse_args(shlex.split(options))
    assert left == []


@pytest.mark.parametrize("file", JOBS, ids=lambda path: path.stem)
def test_passwords_stand_in_files_that_nobody_else_reads_and_that_are_removed(file: Path, tmp_path: Path) -> None:
    script = said(file)
    written = [line.rpartition("> ")[2] for line in script if line.startswith("printf ")]
    assert script.index("umask 077") < min(script.index(line) for line in script if line.startswith("printf "))
    assert f"rm -f {' '.join(written)}" in script
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    with pytest.raises(SettingsError, match="password"):
        load(tmp_path / "site.toml")
    for name in written:
        (tmp_path / name).write_text("Building-7\n", encoding="utf-8")
    assert load(tmp_path / "site.toml").connector.url.startswith("https://connector.example")
