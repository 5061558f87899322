"""A change within a function, made in a process that has imported everything: the function gets other code."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType

from features.mutants.patches import Patch, PatchError, source_of


def can_swap(patch: Patch) -> bool:
    """Whether two sources of a module differ within functions alone."""
    return _without_bodies(source_of(patch.module)) == _without_bodies(patch.source)


def swap(patch: Patch) -> None:
    """Give every function of an imported module its code of the patch; PatchError when there is no such function."""
    module = sys.modules[patch.module]
    file = module.__file__ or ""
    old = list(_functions(compile(source_of(patch.module), file, "exec", dont_inherit=True)))
    new = list(_functions(compile(patch.source, file, "exec", dont_inherit=True)))
    changed = {
        (one.co_qualname, one.co_firstlineno): other for one, other in zip(old, new, strict=True) if one != other
    }
    swapped = 0
    gc.unfreeze()  # who keeps the search for garbage short hides functions from this search as well
    for function in [one for one in gc.get_objects() if isinstance(one, FunctionType)]:
        code = function.__code__
        other = changed.get((code.co_qualname, code.co_firstlineno)) if code.co_filename == file else None
        if other is not None:
            function.__code__ = other
            swapped += 1
    if not swapped:
        raise PatchError(f"{patch.module} holds no function that the patch changes.")


def _functions(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of functions and methods; what stands within a function is part of it."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from [one] if one.co_flags & _OPTIMIZED else _functions(one)


_OPTIMIZED = 0x1
"""The flag of code with fast locals: functions have it, bodies of classes do not."""


def _without_bodies(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = []
    return ast.dump(tree)
