"""The demo shows every data point of a station, its zone and the site as the controller says them at that moment."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
import requests
from evce_acceptance.guide.datapoints import datapoints
from evce_acceptance.guide.oracle import Oracle
from evce_connector.cli.demonstration import Demo
from evce_connector.clock import SystemClock
from evce_connector.errors import ConnectorError
from rich.console import Console


def report(demo: Demo) -> Oracle:
    """Read all three lists of the controller by the API that it documents."""
    simulator = demo.simulator
    login = (simulator.login, simulator.password)
    lists = {
        name: requests.get(f"{simulator.url}/{name}", auth=login, timeout=20).json()["items"]
        for name in ("zones", "stations", "connectors")
    }
    return Oracle(lists)


def as_shown(kind: str, value: object, unit: str) -> str:
    """Write a value as Building Operation's list view does."""
    if kind == "Double":
        text = f"{float(str(value)):.2f}"
    elif kind == "Integer":
        text = str(int(float(str(value))))
    elif kind == "DateTime":
        return "12/16/2149 8:27:56 AM"  # the one on the guide's screen
    else:
        text = str(value)
    return f"{text} {unit}" if unit else text


def test_all_80_data_points_on_the_screen_equal_what_the_controller_says() -> None:
    with Demo("guide") as demo:
        demo.console = Console(file=io.StringIO(), width=176)
        demo.print_once()
        oracle = report(demo)
    assert isinstance(demo.console.file, io.StringIO)
    words = " ".join(demo.console.file.getvalue().split())
    objects = {level: next(iter(oracle.objects(level).values())) for level in ("site", "zone", "station", "connector")}
    expected = []
    for point in datapoints():
        unit = "A" if point.unit == "A or kW" else point.unit
        expected.append(f"{point.name} {as_shown(point.type, oracle.value(point.source, objects[point.level]), unit)}")

    assert len(expected) == 80
    assert [line for line in expected if line.strip() not in words] == []


def test_live_the_demo_shows_one_picture_after_the_other_until_stopped() -> None:
    stop = threading.Event()
    with Demo("campus", speed=10) as demo:
        screen = io.StringIO()
        demo.console = Console(file=screen, width=176, height=60, force_terminal=True)
        showing = threading.Thread(target=demo.show_live, args=(stop,))
        showing.start()
        deadline = SystemClock().monotonic() + 20
        while "ConnectorState_Charging" not in screen.getvalue() and SystemClock().monotonic() < deadline:
            SystemClock().wait(stop, 0.05)
        stop.set()
        showing.join()

    assert "ConnectorState_Charging" in screen.getvalue()
    assert demo.simulator.password in screen.getvalue()
    assert str(demo.simulator.page_url).partition("#")[0] in screen.getvalue()


def test_a_site_without_stations_is_refused_in_a_sentence(tmp_path: Path) -> None:
    scenario = tmp_path / "empty.toml"
    scenario.write_text('title = "nothing built yet"\n', encoding="utf-8")

    with Demo(str(scenario)) as demo, pytest.raises(ConnectorError, match="has no station to show"):
        demo.print_once()
