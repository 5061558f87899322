"""The watchdog: a process of its own that restores a site when the run that wrote to it dies, or hangs.

It holds the end of a pipe whose other end dies with the run. Credentials come from the site's file only.
`evce-acceptance restore JOURNAL SITE` restores what an earlier run left open.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import click
from ebo_simulator.clock import SystemClock
from evce_acceptance.site import settings
from evce_acceptance.site.approval import Approval, WriteRefusedError
from evce_acceptance.site.wire import Pace, WireLog
from evce_acceptance.writes.journal import WATCHDOG, LeaseJournal, Open, Phase
from evce_acceptance.writes.restoring import ForeignChangeError, Parties, RestoreError, same, told

MODULE = "evce_acceptance.writes.watchdog"
READY = "ready"
TICK = 0.2
"""Seconds between looks at the journal."""
RETRY = 2.0
"""Seconds between attempts to restore what could not be restored."""
GIVE_UP = 12 * 3600.0
"""Seconds after which a watchdog without success ends: somebody must restore by hand."""
STARTS_WITHIN, ENDS_WITHIN = 30.0, 5.0


class Watchdog:
    """The run's side: starts the process, makes sure that it lives, and lets it go."""

    def __init__(self, journal: Path, site: Path) -> None:
        self._command = [sys.executable, "-m", MODULE, str(journal.resolve()), str(site.resolve())]
        self._process: subprocess.Popen[str] | None = None

    def guard(self) -> None:
        """Return when the watchdog is there; WriteRefusedError when it is not."""
        if self._process is None:
            self._process = self._started()
        elif self._process.poll() is not None:
            raise WriteRefusedError("The watchdog has ended; without it nothing is written. Start the run again.")

    def release(self) -> None:
        """Tell it that the run ends; it stays as long as something is left to restore."""
        if self._process is None:
            return
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDS_WITHIN)

    def _started(self) -> subprocess.Popen[str]:
        """Start it out of reach of the terminal's Ctrl-C, and wait until it has read the site's file."""
        process = subprocess.Popen(  # noqa: S603 - our own module
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert process.stdin
        assert process.stdout
        too_late = threading.Timer(STARTS_WITHIN, process.kill)
        too_late.start()
        try:
            said = process.stdout.readline().strip()
        finally:
            too_late.cancel()
            process.stdout.close()
        if said != READY:
            process.stdin.close()
            process.wait()
            raise WriteRefusedError(f"The watchdog did not start, so nothing is written. It says: {said or 'nothing'}")
        return process


class Guardian:
    """The watchdog's side: what it does with a journal."""

    def __init__(self, parties: Parties, journal: LeaseJournal) -> None:
        self._parties, self._journal, self._clock = parties, journal, parties.clock
        self._due: dict[str, float] = {}

    def watch(self, ended: threading.Event) -> None:
        """Restore leases that outlive their time until the run has ended."""
        while not ended.is_set():
            self.look()
            self._clock.wait(TICK)

    def look(self) -> None:
        """Restore what is overdue; the lease stays open, for the run may go on and write late."""
        for lease in self._open_leases():
            intent, now = lease.intent, self._clock.monotonic()
            if now < self._due.setdefault(intent.lease, now + intent.seconds):
                continue
            outcome = f"it lasts longer than {intent.seconds:.0f} s"
            self._journal.note(intent, Phase.EXPIRED, intent.text, outcome)
            done = not self._attempt(lease, closes=False)
            self._due[intent.lease] = self._clock.monotonic() + (intent.seconds if done else RETRY)

    def restore_all(self, give_up: float = GIVE_UP) -> bool:
        """Restore and prove everything that is open; tries again until it succeeds or gives up."""
        end, told_of = self._clock.monotonic() + give_up, set[str]()
        while leases := self._open_leases():
            for lease in leases:
                trouble = self._attempt(lease, closes=True)
                if trouble and trouble not in told_of:
                    told_of.add(trouble)
                    self._journal.note(lease.intent, Phase.FAILED, told(lease.intent.before), trouble)
            if self._clock.monotonic() >= end:
                break
            self._clock.wait(RETRY if self._journal.open_leases() else 0)
        return not self._journal.open_leases()

    def _open_leases(self) -> list[Open]:
        """Return what is to be restored; of several zones that were written at once none is restored as a stray."""
        leases = self._journal.open_leases()
        self._parties.leased = {(one.intent.kind, one.intent.target) for one in leases}
        return leases

    def _attempt(self, lease: Open, *, closes: bool) -> str:
        """Restore a lease once; returns what prevented it."""
        intent = lease.intent
        try:
            self._parties.restore(lease, self._journal)
            if closes:
                self._parties.settle(lease, self._journal)
                outcome = self._proof(lease)
                self._journal.note(intent, Phase.CLOSED, told(intent.before), outcome)
        except ForeignChangeError as change:
            self._journal.note(intent, Phase.CLOSED, intent.text, str(change))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be tried again
            return f"{type(error).__name__}: {error}"
        return ""

    def _proof(self, lease: Open) -> str:
        """Look at both ends; what the controller has must be as before, what the connector shows is told."""
        intent, parties = lease.intent, self._parties
        try:
            left = parties.wait_for(intent, intent.before, intent.shown, parties.patience)
        except Exception as error:  # noqa: BLE001 - the connector may have died with the run
            left = [str(error)]
        present = parties.present(intent.kind, intent.target)
        if not same(present, intent.before):
            raise RestoreError(f"{intent.name} was restored, and now the controller has {told(present)}.")
        return f"proven at the controller; {'; '.join(left)}" if left else "proven at both ends"


JOURNAL = click.argument("journal", type=click.Path(path_type=Path))
SITE = click.argument("site", type=click.Path(path_type=Path))


@click.command()
@JOURNAL
@SITE
def restore(journal: Path, site: Path) -> None:
    """Restore the leases of JOURNAL that an earlier run on the site of the file SITE left open, and say so.

    Exit status: 0 all is restored, 1 something is not, or there is no such journal.
    """
    if not journal.is_file():  # as if nothing had been left open: a mistyped name must not read like that
        click.echo(
            f"There is no journal {journal}: nothing was restored. Name leases.jsonl in the run's output folder."
        )
        sys.exit(1)
    parties = _parties(site)
    leases = LeaseJournal(journal, parties.clock, WATCHDOG)
    done = Guardian(parties, leases).restore_all(give_up=0)
    for entry in leases.entries():
        click.echo(f"{entry.at} {entry.target} {entry.phase}: {entry.value}, {entry.outcome}")
    click.echo("All leases are restored." if done else "Not all leases are restored; see above.")
    parties.close()
    sys.exit(0 if done else 1)


@click.command()
@JOURNAL
@SITE
def watch(journal: Path, site: Path) -> None:
    """Restore the leases of JOURNAL on the site of the file SITE when the run that holds the pipe ends.

    Exit status: 0 all is restored, 1 something is not.
    """
    parties = _parties(site)
    guardian = Guardian(parties, LeaseJournal(journal, parties.clock, WATCHDOG))
    guardian.watch(_end_of_run())
    done = guardian.restore_all()
    parties.close()
    sys.exit(0 if done else 1)


def _parties(site: Path) -> Parties:
    """Reach both ends of a site; a file that cannot be used is said to be so, and ends the process."""
    clock = SystemClock()
    try:
        loaded = settings.load(site)
    except settings.SettingsError as error:
        click.echo(str(error))
        sys.exit(1)
    return Parties.of(
        loaded,
        Approval("the watchdog", allow_writes=True),
        Pace(loaded.limits.requests_per_second, clock),
        WireLog(loaded.secrets),
        clock,
    )


def _end_of_run() -> threading.Event:
    """Return an event that is set when the run has ended or this process is told to; say that all is ready."""
    ended = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    threading.Thread(target=_read_to_end, args=(ended,), daemon=True).start()
    click.echo(READY)
    sys.stdout.flush()
    return ended


def _read_to_end(ended: threading.Event) -> None:
    with suppress(OSError):
        while os.read(0, 64):
            pass
    ended.set()


if __name__ == "__main__":
    watch()
