"""What a shadow run found, as JSON and as one small HTML page."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path

from evce_acceptance.shadow.differences import Difference

_COLUMNS = ("item", "aspect", "left", "right", "first", "last", "healed", "looks")
_HEADS = ("Item", "What", "Left", "Right", "First seen", "Last seen", "Agreed again", "Looks")
_STYLE = (
    "body{font:14px sans-serif;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:3px 8px;"
    "text-align:left;vertical-align:top}tr.healed{color:#777}"
    "@media print{body{margin:0}thead{display:table-header-group}}"
)


@dataclass(frozen=True)
class ShadowReport:
    """Two endpoints compared from `started` to `ended` (UTC, ISO form); `items` were found at both ends."""

    left: str
    right: str
    started: str
    ended: str
    looks: int
    items: int
    differences: list[Difference] = field(default_factory=list)

    @property
    def lasting(self) -> list[Difference]:
        """The differences that had not healed at the end."""
        return [one for one in self.differences if not one.healed]

    @property
    def agrees(self) -> bool:
        """Whether something was compared and nothing ever differed."""
        return self.items > 0 and not self.differences

    def to_json(self) -> str:
        """Write everything."""
        return json.dumps({"agrees": self.agrees, **asdict(self)}, indent=1, ensure_ascii=False)

    def to_html(self) -> str:
        """Write one page with a table, which prints well and needs nothing else."""
        heads = "".join(f"<th>{head}</th>" for head in _HEADS)
        rows = "".join(map(_row, self.differences))
        verdict = (
            "No difference" if self.agrees else f"{len(self.differences)} differences, {len(self.lasting)} at the end"
        )
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
        if not self.items:
            verdict = "Nothing was compared"
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Shadow run</title>'
            f"<style>{_STYLE}</style></head><body><h1>Shadow run</h1><p>Left: {escape(self.left)}<br>"
            f"Right: {escape(self.right)}<br>{escape(self.started)} to {escape(self.ended)}, {self.looks} looks, "
            f"{self.items} items at both ends</p><p><b>{verdict}</b></p>{table}</body></html>\n"
        )

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write shadow.json and shadow.html into a folder, made if need be; give their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = folder / "shadow.json", folder / "shadow.html"
        for path, text in zip(paths, (self.to_json(), self.to_html()), strict=True):
            path.write_text(text, encoding="utf-8")
        return paths


def _row(difference: Difference) -> str:
    cells = "".join(f"<td>{escape(str(getattr(difference, name)))}</td>" for name in _COLUMNS)
    return f'<tr class="{"healed" if difference.healed else "lasting"}">{cells}</tr>'
