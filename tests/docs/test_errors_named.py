"""Who calls a public function reads in its docstring which errors it raises."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "reference/evce_connector",
    "simulators/evce_simulator",
    "simulators/ebo_simulator",
    "simulators/lying_proxy",
    "simulators/simulator_commands",
    "features/evce_acceptance",
)
NOT_NAMED = {
    "AssertionError": "a mistake of our own, which nobody handles",
    "NotImplementedError": "a mistake of our own, which nobody handles",
    "SystemExit": "the end of a command",
    "BadParameter": "a sentence that click prints to who typed the command",
    "ClickException": "a sentence that click prints to who typed the command",
    "UsageError": "a sentence that click prints to who typed the command",
}
"""Errors that a docstring need not name, with the reason."""
KNOWN_AS = {"PydanticCustomError": "ValueError"}
"""Errors that callers know as another one: pydantic_core derives them so."""

CALLED_BY_NOBODY = {
    "command": "its docstring is the help of the command; what it raises, the command line shows as a sentence",
    "given": "a step of a scenario, whose sentence says what it is for",
    "when": "a step of a scenario, whose sentence says what it is for",
    "then": "a step of a scenario, whose sentence says what it is for",
    "check": "a check of conformance, whose row of the table says what it is for",
}
"""Decorators of functions that only a framework calls, with the reason why their errors need no name."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Raised(NamedTuple):
    """An error that a public function raises in its own body, and what is said to its callers."""

    where: str
    error: str
    said: str


def own(function: Function) -> Iterator[ast.AST]:
    """Yield what stands in a function itself, not in functions and classes within it."""
    within: list[ast.AST] = list(function.body)
    while within:
        node = within.pop()
        yield node
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            within.extend(ast.iter_child_nodes(node))


def prose(node: Function | ast.ClassDef) -> str:
    """Return what a docstring says in words: its examples, which may show an error, stand last."""
    return (ast.get_docstring(node) or "").partition(">>> ")[0]


def is_called(function: Function) -> bool:
    """Tell whether anybody but a framework calls a function."""
    calls = [one.func if isinstance(one, ast.Call) else one for one in function.decorator_list]
    return not any(ast.unparse(call).rpartition(".")[2] in CALLED_BY_NOBODY for call in calls)


def public(body: list[ast.stmt], said: str = "") -> Iterator[tuple[Function, str]]:
    """Yield the public functions and methods of a module's body, each with its docstring and its class's."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public(node.body, prose(node))
        elif isinstance(node, Function) and re.fullmatch(r"__\w+__|[^_]\w*", node.name) and is_called(node):
            yield node, f"{said}\n{prose(node)}"


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the packages, decoded, by its path."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def makers() -> dict[str, str]:
    """Return what functions give, by their names: `raise too_many_ids(5)` raises what that one gives."""
    functions = [node for module in modules().values() for node in module.body if isinstance(node, Function)]
    return {node.name: ast.unparse(node.returns) for node in functions if node.returns}


def errors_of(node: ast.Raise) -> set[str]:
    """Return the names of what may be raised; none for an error that is only passed on."""
    call = node.exc if isinstance(node.exc, ast.Call) else None
    raised = call.func if call else node.exc
    name = ast.unparse(raised).rpartition(".")[2] if raised else ""
    if name[:1].isupper():
        names = {KNOWN_AS.get(name, name)}
    else:
        names = set(makers().get(name, "").split(" | ")) if call else set()
    return names - NOT_NAMED.keys() - {"", "None"}


def raised_in(path: str, module: ast.Module) -> Iterator[Raised]:
    for function, said in public(module.body):
        for node in own(function):
            if isinstance(node, ast.Raise):
                for error in errors_of(node):
                    yield Raised(f"{path}:{node.lineno} {function.name}", error, said)


@cache
def raised() -> list[Raised]:
    return [one for path, module in modules().items() for one in raised_in(path, module)]


def test_every_error_of_a_public_function_is_named_in_its_docstring() -> None:
    unsaid = [f"{one.where}: {one.error}" for one in raised() if not re.search(rf"\b{one.error}\b", one.said)]
    assert unsaid == []


@pytest.mark.parametrize("error", ["ConfigurationError", "EwsFault", "LieError", "ValueError", "WriteRefusedError"])
def test_errors_are_found_in_code(error: str) -> None:
    assert error in {one.error for one in raised()}


@pytest.mark.parametrize(
    ("code", "errors"),
    [
        ("def read():\n    raise ValueError('no')", ["ValueError"]),
        ("def read():\n    raise ValueError", ["ValueError"]),
        ("def read():\n    raise config.ConfigurationError([])", ["ConfigurationError"]),
        ("def read():\n    raise too_many_ids(5)", ["EwsFault"]),
        ("class Reader:\n    def __init__(self):\n        raise ValueError", ["ValueError"]),
        ("@then('it reads')\ndef read():\n    raise ValueError", []),
        ("@click.command()\ndef read():\n    raise ValueError", []),
        ("def read():\n    raise", []),
        ("def read():\n    raise error", []),
        ("def read():\n    raise NotImplementedError", []),
        ("def _read():\n    raise ValueError", []),
        ("class _Reader:\n    def read(self):\n        raise ValueError", []),
        ("def read():\n    def within():\n        raise ValueError", []),
    ],
)
def test_what_counts_as_an_error_of_a_public_function(code: str, errors: list[str]) -> None:
    assert [one.error for one in raised_in("reader.py", ast.parse(code))] == errors
