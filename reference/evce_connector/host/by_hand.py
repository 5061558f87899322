"""What a user may ask of a processor configuration, as its Control tab allows (C-6, C-10); each request is noted."""

from __future__ import annotations

from collections.abc import Callable

from evce_connector.host.job import Job
from evce_connector.host.processors import ProcessorError, Processors
from evce_connector.processors.base import Prompt


class ByHand:
    """Starts, stops, validates and resets processor configurations; ProcessorError says why one cannot be."""

    def __init__(self, processors: Processors) -> None:
        self._processors = processors

    def start(self, name: str, by: str) -> None:
        """Run a configuration now."""
        self._do("Start", name, by, self._start)

    def stop(self, name: str, by: str) -> None:
        """Ask a configuration to stop; it stays so until it is started."""
        self._do("Stop", name, by, self._stop)

    def validate(self, name: str, by: str) -> list[Prompt]:
        """Say what is wrong with a configuration before it runs (C-13)."""
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
        found += job.processor.validate()
        return f"{len(found)} prompts" if found else "nothing is wrong"
