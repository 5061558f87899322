"""Mutants that a tool makes: cosmic-ray's operators on the modules that hold formulas, rules and the catalogue.

cosmic-ray rather than mutmut, because mutmut (3) changes functions only, and the catalogue and the alarm rules are
tables. Its operators are used alone: cosmic-ray's own runner writes to the file and starts pytest anew each time.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator, operator_names

from features.mutants.mutated import guards
from features.mutants.patches import Patch, PatchError, source_of
from features.mutants.survivors import name_of, shown

OPERATORS = (
    "AddNot|ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceAndWithOr|ReplaceOrWithAnd|NumberReplacer|RemoveDecorator",
    "ReplaceBreakWithContinue|ReplaceContinueWithBreak|ExceptionReplacer|ZeroIterationForLoop",
    "ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Div|Div_Mul|BitOr_BitAnd|BitAnd_BitOr)",
    "ReplaceComparisonOperator_(Lt_LtE|Lt_GtE|LtE_Lt|LtE_Gt|Gt_GtE|Gt_LtE|GtE_Gt|GtE_Lt|Eq_NotEq|NotEq_Eq)",
    "ReplaceComparisonOperator_(Is_IsNot|IsNot_Is)",
    "ReplaceUnaryOperator_Delete_(Not|USub)",
)
"""Of each kind of operator its opposite, and of comparisons the boundary: the other replacements make hardly more than
mutants that mean the same, or that the same scenarios notice."""
_OPERATOR = re.compile(f"core/({'|'.join(OPERATORS)})")
_STORED = "@dataclass("
"""Not mutated either: how rows are stored. Frozen or with slots, they hold the same."""
_EXCEPTION = re.compile(r"[\w.]*(CosmicRayTestingException)[\w.]*")
_WORD = re.compile(r"[A-Za-z_]{12,}")


class Generated(NamedTuple):
    """One of them: where (`module:name`), the lines that differ, which of equal ones, and the changed module.

    `number` is the first line that differs, from 1.
    """

    where: str
    old: str
    new: str
    nth: int
    number: int
    patch: Patch

    @property
    def id(self) -> str:
        """What it is known by, whatever becomes of the lines around it."""
        return name_of(self.where, self.old, self.new, self.nth)

    @property
    def words(self) -> frozenset[str]:
        """Long words of the line: scenarios that name the same data point should notice."""
        return frozenset(_WORD.findall(self.old))


class Place(NamedTuple):
    """Where an operator applies: the how manieth place of its kind in a module."""

    module: str
    operator: str
    occurrence: int


def places(module: str) -> list[Place]:
    """Find where operators apply, without making a mutant of it."""
    nodes = list(ast_nodes(get_ast(source_of(module))))
    found = []
    for name in operator_names():
        if _OPERATOR.fullmatch(name):
            operator = get_operator(name)()
            times = sum(1 for node in nodes for _ in operator.mutation_positions(node))
            found += [Place(module, name, occurrence) for occurrence in range(times)]
    return found


def generate(module: str) -> list[Generated]:
    """Make all mutants of a module; none that differs in annotations alone, and none twice."""
    source = source_of(module)
    seen = {_meaning(source)}
    found = []
    for place in places(module):
        text = _text(source, place)
        if text is not None and (meaning := _meaning(text)) not in seen:
            seen.add(meaning)
            found.append(_located(module, source, text))
    found = [one for one in found if not _is_guard(one)]
    if len({one.id for one in found}) < len(found):
        raise PatchError(f"{module}: two of its mutants have one name.")
    return found


def sample(modules: Iterable[str], size: int, seed: int) -> Iterator[Generated]:
    """Make so many mutants of modules, chosen by chance; the same seed chooses the same."""
    every = [place for module in modules for place in places(module)]
    random.Random(seed).shuffle(every)  # noqa: S311 - nothing secret
    for place in every:
        if size == 0:
            return
        source = source_of(place.module)
        text = _text(source, place)
        if text is not None and _meaning(text) != _meaning(source):
            one = _located(place.module, source, text)
            if not _is_guard(one):
                size -= 1
                yield one


def _text(source: str, place: Place) -> str | None:
    """Apply an operator at one place; None where it makes no Python."""
    visitor: Any = MutationVisitor(place.occurrence, get_operator(place.operator)())
    try:
        text: str = visitor.walk(get_ast(source)).get_code()
    except AttributeError:  # of several exceptions cosmic-ray replaces only those with plain names
        return None
    text = _EXCEPTION.sub(r"\1", text)  # of `json.JSONDecodeError` it replaces the point
    if place.operator.endswith("/AddNot"):
        text = _in_brackets(source, text)
    try:
        ast.parse(text)
    except SyntaxError:
        return None
    return text


def _in_brackets(source: str, text: str) -> str:
    """Put brackets around a condition with `:=`, which `not` cannot stand before."""
    old, new = source.splitlines(keepends=True), text.splitlines()
    number = next((n for n, pair in enumerate(zip(source.splitlines(), new, strict=False)) if pair[0] != pair[1]), 0)
    for node in ast.walk(ast.parse(source)):
        test = getattr(node, "test", None)
        if isinstance(test, ast.NamedExpr) and test.lineno == number + 1:
            first, last = test.lineno - 1, (test.end_lineno or 0) - 1
            old[last] = _with(old[last], test.end_col_offset or 0, ")")
            old[first] = _with(old[first], test.col_offset, "not (")
            return "".join(old)
    return text


def _with(line: str, offset: int, inserted: str) -> str:
    """Insert text at an offset in bytes, as `ast` counts them."""
    encoded = line.encode()
    return f"{encoded[:offset].decode()}{inserted}{encoded[offset:].decode()}"


def _is_guard(one: Generated) -> bool:
    return one.old.startswith(_STORED) or any(one.old.startswith(row.lines) for row in guards().get(one.where, ()))


def _meaning(source: str) -> str:
    """Write what a module means, without annotations, which are never evaluated, and marks of how arguments are given.

    Of `*` between arguments operators make `/`; whoever names those behind it is served by both.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arguments):
            node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
            node.defaults = [*node.defaults, *(one for one in node.kw_defaults if one is not None)]
            node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)


def _located(module: str, source: str, text: str) -> Generated:
    """Say where two sources differ: in which function or variable, and how the first such line reads in both."""
    old, new = source.splitlines(), text.splitlines()
    number = next((n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
    shift = len(new) - len(old)
    before = [line.strip() for line in old[number : number + 1 - min(0, shift)]]
    after = [line.strip() for line in new[number : number + 1 + max(0, shift)]]
    name, words = name_at(source, number + 1), (" ".join(before), " ".join(after))
    start, end = shown(*words)
    equal = [n for n in range(number) if old[n].strip()[start:end] == words[0][start:end]]
    nth = 1 + sum(name_at(source, n + 1) == name for n in equal)
    return Generated(f"{module}:{name}", *words, nth, number + 1, Patch(module, text))


def name_at(source: str, line: int) -> str:
    """Return the dotted name of what stands at a line: a function, a method, a class, or a variable."""
    names: list[str] = []
    body = _body(source)
    while found := next((node for node in body if _first(node) <= line <= (node.end_lineno or 0)), None):
        if isinstance(found, ast.FunctionDef | ast.ClassDef):
            names.append(found.name)
        elif isinstance(found, ast.Assign | ast.AnnAssign):
            targets = found.targets if isinstance(found, ast.Assign) else [found.target]
            names += [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)][:1]
        body = found.body if isinstance(found, ast.ClassDef) else []
    return ".".join(names)


@cache
def _body(source: str) -> list[ast.stmt]:
    """Return the statements of a module, which is asked for line after line."""
    return ast.parse(source).body


def _first(node: ast.stmt) -> int:
    """Return the first line of a statement, its decorators included."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
