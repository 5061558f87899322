"""What the forge is told: workflows run what is there, and forms ask in a form that it reads."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
KINDS = {"markdown", "input", "textarea", "dropdown", "checkboxes"}


def read(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return document


def commands(workflow: dict[str, Any]) -> list[str]:
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


def test_there_are_workflows_and_forms() -> None:
    assert WORKFLOWS
    assert FORMS


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_sessions_and_scripts_that_are_there(file: Path) -> None:
    said = "\n".join(commands(read(file)))
    sessions = set(re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text(encoding="utf-8"), re.MULTILINE))
    asked = {name for names in re.findall(r"nox -s ((?:\w+ ?)+)", said) for name in names.split()}
    scripts = re.findall(r"bash (\S+)", said)

    assert asked or scripts
    assert asked <= sessions
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_read(file: Path) -> None:
    assert read(file)["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("file", FORMS, ids=lambda path: path.stem)
def test_a_form_has_a_name_and_asks_something_that_must_be_answered(file: Path) -> None:
    form = read(file)
    questions = [part for part in form["body"] if part["type"] != "markdown"]

    assert form["name"]
    assert form["description"]
    assert {part["type"] for part in form["body"]} <= KINDS
    assert len({part["id"] for part in questions}) == len(questions)
    assert any(part.get("validations", {}).get("required") for part in questions)


@pytest.mark.parametrize("file", [*FORMS, ROOT / ".github/pull_request_template.md"], ids=lambda path: path.name)
def test_documents_that_a_form_names_are_there(file: Path) -> None:
    named = re.findall(r"[\w/]*[A-Za-z]+\.md", file.read_text(encoding="utf-8"))
    known = {path.name for path in ROOT.rglob("*.md") if ".venv" not in path.parts}

    assert named
    assert [name for name in named if not (ROOT / name).is_file() and Path(name).name not in known] == []


def test_the_changelog_has_what_comes_next_and_each_pythons_classifier_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pythons = [line.rsplit(" ", 1)[1] for line in project["classifiers"] if re.search(r":: 3\.\d+$", line)]

    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert all(f'"{python}"' in (ROOT / "noxfile.py").read_text(encoding="utf-8") for python in pythons)
