"""A connector to be killed: it serves EWS and lets everything that writes do so in turn, and says what is kept.

Run as a script with a list (JSON): its configuration, the number of the last step of the victim before it, and `alarms`
where old alarm events are to be deleted too; or with `fork` and such a list for each victim on stdin. A victim says on
stdout, a line each: `do start <process>` before it opens the database, `ews <address>` when it answers clients, `found
<what> <value>` for what it found, `step <number>`, `do <what>` before and `<what> <value>` after each thing that it
keeps. As `evce-connector run` does, it brings nothing but the connector with it.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from evce_connector import config
from evce_connector.alarms.state_machine import Judgement
from evce_connector.clock import SystemClock
from evce_connector.host import tuning
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.alarm_table import Selection
from evce_connector.persistence.commands import Command
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.points.id_aliases import IdAlias
from evce_connector.points.tree import AlarmItem, ValueItem
from evce_connector.site.values import State, utc_text

from tests.support.retention import run_out

FORK, READY, DEAD = "fork", "ready\n", "dead\n"
"""What makes this module fork victims, what it says when it can, and after the end of each."""
MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
STEP = 60.0
"""Seconds of the connector's clock from one step to the next: a boundary of its logs each."""
OLD = timedelta(days=4000)
"""Age of what is deleted at once: more than any retention that is configured here."""
SET_UP_EACH = 2
"""Steps from one set-up to the next."""
OLD_ITEM, OLD_ALARM = "Old/Item", "Old/Alarm"


class Strides(SystemClock):
    """The machine's clock, set forward to the next minute by each step; two things are never at one instant."""

    def __init__(self, step: int) -> None:
        self.go_to(step)

    def go_to(self, step: int) -> None:
        """Begin a step."""
        self._step, self._began = step, super().monotonic()

    def now(self) -> datetime:
        """Return the instant in UTC."""
        return MORNING + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Return the seconds since the morning."""
        return self._step * STEP + super().monotonic() - self._began


def say(*words: object) -> None:
    """Tell whoever may kill us what is safe now."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


class Victim:
    """The connector, and what it does in each step."""

    def __init__(self, document: dict[str, Any], first: int, *, old_alarms: bool) -> None:
        self.clock = Strides(first)
        self.service = ConnectorService(config.parse(document, {}), self.clock)
        self._old_alarms = old_alarms
        self._acts: dict[str, Callable[[int], str | int]] = {
            "poll": self._poll,
            "log": self._log,
            "adopted": self._adopt,
            "system": self._note,
            "old": self._keep_old,
            "owner": self._own,
            "setup": self._set_up,
        }

    def say_found(self) -> None:
        """Say what this start found in the database."""
        ids = {alias.id for alias in self.service.stores.adopted.known.values()}
        say("found", "adopted", *sorted(ids) or "0")
        for what, name in (("poll", "LastGoodPoll"), ("setup", "LastSetup")):
            say("found", what, self._shown(name))

    def live(self, first: int) -> None:
        """Do one of everything in each step, for ever."""
        for step in count(first + 1):
            self.clock.go_to(step)
            say("step", step)
            for name, act in self._acts.items():
                say("do", name)
                kept = act(step)
                trouble = self.service.context.storage.trouble
                say("trouble", trouble) if trouble else say(name, kept)

    def _poll(self, step: int) -> str:
        """Poll; returns when that was."""
        del step
        book = self.service.stores.alarms
        before = book.last
        self.service.poll()
        for event in book.events(Selection(), before, book.last, 1000):
            say("event", event.sequence, event.alarm, int(event.state))
        return self._shown("LastGoodPoll")

    def _set_up(self, step: int) -> str:
        """Set up each second time; returns when it was last."""
        if step % SET_UP_EACH == 0:
            self.service.set_up()
        return self._shown("LastSetup")

    def _log(self, step: int) -> str:
        """Take a sample, and delete what is old each time; returns the sample's time."""
        self.service.log()
        run_out(self.service)
        return utc_text(MORNING + timedelta(seconds=step * STEP))

    def _shown(self, name: str) -> str:
        value = self.service.items.interface.get(name)
        return utc_text(value.replace(microsecond=0)) if isinstance(value, datetime) else ""

    def _adopt(self, step: int) -> int:
        """Take ids over, three that belong together."""
        self.service.stores.adopted.keep({f"Zones/9/{name}": IdAlias(f"{step}.{name}", "") for name in "abc"})
        return step

    def _note(self, step: int) -> int:
        self.service.stores.system_events.add(self.clock.now(), "EWS server", f"step {step}")
        return step

    def _keep_old(self, step: int) -> int:
        """Enter what the next look deletes."""
        stores, old = self.service.stores, self.clock.now() - OLD
        stores.history.append([(OLD_ITEM, Sample(old, 1.0, State.GOOD))])
        stores.commands.complete((), [Command(utc_text(old), "ebo", "", OLD_ITEM, "", str(step), success=False)])
        if self._old_alarms:
            alarm = AlarmItem(OLD_ALARM, "Old", "", _source(self.service))
            for active in (True, False):
                stores.alarms.move([(alarm, Judgement(active, 500, "EVCE Fault", f"step {step}"))], old)
        return step

    def _own(self, step: int) -> int:
        """Show that the connector lives, which the database keeps as well."""
        self.service.step()
        return step


def _source(service: ConnectorService) -> ValueItem:
    return next(item for item in service.items.tree.items() if item.key.startswith("Stations/1/"))


def live(document: dict[str, Any], first: int, *further: str) -> None:
    """Serve as the connector does, then work until killed."""
    say("do", "start", os.getpid())
    victim = Victim(document, first, old_alarms="alarms" in further)
    tuning.tune()
    victim.service.ews.start()
    say("ews", victim.service.ews.address)
    victim.say_found()
    victim.live(first)


def fork() -> None:
    """Let one victim live after the other, for each line of arguments on standard input."""
    sys.stdout.write(READY)
    sys.stdout.flush()
    for line in sys.stdin:
        if not (process := os.fork()):
            try:
                live(*json.loads(line))
            finally:  # which a victim only comes to by a fault
                traceback.print_exc()
                os._exit(1)
        os.waitpid(process, 0)
        sys.stdout.write(DEAD)
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == FORK:
        fork()
    else:
        live(*json.loads(sys.argv[1]))
