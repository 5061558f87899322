"""Mutants that a tool makes: cosmic-ray's operators on the modules that hold formulas, rules and the catalogue.

cosmic-ray rather than mutmut, because mutmut (3) changes functions only, and the catalogue and the alarm rules are
tables. Its operators are used alone: cosmic-ray's own runner writes to the file and starts pytest anew each time.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from features.mutants.patches import Patch, PatchError, source_of
from features.mutants.survivors import name_of

MODULES: dict[str, tuple[str, ...]] = {
    "evce_connector.site.formulas": ("calculations", "states", "unreadable", "campus", "datapoints"),
    "evce_connector.alarms.rules": ("alarms",),
    "evce_connector.site.catalogue": ("calculations", "ews_versions", "guide_screens", "unreadable", "datapoints"),
    "evce_connector.writes.rules": ("writes", "curtailment", "unreadable", "reduction_left"),
}
"""What is mutated, and the features that should notice."""
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
GUARDS = {
    "evce_connector.alarms.rules:AlarmRule.__post_init__": "",
    "evce_connector.alarms.rules:check": "if found.setdefault(",
    "evce_connector.site.catalogue:check": "",
    "evce_connector.site.catalogue:_check_source": "",
    "evce_connector.site.catalogue:_check_fading": "",
    "evce_connector.site.catalogue:_check_sum": "",
}
"""What is not mutated: checks of our own tables, by the beginning of their lines. A connector with a bad row cannot be
imported, or its configuration is refused before, so that no feature can meet one; unit tests do."""
_STORED = "@dataclass("
"""Nor how rows are stored: frozen or with slots, they hold the same."""
_WORD = re.compile(r"[A-Za-z_]{12,}")


class Generated(NamedTuple):
    """One of them: where (`module:name`), the lines that differ, and the changed module."""

    where: str
    old: str
    new: str
    patch: Patch

    @property
    def id(self) -> str:
        """What it is known by, whatever becomes of the lines around it."""
        return name_of(self.where, self.old, self.new)

    @property
    def words(self) -> frozenset[str]:
        """Long words of the line: scenarios that name the same data point should notice."""
        return frozenset(_WORD.findall(self.old))


def generate(module: str) -> list[Generated]:
    """Make all mutants of a module; none that differs in annotations alone, and none twice."""
    source = source_of(module)
    seen = {_meaning(source)}
    found = []
    for text in _texts(source):
        meaning = _meaning(text)
        if meaning not in seen:
            seen.add(meaning)
            found.append(_located(module, source, text))
    found = [one for one in found if not one.old.startswith((_STORED, GUARDS.get(one.where, _STORED)))]
    if len({one.id for one in found}) < len(found):
        raise PatchError(f"{module}: two of its mutants have one name.")
    return found


def _texts(source: str) -> Iterator[str]:
    """Apply every operator at every place where it applies."""
    for name in operator_names():
        if not _OPERATOR.fullmatch(name):
            continue
        operator, occurrence = get_operator(name)(), 0
        while (text := mutate_code(source, operator, occurrence)) is not None:
            yield text
            occurrence += 1


def _meaning(source: str) -> str:
    """Write what a module means, without annotations: they are never evaluated."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
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
    where = f"{module}:{_name_at(source, number + 1)}"
    return Generated(where, " ".join(before), " ".join(after), Patch(module, text))


def _name_at(source: str, line: int) -> str:
    """Return the dotted name of what stands at a line: a function, a method, a class, or a variable."""
    names: list[str] = []
    body = ast.parse(source).body
    while found := next((node for node in body if _first(node) <= line <= (node.end_lineno or 0)), None):
        if isinstance(found, ast.FunctionDef | ast.ClassDef):
            names.append(found.name)
        elif isinstance(found, ast.Assign | ast.AnnAssign):
            targets = found.targets if isinstance(found, ast.Assign) else [found.target]
            names += [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)][:1]
        body = found.body if isinstance(found, ast.ClassDef) else []
    return ".".join(names)


def _first(node: ast.stmt) -> int:
    """Return the first line of a statement, its decorators included."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
