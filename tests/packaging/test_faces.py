"""What each package offers to who uses it as a library: the names of its `__all__`."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGES = ["evce_connector", "evce_simulator", "ebo_simulator", "lying_proxy", "evce_acceptance"]
LAZY = ["evce_connector", "evce_acceptance"]
"""Packages with a command that must cost little: what they offer is imported when it is first used."""
NAMES = [(package, name) for package in PACKAGES for name in importlib.import_module(package).__all__]
LOADED = """
import sys
import {package}
print(*(name for name in sys.modules if name.startswith("{package}.") or name in ("pydantic", "pytest", "requests")))
"""


def shown_to_type_checkers(module: ModuleType) -> dict[str, str]:
    """Return where each name is imported from for type checkers alone."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {
        one.asname or one.name: f"{str(node.module).removeprefix(f'{module.__name__}.')}:{one.name}"
        for node in imports
        for one in node.names
    }


@pytest.mark.parametrize(("package", "name"), NAMES)
def test_every_name_can_be_imported_and_says_what_it_is_for(package: str, name: str) -> None:
    found = getattr(importlib.import_module(package), name)
    if inspect.isclass(found) or inspect.isroutine(found):
        assert found.__doc__, name
        assert not found.__doc__.startswith(f"{found.__name__}("), "only what dataclasses write by themselves"


@pytest.mark.parametrize("package", PACKAGES)
def test_the_package_says_what_it_is_for_and_names_what_it_offers_once_and_in_order(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__doc__
    assert list(module.__all__) == sorted(set(module.__all__))


@pytest.mark.parametrize("package", LAZY)
def test_type_checkers_see_each_name_where_it_is_imported_from(package: str) -> None:
    module = importlib.import_module(package)
    assert shown_to_type_checkers(module) == module._HOMES
    assert {*module._HOMES, "__version__"} == {*module.__all__, "__version__"}


@pytest.mark.parametrize("package", LAZY)
def test_the_package_alone_imports_nothing_of_what_it_offers(package: str) -> None:
    done = subprocess.run(  # noqa: S603 - this Python, and a line from here
        [sys.executable, "-c", LOADED.format(package=package)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize("package", LAZY)
def test_what_is_not_offered_is_an_attribute_error(package: str) -> None:
    module = importlib.import_module(package)
    assert set(module.__all__) <= set(dir(module))
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'Nothing'"):
        module.Nothing  # noqa: B018 - looking it up is the test
