"""Threads that run processors, and what is known of each for the status page."""

from __future__ import annotations

import threading

from evce_connector.evce.errors import EvceError
from evce_connector.processors.base import Processor, Prompt, Severity

RETRY_FIRST, RETRY_MAX = 15.0, 300.0
"""Pause in s before set-up is tried again: doubled from the first to the last, so that no account is locked."""


class Worker:
    """Runs one processor on a thread until it is done or stopped; an unexpected error is logged, and it runs again."""

    def __init__(self, processor: Processor) -> None:
        self.processor = processor
        self.prompts: list[Prompt] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=processor.name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the processor to stop, and wait until it has."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        pause = RETRY_FIRST
        while not self._stop.is_set() and not self._run_once():
            self.processor.context.clock.wait(self._stop, pause)
            pause = min(2 * pause, RETRY_MAX)

    def _run_once(self) -> bool:
        """Run the processor; false when it should run again later."""
        log = self.processor.context.log
        try:
            self.prompts = self.processor.execute(self._stop)
        except EvceError as error:
            self.prompts = [Prompt(str(error), Severity.MAY_NOT_CONTINUE)]
        except Exception:
            log.exception("%s ended by an error of its own and will run again", self.processor.name)
            return False
        for prompt in self.prompts:
            log.warning("%s: %s", self.processor.name, prompt.message)
        return not any(prompt.severity is Severity.MAY_NOT_CONTINUE for prompt in self.prompts)
