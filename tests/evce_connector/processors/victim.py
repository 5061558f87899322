"""A process to be killed: logs samples, moves and acknowledges alarms, enters commands, and says each when it is kept.

Run as a script with a folder, the URL of the database and the number of the first step. Each step ends in a line on
stdout that is written only after the commit:
`log <time>`, `event <sequence> <alarm> <state>`, `ack <sequence>`, `command <number>`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from evce_connector.persistence.alarm_table import Selection

from tests.evce_connector.processors.bench import Connector

ALARM = "Stations/1/Alarm"


def say(*words: object) -> None:
    """Tell whoever may kill us what is safe now."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def live(folder: Path, database: str, first: int) -> None:
    """Do one of everything per step, for ever."""
    connector = Connector(folder, storage={"url": database})
    connector.clock.advance(first * 900.0)
    connector.set_up()
    connector.poll()
    step = first
    while True:
        step += 1
        connector.change("connector", 1, status=("faulted", "unavailable", "available")[step % 3])
        connector.clock.advance(900)
        before = connector.book.last
        connector.poll()
        for event in connector.book.events(Selection(), before, connector.book.last, 1000):
            say("event", event.sequence, event.alarm, int(event.state))
        connector.logs.cycle()
        say("log", connector.clock.now().isoformat())
        if connector.book.acknowledge(ALARM, connector.clock.now()) and (acknowledged := connector.book.event(ALARM)):
            say("ack", acknowledged.sequence)
        connector.make_available(1, step, available=True)
        say("command", step)


if __name__ == "__main__":
    live(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
