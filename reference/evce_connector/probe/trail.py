"""What stays of a probe that did not come to its end: where it was let in, what it asked, and why it ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evce_connector.probe import writing
from evce_connector.probe.asking import Asking, ProbeError, Target
from evce_connector.probe.dialect import answers, former, questions
from evce_connector.probe.dialect.former import KnownPlaces
from evce_connector.probe.dialect.report import QUESTIONS


class Trail:
    """Keeps what one probe of a controller asks; `output` and `findings` are its folder and its file of JSON."""

    def __init__(self, target: Target, output: Path | None, findings: Path | None) -> None:
        self._target = target
        self._output, self._findings = output, findings
        self._questions = output / QUESTIONS if output else None
        self._asked: list[Asking] = []
        self._told: dict[str, Any] = {}
        self.places = KnownPlaces()
        """Where an earlier probe found things, and this one does."""

    def answered(self, file: Path | None) -> dict[str, Any]:
        """Read the answers, and where things were found before; ProbeError when a file is not as it has to be."""
        self._told = answers.read(file)
        answers.guard(self._questions, file)
        self.places = former.read([file, self._questions]).of(self._target)
        return self._told

    def begin(self, asking: Asking) -> None:
        """Hear who asks from now on."""
        self._asked.append(asking)

    @property
    def pace(self) -> str:
        """Say how long it may take, and how to make it faster."""
        pace = self._target.requests_per_second
        known = " It begins where an earlier probe found the controller's lists." if self.places.paths else ""
        return (
            f"{pace:g} requests a second (--requests-per-second): some ten to a few hundred, so that it may take "
            f"minutes; a line for each. Ctrl-C ends it.{known}"
        )

    def end(self, error: BaseException, say: Callable[[str], None]) -> None:
        """Say why it ended, and leave what is of use next time."""
        is_broken_off = isinstance(error, KeyboardInterrupt)
        why = "The probe was ended by Ctrl-C." if is_broken_off else str(error)
        say(f"evce-connector: {why}")
        try:
            for file in (*self._keep_places(), *self._keep_findings(why)):
                say(f"written: {file}")
        except ProbeError as other:
            say(f"evce-connector: {other}")

    def _keep_places(self) -> list[Path]:
        """Write where things were found, unless the questions of an earlier probe stand there, which know it."""
        found = self.places.as_table()
        if self._output is None or self._questions is None or not found:
            return []
        if self._questions.exists() and answers.load(self._questions).get("asked"):
            return []
        return writing.write(self._output, {QUESTIONS: questions.form([], self._told, found)})

    def _keep_findings(self, why: str) -> list[Path]:
        if self._findings is None:
            return []
        tried = [one for asking in self._asked for one in asking.tried]
        data = {"usable": False, "error": why, "requests": len(tried), "tried": tried}
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        return writing.write(self._findings.parent, {self._findings.name: text}, "--json")
