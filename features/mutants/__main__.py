"""Shows that the features bite: `python -m features.mutants` runs wrong connectors and writes MUTANTS.md.

Exit status 1 when a mutant made by hand survives, when one that is generated survives without a reason, or, with
`--check`, when MUTANTS.md does not fit the tables. `--only` looks at single mutants and writes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from rich.console import Console

from features.mutants import report, table
from features.mutants.campaign import Campaign
from features.mutants.survivors import survivors


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m features.mutants", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=2, help="mutants that run at a time")
    parser.add_argument("--only", nargs="+", metavar="ID", help="look at these mutants made by hand, and write nothing")
    parser.add_argument("--kind", choices=["all", "by-hand", "generated"], default="all", help="which mutants to run")
    parser.add_argument("--check", action="store_true", help="run nothing, only compare MUTANTS.md with the tables")
    parser.add_argument("--missing", action="store_true", help="of those made by hand only what MUTANTS.md lacks")
    parser.add_argument("--narrow", action="store_true", help="only the features that are expected to notice; no page")
    parser.add_argument("--module", help="of the generated mutants only those of a module, and write nothing")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for."""
    options, console = parsed(arguments), Console(highlight=False, soft_wrap=True)
    if options.check:
        wrong = report.drifted(table.mutants(), survivors())
        for sentence in wrong:
            console.print(sentence, markup=False)
        return 1 if wrong else 0
    campaign = Campaign(options.jobs, lambda line: console.print(line, markup=False), narrow=options.narrow)
    good, hand, made = True, None, None
    if options.only or options.kind != "generated":
        good, hand = by_hand(campaign, options)
    if not options.only and options.kind != "by-hand":
        if find_spec("cosmic_ray") is None:
            console.print("Generated mutants need cosmic-ray: pip install cosmic-ray, or run with --kind by-hand.")
            return 1
        all_explained, made = campaign.generated(options.module)
        good = good and all_explained
    if not (options.only or options.module or options.narrow):
        report.write(hand, made)
    return 0 if good else 1


def by_hand(campaign: Campaign, options: argparse.Namespace) -> tuple[bool, str | None]:
    """Run what is asked for of the mutants made by hand; returns whether all are killed, and the part of the page."""
    mutants, before = table.mutants(), report.told()
    wanted = set(options.only or ())
    if unknown := sorted(wanted - {one.id for one in mutants}):
        raise SystemExit(f"There is no mutant {unknown[0]}.")
    known = {id_ for id_, who in before.items() if options.missing and who != report.NOBODY}
    chosen = [one for one in mutants if one.id not in known and (not wanted or one.id in wanted)]
    good, noticed = campaign.by_hand(chosen)
    found = before | noticed if noticed is not None else {}
    return good, report.by_hand(mutants, found) if all(one.id in found for one in mutants) else None


if __name__ == "__main__":
    sys.exit(main())
