"""Which column of a list is which field of the contract: the assignment in which names and values fit best together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import ABSENT
from evce_connector.probe.dialect.columns import Column, Three, numeric
from evce_connector.probe.dialect.fits import DISTINCTIVE, NOBODY, Around, fit
from evce_connector.probe.dialect.names import Meaning, concepts_of, meaning, meanings, score

LEAST = 0.42
"""What a column must be worth to a field to be proposed for it at all."""
VOLTS = (95.0, 300.0)
"""Between which power over current lies, phase by phase, if the one is in W and the other in A."""
_BY_NAME, _BY_VALUES = 0.68, 0.32
_OVER_CURRENT = 0.2
"""What is added where power over current is a voltage."""

_BY_ADDRESS = 0.4
"""What a number is worth less as an id beside the address of its object."""
_INDISPENSABLE = 0.3
"""What is added for an id, without which an object is none."""

Source = Column | Three
Totals = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Match:
    """The column of a field, how well name and values fit, by how much it is the better choice, and the next best."""

    source: Source
    name: float
    fit: float
    margin: float
    rivals: tuple[str, ...] = ()
    evidence: tuple[str, ...] = field(default=())

    @property
    def paths(self) -> tuple[str, ...]:
        """Where it stands: one path, or one for each phase."""
        return self.source.paths if isinstance(self.source, Three) else (self.source.path,)


def rows_of(source: Source) -> list[tuple[float, ...] | None]:
    """Return the numbers of each object, one or three; None where there are none."""
    found: list[tuple[float, ...] | None] = []
    for value in source.values:
        many: Sequence[Json] = value if isinstance(value, tuple | list) else (value,)
        numbers = [
            number
            for one in many
            if (number := 0.0 if one in (None, ABSENT) and len(many) > 1 else numeric(one)) is not None
        ]
        found.append(tuple(numbers) if len(numbers) == len(many) else None)
    return found


def ratio(power: Source, current: Source) -> float | None:
    """Return power over current where both are above 0, if it is the same everywhere; None where it is not.

    One power of all phases is set over the sum of their currents, which is the voltage too, however many carry any.
    """
    found = []
    for watts, amps in zip(rows_of(power), rows_of(current), strict=True):
        if watts and amps and len(watts) == 1 < len(amps):
            found += [watts[0] / sum(amps)] if watts[0] > 0 and sum(amps) > 0 else []
        elif watts and amps and len(watts) == len(amps):
            found += [one / other for one, other in zip(watts, amps, strict=True) if one > 0 and other > 0]
    if not found:
        return None
    middle = median(found)
    alike = sum(1 for one in found if 0.8 * middle <= one <= 1.25 * middle)
    return middle if alike >= 0.8 * len(found) else None


def is_voltage(found: float | None) -> bool:
    """Tell whether power over current can be a voltage, in whichever units."""
    return found is not None and any(VOLTS[0] <= found * many <= VOLTS[1] for many in (1, 1e3, 1e6))


def assign(
    table: str, columns: Sequence[Column], three: Sequence[Three] = (), around: Around = NOBODY
) -> dict[str, Match]:
    """Choose a column for each field of a table (`connector` and the like); fields that none fits are left out."""
    sources: dict[str, Source] = {column.path: column for column in columns}
    sources |= {" ".join(one.paths): one for one in three}
    parts: dict[tuple[str, str], tuple[float, float]] = {}
    totals: Totals = {}
    for name in meanings()[table]:
        wanted = meaning(table, name)
        totals[name] = {}
        for key, source in sources.items():
            named, fitting, total = _worth(wanted, source, around)
            if total >= LEAST:
                totals[name][key] = total + (_INDISPENSABLE if name == "id" else 0.0)
                parts[name, key] = named, fitting
    _by_link(totals.get("id", {}), sources)
    electric = _by_voltage(totals, sources)
    chosen = _best(totals)
    found = {}
    for name, key in chosen.items():
        named, fitting = parts[name, key]
        margin, rivals = _margin(totals, chosen, name)
        told = (electric[name, key],) if (name, key) in electric else ()
        found[name] = Match(sources[key], named, fitting, margin, rivals, told)
    return found


def _worth(wanted: Meaning, source: Source, around: Around) -> tuple[float, float, float]:
    """Return how well the name fits, how well the values do, and what both come to."""
    named = score(wanted, source.keys)
    if named <= 0 and wanted.form not in DISTINCTIVE:
        return 0.0, 0.0, 0.0
    if wanted.form == "three":
        fitting = 1.0 if isinstance(source, Three) else 0.55 * fit("current", source, around)
    elif isinstance(source, Three):
        return 0.0, 0.0, 0.0
    else:
        fitting = fit(wanted.form, source, around)
    if fitting <= 0:
        return named, 0.0, 0.0
    if named <= 0:
        return 0.0, fitting, 0.45 * fitting if wanted.form in DISTINCTIVE and fitting >= 0.8 else 0.0  # noqa: PLR2004 - little else looks so
    return named, fitting, _BY_NAME * named + _BY_VALUES * fitting


def _by_link(offers: dict[str, float], sources: Mapping[str, Source]) -> None:
    """Let objects that have an address, and nothing that is called an id, be named by that, and not by a number."""
    linked = [key for key in offers if isinstance(source := sources[key], Column) and source.link]
    for key in set(offers) - set(linked) if linked else ():
        if "id" not in concepts_of(sources[key].keys[-1])[0]:
            offers[key] -= _BY_ADDRESS


def _by_voltage(totals: Totals, sources: Mapping[str, Source]) -> dict[tuple[str, str], str]:
    """Let those pairs be worth more of which power over current is a voltage."""
    found: dict[tuple[str, str], str] = {}
    for power in totals.get("active_power", {}):
        for current in totals.get("rms_current", {}):
            volts = ratio(sources[power], sources[current]) if power != current else None
            if is_voltage(volts):
                found["active_power", power] = found["rms_current", current] = (
                    f"{power} / {current} is {volts:.4g}, a voltage"
                )
    for name, key in found:
        totals[name][key] += _OVER_CURRENT
    return found


def _best(totals: Totals) -> dict[str, str]:
    """Choose greedily, then exchange and move as long as the sum grows."""
    chosen: dict[str, str] = {}
    offers = sorted(((worth, name, key) for name, row in totals.items() for key, worth in row.items()), reverse=True)
    taken: set[str] = set()
    for _, name, key in offers:
        if name not in chosen and not _overlaps(key, taken):
            chosen[name] = key
            taken.add(key)
    for _ in range(20):
        if not _improve(totals, chosen):
            break
    return chosen


def _overlaps(key: str, taken: set[str]) -> bool:
    """Tell whether a column, or one of three, is taken already."""
    paths = set(key.split(" "))
    return any(paths & set(other.split(" ")) for other in taken)


def _improve(totals: Totals, chosen: dict[str, str]) -> bool:
    for name, row in totals.items():
        for key, worth in row.items():
            mine = chosen.get(name)
            if key == mine:
                continue
            holder = next((one for one, other in chosen.items() if set(other.split(" ")) & set(key.split(" "))), None)
            before = row[mine] if mine else 0.0
            if holder is None or holder == name:
                if worth > before + 1e-9 and not _overlaps(
                    key, {one for other, one in chosen.items() if other != name}
                ):
                    chosen[name] = key
                    return True
                continue
            if chosen[holder] != key:
                continue
            held = totals[holder][key]
            free = [(w, k) for k, w in totals[holder].items() if k == mine or not _overlaps(k, set(chosen.values()))]
            instead = max(free, default=(0.0, ""))
            if worth + instead[0] > before + held + 1e-9:
                chosen[name] = key
                if instead[1]:
                    chosen[holder] = instead[1]
                else:
                    del chosen[holder]
                return True
    return False


def _margin(totals: Totals, chosen: Mapping[str, str], name: str) -> tuple[float, tuple[str, ...]]:
    """Return what the sum would lose by the best other column of a field, and the columns that come next."""
    mine = chosen[name]
    least, rivals = 1.0, []
    for key, worth in totals[name].items():
        if key == mine or set(key.split(" ")) & set(mine.split(" ")):
            continue
        loss = totals[name][mine] - worth
        holder = next((one for one, other in chosen.items() if other == key), None)
        if holder is not None:
            others = [w for k, w in totals[holder].items() if k == mine or not _overlaps(k, set(chosen.values()))]
            loss += totals[holder][key] - max(others, default=0.0)
        least = min(least, loss)
        rivals.append((loss, key))
    return least, tuple(key for _, key in sorted(rivals)[:4])
