"""Shows that the features bite: `python -m features.mutants` runs wrong connectors and writes MUTANTS.md.

Exit status 1 when a mutant made by hand survives, when one that is generated survives without a reason, or, with
`--check`, when MUTANTS.md does not fit the tables. `--only` looks at single mutants and writes nothing; `--sample` at
some of the generated ones, chosen by chance, and fails when one is noticed by nobody and not known to survive.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from features.mutants import outcomes, report, table
from features.mutants.campaign import Campaign
from features.mutants.mutated import mutated
from features.mutants.recording import kept
from features.mutants.survivors import survivors

SEED = 13
"""Which sample of the generated mutants is looked at unless told otherwise."""


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m features.mutants", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=2, help="mutants that run at a time")
    parser.add_argument("--only", nargs="+", metavar="ID", help="look at these mutants made by hand, and write nothing")
    parser.add_argument("--kind", choices=["all", "by-hand", "generated"], default="all", help="which mutants to run")
    parser.add_argument("--check", action="store_true", help="run nothing, only compare MUTANTS.md with the tables")
    parser.add_argument("--missing", action="store_true", help="of those made by hand only what MUTANTS.md lacks")
    parser.add_argument("--narrow", action="store_true", help="only the features that are expected to notice; no page")
    parser.add_argument("--module", nargs="+", help="of the generated mutants only those of these modules")
    parser.add_argument(
        "--open", action="store_true", help="of those of modules only what nobody noticed before, and new"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="so many generated mutants by chance; writes nothing")
    parser.add_argument("--seed", type=int, default=SEED, help="which sample")
    parser.add_argument("--most", type=int, help="scenarios and tests that look at one generated mutant at most")
    parser.add_argument(
        "--recording", type=Path, help="file that keeps which scenario executes what, for more than a run"
    )
    parser.add_argument("--unrecorded", action="store_true", help="do not note first which scenario executes what")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for."""
    options, console = parsed(arguments), Console(highlight=False, soft_wrap=True)
    if options.check:
        wrong = report.drifted(table.mutants(), survivors())
        for sentence in wrong:
            console.print(sentence, markup=False)
        return 1 if wrong else 0

    def tell(line: str) -> None:
        console.print(line, markup=False)

    campaign = Campaign(options.jobs, tell, narrow=options.narrow)
    good, hand = True, None
    if options.only or options.kind != "generated":
        good, hand = by_hand(campaign, options)
    if not options.only and options.kind != "by-hand":
        if find_spec("cosmic_ray") is None:
            console.print("Generated mutants need cosmic-ray: pip install cosmic-ray, or run with --kind by-hand.")
            return 1
        good = generated(tell, options) and good
    if not (options.only or options.sample or options.narrow):
        report.write(hand, report.generated(report.tally(outcomes.load().values()), sorted(survivors())))
    return 0 if good else 1


def generated(tell: Callable[[str], None], options: argparse.Namespace) -> bool:
    """Run what is asked for of the generated mutants; returns whether all is well."""
    from features.mutants.generation import MOST, Generation  # noqa: PLC0415 - cosmic-ray is needed here only

    generation = Generation(options.jobs, tell, most=options.most or MOST, again=not options.open)
    if options.sample:
        return generation.sample(options.sample, options.seed)
    if unknown := sorted(set(options.module or ()) - mutated().keys()):
        raise SystemExit(f"{unknown[0]}: mutated.toml has no such module.")
    recorded = None if options.unrecorded else partial(kept, path=options.recording)
    return generation.run(options.module or list(mutated()), recorded)


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
