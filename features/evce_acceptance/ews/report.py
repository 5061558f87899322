"""What a run leaves behind: `ews.json` for machines, `ews.html` to read, and the requests that failed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evce_acceptance.ews.results import Exchange, Line, Outcome, Result
from evce_acceptance.ews.running import Wanted
from evce_acceptance.report.html import environment
from evce_acceptance.site.wire import WireLog
from jinja2 import FileSystemLoader

REQUESTS = "requests"
MAX_TEXT = 4_000
"""Characters of an answer that the report keeps."""


class Report:
    """The files of a run in a folder; the password is taken out of whatever is written or told."""

    def __init__(self, wanted: Wanted, folder: Path) -> None:
        self._wanted, self._folder = wanted, folder
        self.redact: Callable[[str], str] = WireLog((wanted.password,)).redact

    def repeat(self, line: Line) -> str:
        """Return a command that sends a failure's request again; empty where none would, as with a login of its own."""
        if line.exchange is None or not line.exchange.is_usual:
            return ""
        wanted = self._wanted
        command = ["curl", "--digest", "--user", wanted.user, *(("--cacert", str(wanted.ca)) if wanted.ca else ())]
        command += ["--header", f"Content-Type: {line.exchange.content_type}"]
        command += ["--data-binary", f"@{self._request_file(line)}", wanted.url]
        return self.redact(shlex.join(command))

    def keep_request(self, line: Line) -> None:
        """Write a failure's request, so that its command can be pasted at once."""
        if line.exchange is not None:
            file = self._request_file(line)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(line.exchange.sent)

    def write(self, result: Result) -> tuple[Path, Path]:
        """Write both files; return them, the page first."""
        self._folder.mkdir(parents=True, exist_ok=True)
        document = self.document(result)
        page, machine = self._folder / "ews.html", self._folder / "ews.json"
        machine.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        made = environment()
        made.loader = FileSystemLoader(Path(__file__).parent)
        text = made.get_template("ews.html.j2").render(run=document)
        page.write_text(text, encoding="utf-8")
        return page, machine

    def document(self, result: Result) -> dict[str, Any]:
        """Return the run as plain data."""
        counts = result.counts()
        return {
            "url": result.url,
            "user": self._wanted.user,
            "server": self.redact(result.server),
            "begun": result.begun,
            "seconds": result.seconds,
            "requests": result.requests,
            "versions": list(result.versions),
            "verdict": result.verdict,
            "exit_status": result.exit_status,
            "counts": {
                word: {str(outcome): counts[outcome, word] for outcome in Outcome} for word in ("contract", "reading")
            },
            "checks": [self._line(line) for line in result.lines],
        }

    def _line(self, line: Line) -> dict[str, Any]:
        row = line.row.model_dump(exclude={"versions"})
        told = {"version": line.version, "outcome": str(line.outcome), "why": self.redact(line.why)}
        exchange = line.exchange or Exchange("", "", b"", None, b"")
        shown = {"repeat": self.repeat(line), "status": exchange.status}
        texts = {"sent": exchange.sent, "received": exchange.received}
        shown |= {name: self.redact(text.decode("utf-8", "replace")[:MAX_TEXT]) for name, text in texts.items()}
        return row | told | shown

    def _request_file(self, line: Line) -> Path:
        return self._folder / REQUESTS / f"{line.row.id}-{line.version}.xml"
