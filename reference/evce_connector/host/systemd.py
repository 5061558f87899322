"""Writes, removes and shows the unit of the connector where systemd runs the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from evce_connector.config.loading import read
from evce_connector.errors import ConnectorError
from evce_connector.host.unit import CONFIGURATIONS, NAME, SITE, USUAL, Unit, secrets_of

UNITS = "etc/systemd/system"
_BOOTED = "run/systemd/system"
_HIDDEN = ("/home", "/root", "/run/user", "/tmp", "/var/tmp")  # noqa: S108 - nothing is written there
"""Folders that the unit does not let the connector see."""
_OTHER_WAYS = (
    "HOSTING.md, section 18, says how it runs in a container, on Kubernetes and on Windows. "
    "`evce-connector service install --print` prints the unit for another machine."
)
Run = Callable[[Sequence[str]], int]


class SystemdError(ConnectorError):
    """The unit cannot be written, removed or shown here; the sentence says why, and what to do."""


def own_program() -> list[str]:
    """Return how this program is started: by its command, else by the Python that it is installed in."""
    command = Path(sys.executable).parent / NAME
    return [str(command)] if command.exists() else [sys.executable, "-m", "evce_connector"]


def unit_for(configuration: Path | None, program: Sequence[str], *, is_template: bool) -> Unit:
    """Make the unit by what the configuration names for secrets; ConfigurationError when it cannot be read.

    Where it is not there, as that of a template's sites, two passwords from files beside it are handed over.
    """
    usual = CONFIGURATIONS / SITE / f"{NAME}.toml" if is_template else CONFIGURATIONS / f"{NAME}.toml"
    if configuration is None and (is_template or not Path(usual).exists()):
        return Unit(program, usual, USUAL, is_template)
    file = (configuration or Path(usual)).absolute()
    return Unit(program, PurePosixPath(file.as_posix()), secrets_of(read(file)))


class Systemd:
    """The systemd of a machine whose files begin at `root`; `run` runs a command and returns its exit status."""

    def __init__(self, root: Path = Path("/"), run: Run | None = None, user: int | None = None) -> None:
        """Use this machine's by default; `user` is the number of the user who asks."""
        self._root, self._run = root, run or _run
        self._user = _own_user() if user is None else user

    def install(self, unit: Unit) -> Path:
        """Write the unit's file and have it read; returns the file. SystemdError says why it is not written."""
        self._refuse_elsewhere()
        self._refuse_others("write")
        if hidden := next((one for one in unit.program if one.startswith(tuple(f"{place}/" for place in _HIDDEN))), ""):
            raise SystemdError(
                f"{hidden} is where the unit lets the connector see nothing. Install it in a folder such as "
                f"/opt/{NAME}, and call `service install` there."
            )
        file = self._file(unit.file_name)
        file.write_text(unit.text(), encoding="utf-8")
        self._ask("daemon-reload")
        return file

    def uninstall(self, file_name: str) -> list[str]:
        """Stop what runs by a unit and remove its file; returns the units that were stopped.

        Configuration and data stay. SystemdError when there is no such file, or a unit cannot be stopped.
        """
        self._refuse_elsewhere()
        self._refuse_others("remove")
        file = self._file(file_name)
        if not file.exists():
            raise SystemdError(f"{file} is not there, so nothing was removed.")
        units = list(self._units(file_name))
        for unit in units:
            self._ask("disable", "--now", unit)
        file.unlink()
        self._ask("daemon-reload")
        return units

    def status(self) -> int:
        """Show by systemctl what runs; returns its exit status, 0 when all run. SystemdError when none is installed."""
        self._refuse_elsewhere()
        names = [name for name in (f"{NAME}.service", f"{NAME}@.service") if self._file(name).exists()]
        if not names:
            raise SystemdError(f"No unit is installed: `{NAME} service install` writes one. {_OTHER_WAYS}")
        units = [unit for name in names for unit in self._units(name)]
        if not units:
            enable = f"systemctl enable --now {NAME}@SITE"
            raise SystemdError(f"{self._file(names[0])} is there, and no site is enabled: `{enable}` enables one.")
        return self._run(["systemctl", "--no-pager", "--full", "status", *units])

    def _units(self, file_name: str) -> Iterator[str]:
        """Yield the units that run by a file: itself, or the sites that were enabled of a template."""
        if "@" not in file_name:
            yield file_name
            return
        enabled = (self._root / UNITS / "multi-user.target.wants").glob(f"{NAME}@*.service")
        yield from sorted(link.name for link in enabled)

    def _file(self, name: str) -> Path:
        return self._root / UNITS / name

    def _ask(self, *words: str) -> None:
        """Ask systemd for something; SystemdError when it refuses."""
        if status := self._run(["systemctl", *words]):
            raise SystemdError(f"`systemctl {' '.join(words)}` ended with status {status}; what it said stands above.")

    def _refuse_elsewhere(self) -> None:
        if not (self._root / _BOOTED).is_dir():
            raise SystemdError(f"systemd does not run this machine, so there is no unit here. {_OTHER_WAYS}")

    def _refuse_others(self, what: str) -> None:
        if self._user != 0:
            raise SystemdError(f"Only root may {what} a unit: call this with sudo, or `service install --print`.")


def _own_user() -> int:
    """Return the number of the user who asks; where users have none, one who is not root."""
    return os.geteuid() if sys.platform != "win32" else -1


def _run(command: Sequence[str]) -> int:
    """Run a command whose output goes where ours does."""
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - systemctl, by its name
    except OSError as error:
        raise SystemdError(f"{command[0]} cannot be started: {error.strerror}.") from error
