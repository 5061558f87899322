"""What a load test keeps of a run: moments, resources, the share of the generator, and the picture of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from load import clock, moments, plot, resources
from load.limits import AGE, READ
from load.moments import Moments
from load.resources import Sample, Watch
from load.running import Busy


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Return a clock that the test sets."""
    present = [100.0]
    monkeypatch.setattr(clock, "unix", lambda: present[0])
    return present


def test_of_each_second_the_slowest_is_kept(tmp_path: Path, seconds: list[float]) -> None:
    kept = Moments(tmp_path / "run", 1)
    for at, milliseconds in ((100.1, 3.0), (100.9, 8.0), (101.0, 5.0)):
        seconds[0] = at
        kept.note(READ, milliseconds)
    kept.close()
    assert moments.read(tmp_path / "run") == {READ: [(100, 8.0), (101, 5.0)]}


def test_the_processes_of_a_generator_are_read_as_one(tmp_path: Path, seconds: list[float]) -> None:
    for process, milliseconds in ((1, 3.0), (2, 8.0)):
        kept = Moments(tmp_path / "run", process)
        kept.note(READ, milliseconds)
        seconds[0] -= 5
        kept.note(AGE, 1.0)
        kept.close()
        seconds[0] += 5
    assert moments.read(tmp_path / "run") == {READ: [(100, 8.0)], AGE: [(95, 1.0)]}


def test_an_earlier_run_is_forgotten_and_another_profiles_is_not(tmp_path: Path) -> None:
    for name in ("run", "other"):
        kept = Moments(tmp_path / name, 1)
        kept.note(READ, 1.0)
        kept.close()
    moments.forget(tmp_path / "run")
    assert moments.read(tmp_path / "run") == {}
    assert set(moments.read(tmp_path / "other")) == {READ}


def test_resources_of_a_process_are_sampled_no_more_often_than_asked_for(tmp_path: Path, seconds: list[float]) -> None:
    (tmp_path / "connector.db").write_bytes(bytes(2_000_000))
    watch = Watch(os.getpid(), tmp_path, every=10)
    for seconds[0] in (100.0, 105.0, 110.0):
        watch.look()
    assert [one.at for one in watch.samples] == [100.0, 110.0]
    sample = watch.samples[0]
    assert sample.memory > 10
    assert sample.threads >= 1
    assert sample.files >= 3
    assert sample.database == 2.0
    watch.keep(tmp_path / "resources.csv")
    assert (tmp_path / "resources.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(Sample._fields)


def samples(*memory: float) -> list[Sample]:
    return [Sample(100.0 + number, one, 10, 20, 1.0) for number, one in enumerate(memory)]


def test_growth_is_from_after_the_warm_up_to_the_end() -> None:
    growth = resources.growths(samples(*range(10, 20), *[100.0] * 29, 110.0))[0]
    assert (growth.what, growth.before, growth.after) == ("memory", 100.0, 100.0)
    grown = resources.growths(samples(*range(10, 20), *[100.0] * 20, *[150.0] * 10))[0]
    assert grown.share == pytest.approx(0.5)


def test_few_samples_tell_of_no_growth() -> None:
    assert resources.growths(samples(1, 2, 3)) == []


def test_the_busiest_process_counts_though_it_has_ended_first() -> None:
    with subprocess.Popen([sys.executable, "-c", "sum(range(10**8)); input()"], stdin=subprocess.PIPE) as busy:
        watched = Busy([psutil.Process(os.getpid()), psutil.Process(busy.pid)])
        assert clock.until(lambda: sum(psutil.Process(busy.pid).cpu_times()[:2]) > 0.1, 20)
        watched.look()
        shares = list(watched._shares)
    watched.look()
    assert watched.share() >= shares[1] > 0


def test_a_picture_is_drawn_of_what_was_measured(tmp_path: Path) -> None:
    measured = {AGE: [(100, 4000.0), (103, 9000.0)], READ: [(101, 2.0)], "SetValues": [(102, 60.0)]}
    plot.draw(measured, samples(90.0, 95.0), tmp_path / "run.png", "a run", 20)
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")


def test_a_run_of_which_nothing_was_kept_still_gets_a_picture(tmp_path: Path) -> None:
    plot.draw({}, samples(90.0), tmp_path / "run.png", "a run", 20)
    assert (tmp_path / "run.png").exists()
