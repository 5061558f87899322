"""A change to one module of the connector, made as it is imported: nothing on disk changes."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from types import CodeType, ModuleType

PACKAGE = "evce_connector"


class PatchError(Exception):
    """A patch point that is not there (any more), or that is not one place."""


@dataclass(frozen=True)
class Patch:
    """The source that takes the place of a module's own."""

    module: str
    source: str


@cache
def source_of(module: str) -> str:
    """Return the source of a module of the connector, without importing it; PatchError when there is none."""
    package, _, inside = module.partition(".")
    spec = find_spec(PACKAGE)
    if package != PACKAGE or not inside or spec is None or spec.origin is None:
        raise PatchError(f"The connector has no module {module}.")
    # Not by find_spec of the module: that imports the packages around it, and what they import could not be patched.
    place = Path(spec.origin).parent.joinpath(*inside.split("."))
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise PatchError(f"The connector has no module {module}.")


def patch(where: str, old: str, new: str) -> Patch:
    """Replace the one place of some text: `where` is a module, or `module:name` of a function, class or variable.

    PatchError says what is not there, so that a change of the connector never makes a mutant that changes nothing.
    """
    module, _, name = where.partition(":")
    source = source_of(module)
    first, last = span_of(source, name, where)
    lines = source.splitlines(keepends=True)
    text = "".join(lines[first:last])
    if (times := text.count(old)) != 1:
        raise PatchError(f"{where} holds {old!r} {times} times, not once.")
    changed = text.replace(old, new)
    try:
        unchanged = _dumped(changed) == _dumped(text)
    except SyntaxError as error:
        raise PatchError(f"{where} is no Python with {new!r}: {error}.") from error
    if unchanged:
        raise PatchError(f"{where} means the same with {new!r}.")
    return Patch(module, "".join([*lines[:first], changed, *lines[last:]]))


def span_of(source: str, name: str, where: str = "") -> tuple[int, int]:
    """Return the first line (from 0) of a dotted name of a module and the one behind its last; all without a name."""
    tree: ast.AST = _parsed(source)
    first, last = 0, len(source.splitlines())
    for part in name.split(".") if name else ():
        found = next((node for node in ast.iter_child_nodes(tree) if part in _names(node)), None)
        if not isinstance(found, ast.stmt) or found.end_lineno is None:
            raise PatchError(f"{where or name}: there is no {part}.")
        decorators = found.decorator_list if isinstance(found, ast.FunctionDef | ast.ClassDef) else []
        first = min([found.lineno, *(decorator.lineno for decorator in decorators)]) - 1
        tree, last = found, found.end_lineno
    return first, last


@cache
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def _names(node: ast.AST) -> set[str]:
    """Return what a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets: Sequence[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def _dumped(statement: str) -> str:
    return ast.dump(ast.parse(dedent(statement)))


class Importer(MetaPathFinder):
    """Imports a patched module with its new source, and every other as it is."""

    def __init__(self, patch_: Patch) -> None:
        self.patch = patch_

    def install(self) -> None:
        """Be asked first from now on; PatchError when the module is imported already."""
        if self.patch.module in sys.modules:
            raise PatchError(f"{self.patch.module} was imported before it could be patched.")
        sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the patched module; None for all others."""
        spec = PathFinder.find_spec(fullname, path, target) if fullname == self.patch.module else None
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(fullname, spec.origin, self.patch.source)
        return spec


class _Loader(SourceFileLoader):
    """Compiles given source in place of a file's, and keeps nothing of it for later imports."""

    def __init__(self, fullname: str, path: str, source: str) -> None:
        super().__init__(fullname, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        """Compile the given source."""
        return compile(self._source, self.get_filename(fullname), "exec", dont_inherit=True)
