"""Measures how soon the ten failures are noticed and over: `python -m features.failures --write` writes FAILURES.md.

Without --write the command says whether the page is as it should be, and exits with status 1 when it is not; so it does
when a failure is not noticed or not over within its limit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from features.failures import page
from features.failures.compared import DRIFTED
from features.failures.measuring import measured


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the features of the failures, and write or compare the page."""
    parser = argparse.ArgumentParser(prog="python -m features.failures", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the page")
    writes = parser.parse_args(arguments).write
    found = measured()
    wrong = [f"{name} fails." for name in found.failed] or page.lacking(found)
    if not wrong:
        text = page.document(found)
        old = page.drifted(text)
        if old and writes:
            page.PAGE.write_text(text, encoding="utf-8", newline="\n")
        elif old:
            wrong = [DRIFTED]
    for sentence in wrong:
        sys.stdout.write(f"{sentence}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
