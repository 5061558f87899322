"""What tests of a watch share: time that passes while it waits, a site that polls, and the command as it is called."""

from __future__ import annotations

from click.testing import CliRunner
from evce_acceptance.cli import main
from evce_connector.clock import ManualClock

from tests.support.joined import JoinedSite


class Watched:
    """The connector's clock for the watch: whoever waits lets time pass."""

    def __init__(self, clock: ManualClock) -> None:
        self.now, self.monotonic, self._clock = clock.now, clock.monotonic, clock

    def wait(self, seconds: float) -> None:
        if seconds > 0:
            self._clock.advance(seconds)


def polled(site: JoinedSite[ManualClock], clock: ManualClock, times: int = 4) -> None:
    for _ in range(times):
        clock.advance(15)
        site.service.poll()
        site.service.step()


def called(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout
