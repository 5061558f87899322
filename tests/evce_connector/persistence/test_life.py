"""The sign of life beside a file: it raises no alarm of what any order of events leaves, and tells an older file."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evce_connector.clock import ManualClock
from evce_connector.persistence import ownership, processes
from evce_connector.persistence.database import open_database
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.life import Life, Sign, last_sign
from evce_connector.persistence.owner import forget_dead
from evce_connector.persistence.ownership import RENEW_EACH, Ownership
from evce_connector.persistence.place import Place
from sqlalchemy import text

from tests.support.killed import FILES, another_boot

STEPS = 40
MODES = ("PASSIVE", "FULL", "RESTART", "TRUNCATE")


class Run:
    """Connectors, one after the other, on a file that is called as a killed one's; `at` names each moment to look."""

    def __init__(self, folder: Path, at: Callable[[str], None] = lambda _: None) -> None:
        self.file, self._at, self.clock = folder / FILES[0], at, ManualClock()
        self._begin()

    def _begin(self) -> None:
        self._engine = open_database(f"sqlite:///{self.file.as_posix()}")
        self._ownership = Ownership(self._engine, "here", self.clock)
        self._place = Place(self._engine, self._ownership.token)

    def renew(self) -> None:
        self.clock.advance(RENEW_EACH)
        self._ownership.renew()
        assert self._ownership.trouble == ""

    def claim(self) -> None:
        self._ownership.claim()

    def write(self, rows: int = 1) -> None:
        with self._engine.begin() as connection:
            for row in range(rows):
                values = {"name": f"fact {row}", "value": "x" * 500}
                connection.execute(text("INSERT OR REPLACE INTO facts VALUES (:name, :value)"), values)

    def checkpoint(self, mode: str = "RESTART") -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA wal_checkpoint({mode})").all()

    def look(self) -> None:
        self._place.look()

    def end(self) -> None:
        self._ownership.give_back()
        self._at("given back")
        self._engine.dispose()
        self._at("ended")

    def end_and_begin(self) -> None:
        self.end()
        self._begin()

    def be_killed(self, folder: Path) -> None:
        """Let another go on with what this one leaves in the middle of its work."""
        copy_all(self.file.parent, folder)
        ownership._HELD.discard(self._ownership.token)
        self._engine.dispose()  # what this does to the former files nobody sees
        self.file = folder / self.file.name
        self._begin()


def copy_all(folder: Path, into: Path) -> None:
    into.mkdir()
    for name in FILES:
        if (folder / name).exists():
            shutil.copyfile(folder / name, into / name)


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    """Name folders that are not there yet."""
    return (tmp_path / f"{number}" for number in range(10**6))


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_a_kill_leaves_at_any_moment_is_called_another_files_or_cut(
    folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    another_boot(monkeypatch)
    chance, runs, wrong = random.Random(seed), list[Run](), list[str]()  # noqa: S311 - no secret

    def look(moment: str) -> None:
        if runs:
            copy_all(runs[0].file.parent, folder := next(folders))
            left = LeftLog(folder / FILES[0])
            if left.is_of_another_file() or left.is_behind() or left.missing():
                wrong.append(f"{moment}: {left.missing()}")

    keep, forget = Life.keep, Life.forget

    def look_and_keep(life: Life, token: str, renewals: int) -> None:
        look("written, and not kept")
        keep(life, token, renewals)

    def forget_and_look(life: Life) -> None:
        forget(life)
        look("forgotten, and not written")

    monkeypatch.setattr(Life, "keep", look_and_keep)
    monkeypatch.setattr(Life, "forget", forget_and_look)
    (first := next(folders)).mkdir()
    run = Run(first, look)
    runs.append(run)
    doings: dict[Callable[[], None], int] = {
        run.renew: 6,
        lambda: run.write(chance.choice([1, 1, 50])): 5,
        lambda: run.checkpoint(chance.choice(MODES)): 3,
        run.look: 3,
        run.end_and_begin: 1,
        lambda: run.be_killed(next(folders)): 1,
    }
    for number in range(STEPS):
        (doing,) = chance.choices(list(doings), list(doings.values()))
        doing()
        look(f"step {number}")
    run.end()
    assert wrong == []


@pytest.fixture
def run(folders: Iterator[Path]) -> Iterator[Run]:
    """Let a connector run, whose file says so itself."""
    (folder := next(folders)).mkdir()
    run = Run(folder)
    run.renew()
    run.checkpoint()
    run.renew()
    yield run
    run.end()


def is_strange(run: Run, older: Path, folder: Path) -> bool:
    """Tell whether the log that is there now is known as another's beside an older file."""
    copy_all(run.file.parent, folder)
    shutil.copyfile(older / FILES[0], folder / FILES[0])
    return LeftLog(folder / FILES[0]).is_of_another_file()


def test_a_log_is_known_as_another_files_beside_a_copy_from_before_it_was_begun(
    run: Run, folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    another_boot(monkeypatch)
    run.write(50)
    copy_all(run.file.parent, older := next(folders))
    assert not is_strange(run, older, next(folders))  # the log holds all that this copy lacks
    run.renew()
    run.checkpoint()
    run.write()  # which begins the log anew, before the next sign of life
    assert is_strange(run, older, next(folders))
    run.renew()
    assert is_strange(run, older, next(folders))
    copy_all(run.file.parent, younger := next(folders))
    assert not is_strange(run, younger, next(folders))


def test_an_older_file_with_its_own_log_is_not_taken_for_anothers_beside_a_later_sign(
    run: Run, folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    another_boot(monkeypatch)
    copy_all(run.file.parent, older := next(folders))
    for _ in range(2):
        run.checkpoint()
        run.renew()
    shutil.copyfile(run.file.with_name(FILES[-1]), older / FILES[-1])
    assert not LeftLog(older / FILES[0]).is_of_another_file()


def test_a_sign_of_who_ran_before_goes_with_the_next_who_takes_over(
    run: Run, folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Life, "keep", lambda *_: None)
    run.be_killed(next(folders))
    assert last_sign(run.file) is None


def test_who_goes_on_in_another_file_begins_anew_with_what_is_known_of_it(run: Run) -> None:
    run.claim()
    sign = last_sign(run.file)
    assert sign is not None
    assert sign.in_file == 0


def test_who_finds_a_dead_owner_forgets_its_sign_of_life(
    run: Run, monkeypatch: pytest.MonkeyPatch, folders: Iterator[Path]
) -> None:
    copy_all(run.file.parent, folder := next(folders))
    monkeypatch.setattr(processes, "is_gone", lambda *_: True)
    engine = open_database(f"sqlite:///{(folder / FILES[0]).as_posix()}")
    forget_dead(engine)
    engine.dispose()
    assert last_sign(run.file) is not None
    assert last_sign(folder / FILES[0]) is None


@pytest.mark.parametrize("content", [b"", b"6f0c 12", b"6f0c x - 3", b"\xff" * 96, b"6f0c 12 - -3", b"6f0c 12 00 3 4"])
def test_what_is_spoilt_beside_a_file_tells_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILES[-1]).write_bytes(content)
    assert last_sign(tmp_path / FILES[0]) is None


def test_a_sign_is_written_over_the_one_before(tmp_path: Path) -> None:
    life = Life(tmp_path / FILES[0])
    life.keep("a longer token", 1000)
    life.keep("token", 1)
    assert last_sign(tmp_path / FILES[0]) == Sign("token", 1, "-", 0)


def test_signs_that_cannot_be_kept_hinder_nobody(tmp_path: Path) -> None:
    (tmp_path / FILES[-1]).mkdir()
    life = Life(tmp_path / FILES[0])
    life.keep("token", 1)
    life.forget()
    assert last_sign(tmp_path / FILES[0]) is None
