"""Captures of simulated controllers, as a browser's HAR file or our own file has them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from evce_connector.evce import profile as profiles
from evce_connector.evce.asking import Answer, Request
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_simulator import EvceSimulator

LOGIN, PASSWORD = "bms", "correct-horse-battery"
SHIPPED = ("v6", "areas", "onedoc")


@dataclass
class Recorded:
    """Requests of a poll and their answers; tests change them before they are written."""

    exchanges: list[tuple[Request, Any]] = field(default_factory=list)

    def ours(self, file: Path, base: str = "/api/v2", *, queries: bool = True) -> Path:
        rows = [
            {"method": request.method, "path": base + request.path, "status": 200, "body": body}
            | ({"query": dict(request.query)} if queries else {})
            for request, body in self.exchanges
        ]
        file.write_text(json.dumps({"exchanges": rows}), encoding="utf-8")
        return file

    def har(self, file: Path, *, base: str = "https://192.168.0.5/api/v2", secret: str = "") -> Path:
        entries = []
        for request, body in self.exchanges:
            query = urlencode([*request.query.items(), *([("key", secret)] if secret else [])])
            content = {"text": base64.b64encode(json.dumps(body).encode()).decode(), "encoding": "base64"}
            entries.append(
                {
                    "request": {"method": request.method, "url": f"{base}{request.path}?{query}"},
                    "response": {"status": 200, "headers": [], "content": content},
                }
            )
        file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
        return file

    def body(self, path: str) -> Any:  # noqa: ANN401 - JSON that a test changes
        return next(body for request, body in self.exchanges if request.path == path)


def record(profile: str, scenario: str = "campus") -> Recorded:
    """Poll a simulated controller once, and keep what it answered."""
    found = Recorded()
    spoken = None if profile == "v6" else profile
    with (
        EvceSimulator(scenario, login=LOGIN, password=PASSWORD, profile=spoken, live=False) as simulator,
        EvceClient(EvceOptions(simulator.url, LOGIN, PASSWORD), profiles.load(profile)) as client,
    ):
        ask = client.ask

        def asking(request: Request) -> Answer:
            answer = ask(request)
            found.exchanges.append((request, json.loads(answer.body)))
            return answer

        client.ask = asking  # type: ignore[method-assign]
        client.fetch()
    return found
