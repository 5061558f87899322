"""Pages and paths of Flask are compiled once a process, not once for each of thousands of applications."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_BUILDER = "_compile_builder"
"""Werkzeug offers no way to have it told what it made before."""


class _Templates(BytecodeCache):
    """Compiled templates by their names and files; Jinja compares their sources."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


def _kept(compile_builder: Callable[[Rule, bool], Any]) -> Callable[..., Any]:
    """Let a path's code, which is made of what it says and nothing of its application, be made once."""
    known: dict[tuple[Any, ...], Any] = {}

    def once(self: Any, append_unknown: bool = True) -> Any:  # noqa: ANN401 - as werkzeug has it
        key = self.rule, tuple(self._trace), repr(self.defaults), append_unknown
        if key not in known:
            known[key] = compile_builder(self, append_unknown)
        return known[key]

    return once


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let all applications of this process share their compiled templates and paths: a fifth of the tests of pages."""
    options, builder = Flask.jinja_options, getattr(Rule, _BUILDER)
    Flask.jinja_options = {**options, "bytecode_cache": _Templates()}
    setattr(Rule, _BUILDER, _kept(builder))
    try:
        yield
    finally:
        Flask.jinja_options = options
        setattr(Rule, _BUILDER, builder)
