"""Shows what an acceptance run sees: `python -m features.seen` looks at every wrong connector and writes SEEN.md.

Exit status 1 when the connector as it is shows something wrong, or something is not seen and nothing says why.
`--missing` looks at what was never looked at, `--write` at nothing, and writes the page; `--only` looks at some, and
`--check` at nothing, and neither writes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console

from features.mutants import table
from features.mutants.table import Mutant
from features.seen import page, wrong


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m features.seen", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=2, help="connectors that run at a time")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--only", nargs="+", metavar="ID", default=[], help="look at these mutants, and write nothing")
    what.add_argument("--missing", action="store_true", help="look at those that were never looked at")
    what.add_argument("--write", action="store_true", help="look at none, and write the page")
    what.add_argument("--check", action="store_true", help="look at none, and write nothing")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at what is asked for, and say what does not fit."""
    options, console = parsed(arguments), Console(highlight=False, soft_wrap=True)
    mutants, seen = table.mutants(), wrong.load()

    def tell(line: str) -> None:
        console.print(line, markup=False)

    if not options.write and not options.check:
        now = wrong.look_at_all(_chosen(mutants, options, seen.keys()), options.jobs, tell)
        if any(now.pop(wrong.RIGHT).values()):
            tell("The connector as it is shows something wrong: nothing of this counts.")
            return 1
        if options.only:
            return 0
        seen |= now
        wrong.keep(seen, [one.id for one in mutants])
    if not options.check:
        page.PAGE.write_text(page.page(mutants, seen), encoding="utf-8")
    troubles = [*page.drifted(mutants, seen)]
    for trouble in troubles:
        tell(trouble)
    return 1 if troubles else 0


def _chosen(mutants: Sequence[Mutant], options: argparse.Namespace, known: Iterable[str]) -> list[Mutant]:
    if unknown := sorted(set(options.only) - {one.id for one in mutants}):
        raise SystemExit(f"There is no mutant {unknown[0]}.")
    left_out = set(known) if options.missing else set()
    return [one for one in mutants if one.id not in left_out and (not options.only or one.id in options.only)]


if __name__ == "__main__":
    sys.exit(main())
