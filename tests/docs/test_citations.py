"""What documents, docstrings and comments point at is in the repository."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("reference", "simulators", "features", "tests", "load")
SUFFIXES = "md|py|toml|csv|feature|yaml|wsdl|svg|png|cpp|j2|html|sql|mako"
CITED = re.compile(rf"(?<![\w/.:*<>-])((?:[\w.-]+/)*[\w-]+\.(?:{SUFFIXES}))(?![\w/])")
LINK = re.compile(r"\]\(([^)#:]+)\)")
HEADING = re.compile(r"docs/([\w-]+\.md), ([A-Z][\w ]+)")
TEST = re.compile(r"((?:tests|features)/[\w/.-]+\.py)::(\w+)")
SESSION = re.compile(r"nox -s ([a-z]+)")
MODULE = re.compile(r"python -m ((?:evce_connector|evce_simulator|ebo_simulator|lying_proxy|features|load)[\w.]*)")
IN_WHEEL = "evce_acceptance/specification"
"""Where the features that a site needs stand in the wheel."""
NOT_OURS = {
    "evce-connector.toml": "written by the user",
    "site.toml": "written by the user",
    "pair.toml": "written by the user",
    "new.toml": "written by the user",
    "deviations.toml": "written by the user",
    "profile.toml": "written by the probe",
    "answers.toml": "written by the user for the probe",
    "dialect.toml": "written by the probe",
    "questions.toml": "written by the probe",
    "found/questions.toml": "written by the probe",
    "found/dialect.toml": "written by the probe",
    "report.html": "written by an acceptance run",
    "points.csv": "written by an acceptance run",
    "run.schema.json": "written by an acceptance run",
    "ews.html": "written by a test of conformance",
    "ews.json": "written by a test of conformance",
    "shadow.html": "written by shadow mode",
    "looks.jsonl": "written by a watch",
    "watch.html": "written by a watch",
    "watch.json": "written by a watch",
    "site.csv": "written as the user says",
    "adopt.csv": "written as the user says",
    "_stats.csv": "written by a load test",
    "_failures.csv": "written by a load test",
    "_resources.csv": "written by a load test",
}
"""Files that are spoken of and cannot be in the repository, with the reason."""


@cache
def files() -> list[str]:
    """Return every file of the repository, as a path from its root."""
    tops = [path for path in ROOT.iterdir() if path.is_file()]
    below = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [path.relative_to(ROOT).as_posix() for path in [*tops, *below] if "__pycache__" not in path.parts]


def texts(name: str) -> Iterator[str]:
    """Yield what a file says to its readers: a document whole, of a module docstrings and comments."""
    text = (ROOT / name).read_text(encoding="utf-8")
    if not name.endswith(".py"):
        yield text
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


@cache
def spoken() -> list[tuple[str, str]]:
    """Return every text for readers, with the name of its file."""
    read = [name for name in files() if name.endswith((".md", ".py", ".toml"))]
    return [(name, text) for name in read for text in texts(name)]


def is_there(cited: str) -> bool:
    if cited.startswith(IN_WHEEL):
        return is_there("features/specification" + cited.removeprefix(IN_WHEEL))
    return cited in NOT_OURS or any(name == cited or name.endswith(f"/{cited}") for name in files())


def test_every_file_that_is_cited_is_there() -> None:
    cited = {(name, found) for name, text in spoken() for found in CITED.findall(text)}
    assert sorted(f"{name}: {found}" for name, found in cited if not is_there(found.replace("../", ""))) == []


def test_nothing_appeals_to_a_design_that_is_not_named() -> None:
    assert [name for name, text in spoken() if re.search(r"\bthe design\b", text)] == []


def test_every_session_that_is_named_is_there() -> None:
    sessions = re.findall(
        r"^@nox\.session.*\ndef (\w+)", (ROOT / "noxfile.py").read_text(encoding="utf-8"), re.MULTILINE
    )
    named = {(name, session) for name, text in spoken() for session in SESSION.findall(text)}
    assert sorted(f"{name}: {session}" for name, session in named if session not in sessions) == []


def test_every_module_that_is_said_to_be_run_can_be() -> None:
    named = {(name, module.rstrip(".")) for name, text in spoken() for module in MODULE.findall(text)}
    assert named
    paths = {(name, module): module.replace(".", "/") for name, module in named}
    ways = {one: [f"{path}.py", f"{path}/__main__.py"] for one, path in paths.items()}
    assert sorted(one for one, names in ways.items() if not any(map(is_there, names))) == []


def test_every_link_of_a_document_leads_to_a_file() -> None:
    links = [(name, link) for name, text in spoken() if name.endswith(".md") for link in LINK.findall(text)]
    assert [f"{name}: {link}" for name, link in links if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_every_heading_that_is_cited_is_there() -> None:
    lost = []
    for name, text in spoken():
        for document, heading in HEADING.findall(text):
            page = (ROOT / "reference/docs" / document).read_text(encoding="utf-8")
            if not re.search(rf"^#+ {heading}$", page, re.MULTILINE):
                lost.append(f"{name}: {document}, {heading}")
    assert lost == []


def test_every_test_that_a_document_names_is_there() -> None:
    lost = []
    for name, text in spoken():
        for path, test in TEST.findall(text) if name.endswith(".md") else ():
            file = ROOT / path
            if not file.is_file() or f"\ndef {test}(" not in file.read_text(encoding="utf-8"):
                lost.append(f"{name}: {path}::{test}")
    assert lost == []


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("see FACTS.md (Envelope)", ["FACTS.md"]),
        ("`docs/ews.md`, HTTP Digest", ["docs/ews.md"]),
        ("tests/site/test_gone.py::test_it", ["tests/site/test_gone.py"]),
        ("https://example.com/page.html", []),
        ("sqlite:///connector.db, 1.5, e.g. this", []),
    ],
)
def test_citations_are_found_in_words(text: str, cited: list[str]) -> None:
    assert CITED.findall(text) == cited
