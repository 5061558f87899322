"""What a user may ask of a processor configuration, as its Control tab allows (C-6, C-10); each request is noted."""

from __future__ import annotations

import threading
from collections.abc import Callable

from evce_connector.config import Configuration
from evce_connector.host.execution import validated
from evce_connector.host.findings import Finding
from evce_connector.host.job import Job
from evce_connector.host.processors import ProcessorError, Processors
from evce_connector.host.registry import OWN
from evce_connector.processors.base import Context, Prompt, Severity


class ByHand:
    """Starts, stops, validates and resets processor configurations; ProcessorError says why one cannot be."""

    def __init__(self, processors: Processors, look: Callable[[Configuration, str], list[Finding]]) -> None:
        """Make it; `look` looks at both neighbours, given where the EWS server serves, for Validate."""
        self._processors, self._look = processors, look
        self._one_at_a_time = threading.Lock()

    def start(self, name: str, by: str) -> None:
        """Run a configuration now."""
        self._do("Start", name, by, self._start)

    def stop(self, name: str, by: str) -> None:
        """Ask a configuration to stop; it stays so until it is started."""
        self._do("Stop", name, by, self._stop)

    def validate(self, name: str, by: str) -> list[Prompt]:
        """Say what is wrong with a configuration before it runs (C-13).

        The connector's own processors also look at both neighbours, and ask the controller once, one at a time.
        """
        found: list[Prompt] = []
        self._do("Validate", name, by, lambda job: self._validate(job, found))
        return found

    def reset_counter(self, name: str, by: str) -> None:
        """Count the runs of a configuration from 0 again."""
        self._do("Reset Counter", name, by, lambda job: job.counters.reset_counter())

    def reset_timer(self, name: str, by: str) -> None:
        """Time the runs of a configuration from 0 again."""
        self._do("Reset Timer", name, by, lambda job: job.counters.reset_timer())

    def _do(self, what: str, name: str, by: str, act: Callable[[Job], str]) -> None:
        """Do something and note who asked for it and what became of it, refused or not."""
        try:
            outcome = act(self._processors.job(name))
        except ProcessorError as error:
            self._processors.requests.note(by, what, name, str(error))
            raise
        self._processors.requests.note(by, what, name, outcome)

    def _start(self, job: Job) -> str:
        options = job.configuration
        if not options.is_active:
            raise ProcessorError(f"{options.name} is not active: set Is Active to True first.")
        if not options.manually_startable:
            raise ProcessorError(f"{options.name} may not be started by hand: its Control tab says so.")
        self._processors.start(options.name)
        return "it runs"

    def _stop(self, job: Job) -> str:
        if not job.configuration.manually_stoppable:
            raise ProcessorError(f"{job.configuration.name} may not be stopped by hand: its Control tab says so.")
        self._processors.stop(job.configuration.name)
        return "it stops"

    def _validate(self, job: Job, found: list[Prompt]) -> str:
        found += validated(job.processor)
        if job.processor.name in OWN:
            found += self._looked_at(job.processor.context)
        if not found:
            return "nothing is wrong"
        return f"{len(found)} prompt{'s' if len(found) > 1 else ''}"

    def _looked_at(self, context: Context) -> list[Prompt]:
        """Say what is wrong at the neighbours."""
        if not self._one_at_a_time.acquire(blocking=False):
            raise ProcessorError("Another Validate asks the charge controller: wait until it is done.")
        configuration = context.configuration
        serving = "" if configuration.lacking else configuration.ews.address
        try:
            found = self._look(configuration, serving)
        finally:
            self._one_at_a_time.release()
        severities = {"warning": Severity.MAY_CONTINUE, "error": Severity.MAY_NOT_CONTINUE}
        return [Prompt(one.text, severities[one.kind]) for one in found if one.kind in severities]
