"""What a watch found, as JSON and as one page that shows the time that it took."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

from evce_acceptance.watch.findings import Finding
from evce_acceptance.watch.looks import Look, Plan
from jinja2 import Environment, StrictUndefined, Template

WIDTH = 1000
"""Units of the picture's width: where a look stands in it."""


@dataclass(frozen=True)
class Report:
    """A site watched from its first look to its last; `histories` is how many were read at the end, or why none was."""

    site: str
    plan: Plan
    looks: Sequence[Look]
    findings: Sequence[Finding]
    histories: int | str

    @property
    def wrong(self) -> list[Finding]:
        """What is not as it should be."""
        return [one for one in self.findings if one.wrong]

    @property
    def told(self) -> list[Finding]:
        """What is worth knowing, and may be as it should."""
        return [one for one in self.findings if not one.wrong]

    @property
    def answered(self) -> list[Look]:
        """Looks at which the server answered."""
        return [look for look in self.looks if not look.trouble]

    @property
    def exit_status(self) -> int:
        """0 nothing is wrong, 1 something is, 2 nothing was proven."""
        return 2 if not self.answered else 1 if self.wrong else 0

    def place(self, moment: datetime) -> float:
        """Return where a moment stands in the picture."""
        begin, end = self.looks[0].moment, self.looks[-1].moment
        return round(WIDTH * ((moment - begin) / (end - begin) if end > begin else 0.0), 1)

    def is_all_along(self, finding: Finding) -> bool:
        """Tell whether something was so from the first look to the last."""
        return finding.start <= self.looks[0].moment and finding.end >= self.looks[-1].moment

    def to_json(self) -> str:
        """Write everything but the looks, which the journal has."""
        document = {
            "site": self.site,
            **asdict(self.plan),
            "looks": len(self.looks),
            "answered": len(self.answered),
            "histories": self.histories,
            "findings": [
                asdict(one) | {"start": one.start.isoformat(), "end": one.end.isoformat()} for one in self.findings
            ],
        }
        return json.dumps(document, indent=1, ensure_ascii=False)

    def to_html(self) -> str:
        """Write the page; it needs nothing from elsewhere and prints well."""
        return _template().render(report=self, width=WIDTH)

    def write(self, folder: Path) -> Path:
        """Write watch.json and watch.html into the watch's folder; returns the page."""
        (folder / "watch.json").write_text(self.to_json(), encoding="utf-8")
        page = folder / "watch.html"
        page.write_text(self.to_html(), encoding="utf-8")
        return page


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files(__package__).joinpath("watch.html.j2").read_text("utf-8"))
