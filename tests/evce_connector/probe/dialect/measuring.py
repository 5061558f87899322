"""Sites in a dialect that the probe is told nothing of, and how many fields it proposes right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evce_connector.clock import SystemClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.probe.asking import Target
from evce_connector.probe.dialect.choices import Confidence
from evce_connector.probe.dialect.names import meanings
from evce_connector.probe.dialect.search import Found, find
from evce_connector.site.model import RawSite
from evce_connector.site.values import utc_instant
from evce_simulator import EvceSimulator

PASSWORD = "correct-horse-battery"
FAST = 1000.0
FOLDER = Path(__file__).parent / "dialects"


@dataclass(frozen=True)
class Measure:
    """Which fields of the contract read as they should, and which do not."""

    right: list[str]
    wrong: list[str]
    found: Found

    @property
    def share(self) -> float:
        return len(self.right) / (len(self.right) + len(self.wrong))

    @property
    def wrong_and_sure(self) -> list[str]:
        choices = self.found.choices
        return [name for name in self.wrong if name in choices and choices[name].confidence is Confidence.HIGH]

    @property
    def wrong_and_not_asked(self) -> list[str]:
        asked = {question.name for question in self.found.questions}
        return [
            name
            for name in self.wrong
            if not any(one == name or one.startswith(f"{name}.") for one in asked)
            and not (name.startswith("system.") and "system" in asked)
        ]


def served(profile: str, scenario: str = "campus", **more: Any) -> EvceSimulator:  # noqa: ANN401 - as the simulator takes it
    """Serve a site by a shipped profile, or by one of this folder that nobody ships."""
    file = FOLDER / f"{profile}.toml"
    return EvceSimulator(
        scenario,
        login="bms",
        password=PASSWORD,
        profile=str(file) if file.exists() else profile,
        **({"live": False} | more),
    )


def look(url: str, answers: Mapping[str, Any] | None = None) -> Found:
    return find(Target(url, "bms", PASSWORD, True, FAST), SystemClock(), lambda _: None, answers)


def read(url: str, profile: profiles.Profile) -> RawSite:
    with EvceClient(EvceOptions(url, "bms", PASSWORD), profile) as client:
        return client.fetch()


def measure(profile: str, folder: Path, scenario: str = "campus", answers: Mapping[str, Any] | None = None) -> Measure:
    """Let the probe find a dialect, and compare field by field what is read through its proposal with what there is."""
    name = str(FOLDER / f"{profile}.toml") if (FOLDER / f"{profile}.toml").exists() else profile
    with served(profile, scenario) as simulator:
        found = look(simulator.url, answers)
        file = folder / "proposed.toml"
        file.write_text(found.profile, encoding="utf-8")
        right, wrong = compared(read(simulator.url, profiles.load(name)), read(simulator.url, profiles.load(str(file))))
    return Measure(right, wrong, found)


def compared(expected: RawSite, seen: RawSite) -> tuple[list[str], list[str]]:
    """Return the fields that read the same in all objects, in the contract's terms, and those that do not."""
    spelled = profiles.load().fields
    results: dict[str, bool] = {}
    for field in meanings()["system"]:
        one, other = (site.system.get(spelled["system"][field]) for site in (expected, seen))
        results[f"system.{field}"] = _near(one, other) if field == "time" else one == other
    for kind in ("zones", "stations", "connectors"):
        ours, theirs = getattr(expected, kind).objects, getattr(seen, kind).objects
        for field in meanings()[kind.removesuffix("s")]:
            key = spelled[kind.removesuffix("s")][field]
            values = [(one.get(key), other.get(key)) for one, other in zip(ours, theirs, strict=False)]
            if field == "reduction":
                values = [(one is None, other is None) for one, other in values]
            results[f"{kind}.{field}"] = len(ours) == len(theirs) and all(_same(one, other) for one, other in values)
    key = spelled["zone"]["reduction"]
    pairs = [(one[key], other.get(key)) for one, other in zip(expected.zones.objects, seen.zones.objects, strict=False)]
    for field in meanings()["reduction"]:
        name = spelled["reduction"][field]
        results[f"reduction.{field}"] = all(
            one is None or (isinstance(other, dict) and _same(one.get(name), other.get(name))) for one, other in pairs
        )
    return [name for name, is_right in results.items() if is_right], [
        name for name, right in results.items() if not right
    ]


def _near(one: object, other: object) -> bool:
    try:
        return abs((utc_instant(str(one)) - utc_instant(str(other))).total_seconds()) < 60
    except ValueError:
        return False


def _same(one: object, other: object) -> bool:
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 1e-6
    return one == other or (isinstance(one, str) and one[:4].isdecimal() and one.endswith("Z") and _near(one, other))
