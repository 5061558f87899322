"""Threads that run processors, and what is known of each for the status page."""

from __future__ import annotations

import threading

from evce_connector.errors import ConnectorError
from evce_connector.evce.errors import EvceCutError
from evce_connector.host import collector
from evce_connector.processors.base import Processor, Prompt, Severity
from evce_connector.processors.setup import EvceSetupProcessor

RETRY_FIRST, RETRY_MAX = 15.0, 300.0
"""Pause in s before set-up is tried again: doubled from the first to the last, so that no account is locked."""
LAST_WAIT = 2.5
"""Seconds that the end waits for processors: looking up a name or making a connection, they cannot be cut off."""
REQUEST_LOOK = 2.0
"""Time in s between two looks whether a set-up was asked for from the command line."""
REQUEST, RUN, PRUNE = "setup.request", "run", "prune"
"""The fact by which a command asks the running connector for a set-up, and its words."""
RELOAD = "reload.request"
"""The fact by which a command asks it to read its configuration again."""


class Worker:
    """Runs one processor on a thread until it is done or stopped; an error of its own is logged, and it runs again."""

    def __init__(self, processor: Processor) -> None:
        self.processor = processor
        self.context = processor.context
        self.prompts: list[Prompt] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=processor.name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def end(self) -> None:
        """Ask the processor to stop; `join` waits until it has."""
        self._stop.set()

    def join(self, timeout: float = LAST_WAIT) -> None:
        """Wait until the processor has stopped, if it ever ran, but no longer than so many seconds."""
        if self._thread.ident is not None:
            self._thread.join(max(0.0, timeout))

    def stop(self) -> None:
        """Ask the processor to stop, and wait until it has."""
        self.end()
        self.join()

    def _run(self) -> None:
        pause = RETRY_FIRST
        while not self._stop.is_set() and not self._run_once():
            self.context.clock.wait(self._stop, pause)
            pause = min(2 * pause, RETRY_MAX)

    def _run_once(self, *, prune: bool = False) -> bool:
        """Validate and run the processor; false when it should run again later."""
        processor = self.processor
        prompts = processor.validate()
        if any(prompt.severity is Severity.MAY_NOT_CONTINUE for prompt in prompts):
            return self._told(prompts)
        try:
            if isinstance(processor, EvceSetupProcessor):
                prompts += processor.execute(self._stop, prune=prune)
            else:
                prompts += processor.execute(self._stop)
        except EvceCutError:
            return True  # the connector ends
        except ConnectorError as error:
            prompts.append(Prompt(str(error), Severity.MAY_NOT_CONTINUE))
        except Exception:
            self.context.log.exception("%s ended by an error of its own and will run again", processor.name)
            return False
        return self._told(prompts)

    def _told(self, prompts: list[Prompt]) -> bool:
        """Keep and log what a run had to say; true when nothing of it kept the processor from its work."""
        for prompt in prompts:
            if prompt not in self.prompts:  # said once, however often it is tried
                self.context.log.warning("%s: %s", self.processor.name, prompt.message)
        self.prompts = prompts
        return not any(prompt.severity is Severity.MAY_NOT_CONTINUE for prompt in prompts)


class SetupWorker(Worker):
    """Runs set-up at start until it succeeds, then on its schedule, and whenever a command asks for it.

    Commands ask by facts of the database. One that asks for the configuration to be read again sets `reload`.
    """

    def __init__(self, processor: EvceSetupProcessor, reload: threading.Event | None = None) -> None:
        super().__init__(processor)
        self._reload = reload or threading.Event()

    def _run(self) -> None:
        context = self.context
        interval = context.configuration.setup.interval_minutes * 60.0
        pause, due, prune = RETRY_FIRST, context.clock.monotonic(), False
        while not self._stop.is_set():
            request = self._request()
            prune = prune or request == PRUNE  # asked for once, it stays until a run succeeds
            if request or context.clock.monotonic() >= due:
                with collector.at_rest():
                    succeeded = self._run_once(prune=prune)
                collector.settle()
                prune = prune and not succeeded
                wait = (interval or float("inf")) if succeeded else pause
                pause = RETRY_FIRST if succeeded else min(2 * pause, RETRY_MAX)
                due = context.clock.monotonic() + wait
            context.clock.wait(self._stop, min(REQUEST_LOOK, max(0.0, due - context.clock.monotonic())))

    def _request(self) -> str | None:
        """Return what a command asks for; a database that fails now is asked again later."""
        found: list[str | None] = []
        self.context.storage.attempt("requests", lambda: found.append(self._asked()))
        return found[0] if found else None

    def _asked(self) -> str | None:
        if self.context.snapshots.take_fact(RELOAD):
            self._reload.set()
        return self.context.snapshots.take_fact(REQUEST)
