"""A technician at a machine of the site: a folder of his own, and our commands, each as a process of its own."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from features.driver.waiting import until

PATIENCE = 60
"""Seconds that a command may take on a busy machine."""
RIGHT, WRONG, NOTHING_DONE = 0, 1, 2
"""Exit statuses."""
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")


@dataclass
class Technician:
    """Types commands in a folder; remembers all that they say, to look through it for secrets at the end."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Let the platform's places of this user, and those of temporary files, be in the folder, too."""
        home = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA")
        places = dict.fromkeys(home, str(self.folder / "home")) | dict.fromkeys(_TEMPORARY, str(self.folder))
        self.environment = places | {"COLUMNS": "200"} | self.environment

    @property
    def _variables(self) -> Mapping[str, str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("EVCE_")}
        return others | self.environment

    def types(self, program: str, *words: str | Path, status: int = RIGHT) -> str:
        """Run a command that has to end so, with nobody at a terminal; returns what it says."""
        done = subprocess.run(  # noqa: S603 - our own commands
            line(program, *words),
            cwd=self.folder,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        self.heard.append(done.stdout)
        assert done.returncode == status, f"{program} {words} ended with {done.returncode}:\n{done.stdout}"
        assert "Traceback" not in done.stdout, done.stdout
        return done.stdout

    def answers(self, *dialogue: tuple[str, str], command: tuple[str, ...]) -> str:
        """Run a command at a terminal, answer each question, and see it end well; returns the screen."""
        ours, theirs = os.openpty()
        with subprocess.Popen(  # noqa: S603 - our own commands
            line(*command),
            cwd=self.folder,
            env=self._variables,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,  # or a password would be asked for at the terminal of whoever runs the tests
        ) as process:
            os.close(theirs)
            try:
                screen = _Screen(ours)
                for question, answer in dialogue:
                    screen.shows(question)
                    os.write(ours, f"{answer}\n".encode())
                screen.ends()
                assert process.wait(PATIENCE) == RIGHT, screen.seen
            finally:
                process.kill()
                os.close(ours)
        return screen.seen

    @contextmanager
    def leaves_running(
        self, log: Path, ready: str, program: str, *words: str | Path
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Let a command run as long as the block lasts, from when its log says that it is ready."""
        with (
            log.open("wb") as file,
            subprocess.Popen(  # noqa: S603 - our own commands
                line(program, *words),
                cwd=self.folder,
                env=self._variables,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            try:
                until(lambda: ready in text(log) or process.poll() is not None, f"{program} begins", PATIENCE)
                assert process.poll() is None, text(log)
                yield process
            finally:
                process.kill()  # what ended in good order is gone already


class _Screen:
    """What a command shows at a terminal, of which we hold the other end."""

    def __init__(self, ours: int) -> None:
        self._ours, self._read_to, self.seen = ours, 0, ""

    def shows(self, wanted: str) -> None:
        """Read on until a text is shown, behind the one before."""
        while wanted not in self.seen[self._read_to :]:
            assert self._more(), f"{wanted!r} is not shown, but:\n{self.seen}"
        self._read_to = self.seen.index(wanted, self._read_to) + len(wanted)

    def ends(self) -> None:
        """Read on until nobody writes any more."""
        while self._more():
            pass

    def _more(self) -> bool:
        """Read what there is, waiting for it; False when the other end is closed, or nothing comes."""
        if not select.select([self._ours], [], [], PATIENCE)[0]:
            return False
        try:
            read = os.read(self._ours, 4096)
        except OSError:  # as Linux tells that the other end is closed
            return False
        self.seen += read.decode("utf-8", "replace")
        return bool(read)


def line(program: str, *words: str | Path) -> list[str]:
    """Return what starts a command of ours, from the environment that the tests run in."""
    return [str(Path(sys.executable).with_name(program)), *map(str, words)]


def text(file: Path) -> str:
    """Return what stands in a file."""
    return file.read_text(encoding="utf-8", errors="replace")
