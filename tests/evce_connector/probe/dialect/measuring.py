"""Sites in a dialect that the probe is told nothing of, and how many fields it proposes right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evce_connector.clock import SystemClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.reader import SiteReader
from evce_connector.probe.asking import Target
from evce_connector.probe.dialect.choices import Confidence
from evce_connector.probe.dialect.names import meanings
from evce_connector.probe.dialect.search import Found, find
from evce_connector.site.model import Site
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
        return [name for name in self.wrong if not any(one == name or one.startswith(f"{name}.") for one in asked)]


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


def read(url: str, profile: profiles.Profile) -> Site:
    with EvceClient(EvceOptions(url, "bms", PASSWORD), profile) as client:
        return SiteReader(profile).read(client.fetch())


def measure(profile: str, folder: Path, scenario: str = "campus", answers: Mapping[str, Any] | None = None) -> Measure:
    """Let the probe find a dialect, and compare field by field what is read through its proposal with what there is."""
    name = str(FOLDER / f"{profile}.toml") if (FOLDER / f"{profile}.toml").exists() else profile
    with served(profile, scenario) as simulator:
        found = look(simulator.url, answers)
        file = folder / "proposed.toml"
        file.write_text(found.profile, encoding="utf-8")
        expected = read(simulator.url, profiles.load(name))
        seen = read(simulator.url, profiles.load(str(file)))
    right, wrong = compared(expected, seen)
    return Measure(right, wrong, found)


def compared(expected: Site, seen: Site) -> tuple[list[str], list[str]]:
    """Return the fields that read the same in all objects, and those that do not."""
    unread = {_field(path) for path in (*seen.unreadable, *seen.left_out)}
    results: dict[str, bool] = {}
    for field in meanings()["system"]:
        same = getattr(expected.system, field) == getattr(seen.system, field)
        results[f"system.{field}"] = same or (field == "time" and _near(expected.system.time, seen.system.time))
    for kind in ("zones", "stations", "connectors"):
        one, other = getattr(expected, kind), getattr(seen, kind)
        for field in meanings()[kind.removesuffix("s")]:
            results[f"{kind}.{field}"] = one.keys() == other.keys() and all(
                _same(getattr(one[key], field), getattr(other[key], field)) for key in one
            )
    for field in meanings()["reduction"]:
        pairs = [(one.reduction, seen.zones[key].reduction) for key, one in expected.zones.items() if key in seen.zones]
        results[f"reduction.{field}"] = len(pairs) == len(expected.zones) and all(
            (a is None and b is None) or (a is not None and b is not None and getattr(a, field) == getattr(b, field))
            for a, b in pairs
        )
    results["zones.reduction"] = [one.reduction is None for one in expected.zones.values()] == [
        one.reduction is None for one in seen.zones.values()
    ]
    right = [name for name, is_right in results.items() if is_right and name not in unread]
    return right, [name for name in results if name not in right]


def _field(path: str) -> str:
    return ".".join((path.partition("/")[0], path.rpartition("/")[2]))


def _near(one: Any, other: Any) -> bool:  # noqa: ANN401 - times, or none
    return one is not None and other is not None and abs((one - other).total_seconds()) < 60


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - a field of any kind
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < 1e-6
    return bool(one == other)
