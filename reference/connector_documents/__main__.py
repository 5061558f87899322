"""`python -m connector_documents` names documents that are not as they should be; `--write` writes them anew."""

from __future__ import annotations

import sys

from connector_documents import configuration, ews_coverage, points, units

DOCUMENTS = (configuration, points, ews_coverage, units.ONE, units.TEMPLATE)
"""Each has a `document()`, and says where that stands (`DOCUMENT`)."""


def main(*, write: bool) -> int:
    """Write what has drifted, or name it; returns an exit status."""
    drifted = [one for one in DOCUMENTS if one.DOCUMENT.read_text(encoding="utf-8") != one.document()]
    for one in drifted:
        if write:
            one.DOCUMENT.write_text(one.document(), encoding="utf-8", newline="\n")
        sys.stdout.write(f"{one.DOCUMENT.name} {'was written' if write else 'is not as the program is'}\n")
    return 0 if write else len(drifted)


if __name__ == "__main__":
    sys.exit(main(write="--write" in sys.argv))
