"""Counts the way of a value through the connector: `python -m load.ways` prints files, functions and moves.

Python's own tracer tells each call of a function of the connector while one thing happens on a simulated site: a poll
in which one value changed, GetValues of one id and SetValues of a reduction over HTTP, a connector that breaks. A move
is a call from one file into another, or the return out of it. What runs only because time passes is not counted.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import evce_connector
from ebo_simulator.client import EboClient
from evce_connector import config
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

PACKAGE = str(Path(evce_connector.__file__).parent)
LOGIN, PASSWORD = "ways", "Ways-through-the-house"
VALUE, REDUCTION = "Stations/1/Connectors/1/ConnectorActivePower", "Zones/1/ZoneReduction"


@dataclass
class Way:
    """What one thing that happened went through."""

    functions: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Functions by the file they stand in, relative to the package."""
    moves: int = 0


def trace(happens: Callable[[], object]) -> Way:
    """Let something happen, and note every function of the connector that is called, in whatever thread."""
    way = Way()
    _Tracer.way = way
    try:
        happens()
    finally:
        _Tracer.way = None
    return way


class _Tracer:
    """What Python calls at each call and return, in every thread that began after `threading.setprofile`."""

    way: Way | None = None

    @classmethod
    def note(cls, frame: FrameType, event: str, _: object) -> None:
        way, file = cls.way, frame.f_code.co_filename
        if way is None or event not in ("call", "return") or not file.startswith(PACKAGE):
            return
        if event == "call":
            way.functions[file.removeprefix(PACKAGE)[1:]].add(frame.f_code.co_qualname)
        caller = frame.f_back
        while caller is not None and not caller.f_code.co_filename.startswith(PACKAGE):
            caller = caller.f_back
        way.moves += caller is not None and caller.f_code.co_filename != file


def ways() -> dict[str, Way]:
    """Make each thing happen once on the guide's site, after everything happened once untraced."""
    threading.setprofile(_Tracer.note)
    sys.setprofile(_Tracer.note)
    try:
        with ExitStack() as stack:
            return _ways(stack)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def _ways(stack: ExitStack) -> dict[str, Way]:
    clock = ManualClock()
    folder = stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
    simulator = stack.enter_context(EvceSimulator("guide", login=LOGIN, password=PASSWORD, clock=clock))
    document = {
        "evce": {"base_url": simulator.url, "login": LOGIN, "password": PASSWORD},
        "ews": {
            "address": "http://127.0.0.1:0/EcoStruxure/DataExchange",
            "username": LOGIN,
            "password": PASSWORD,
        },
        "storage": {"url": f"sqlite:///{(Path(folder) / 'ways.db').as_posix()}"},
    }
    service = ConnectorService(config.parse(document, {}), clock)
    stack.callback(service.stop)
    service.set_up()
    service.poll()
    service.ews.start()
    client = EboClient(service.ews.address, LOGIN, PASSWORD)
    stack.callback(client.close)

    def poll(**change: object) -> Callable[[], object]:
        def happens() -> None:
            service.poll()

        clock.advance(15)
        simulator.model.set_connector(1, **change)
        return happens

    power = iter(range(1000, 9000, 100))
    happenings: dict[str, Callable[[], Callable[[], object]]] = {
        "a poll with one value changed": lambda: poll(activePower=[next(power), 0, 0]),
        "GetValues of one id": lambda: lambda: client.get_values([VALUE]),
        "SetValues to PUT to ledger": lambda: lambda: client.set_values({REDUCTION: str(next(power) // 100)}),
        "an alarm raised": lambda: poll(status="faulted", errorCode="GroundFailure"),
    }
    for name in list(happenings)[:3]:
        happenings[name]()()
    found = {}
    for name, prepare in happenings.items():
        happens = prepare()
        found[name] = trace(happens)
    return found


def main() -> None:
    """Print the table, and with `--files` what each way went through."""
    parser = argparse.ArgumentParser(prog="python -m load.ways", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", action="store_true", help="also name the files and functions")
    named = parser.parse_args().files
    for name, way in ways().items():
        functions = sum(map(len, way.functions.values()))
        print(f"{name}: {len(way.functions)} files, {functions} functions, {way.moves} moves between files")  # noqa: T201
        for file, called in sorted(way.functions.items()) if named else ():
            print(f"    {file}: {', '.join(sorted(called))}")  # noqa: T201


if __name__ == "__main__":
    main()
