"""One run of a processor, on the thread that it is given: validated, executed, and its prompts told."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.errors import ConnectorError
from evce_connector.evce.errors import EvceCutError
from evce_connector.host import collector
from evce_connector.host.job import Job, Present
from evce_connector.persistence.runs import Outcome
from evce_connector.processors.base import Processor, Prompt, Severity
from evce_connector.processors.interface_alarm import short
from evce_connector.processors.setup import EvceSetupProcessor


def execute(job: Job, present: Present) -> tuple[Outcome, list[Prompt]]:
    """Run a processor; returns how that ended and what it had to say, and raises nothing."""
    processor, prompts = job.processor, list[Prompt]()
    if present.stop.is_set():
        return Outcome.STOPPED, prompts
    try:
        prompts += validated(processor)
        if not _may_not_continue(prompts):
            prompts += _executed(processor, present, prune=job.prune)
    except EvceCutError:
        return Outcome.STOPPED, prompts  # the connector ends
    except ConnectorError as error:
        prompts.append(Prompt(str(error), Severity.MAY_NOT_CONTINUE))
    except SQLAlchemyError as error:  # a read of its own: what it writes waits in memory
        words = f"the database cannot be read: {short(error)}; it is tried again"
        prompts.append(Prompt(words, Severity.MAY_NOT_CONTINUE))
    except Exception as error:
        processor.context.log.exception("%s ended by an error of its own and will run again", processor.name)
        return Outcome.CRASHED, [*prompts, Prompt(_words(error), Severity.MAY_NOT_CONTINUE)]
    _tell(processor, prompts, job.prompts)
    if present.timed_out:
        return Outcome.TIMED_OUT, prompts
    if present.stop.is_set():
        return Outcome.STOPPED, prompts
    return (Outcome.FAILED if _may_not_continue(prompts) else Outcome.SUCCEEDED), prompts


def validated(processor: Processor) -> list[Prompt]:
    """Say what is wrong with a processor's configuration before a run (C-13); required keys first that are not set."""
    lacking = processor.context.configuration.lacking
    unset = [Prompt(f"{key} is not set: give it in Details.", Severity.MAY_NOT_CONTINUE) for key in lacking]
    return unset or processor.validate()


def _executed(processor: Processor, present: Present, *, prune: bool) -> list[Prompt]:
    """Execute a processor; set-up, which makes a new tree, with the collector at rest until it is made."""
    if not isinstance(processor, EvceSetupProcessor):
        return processor.execute(present.stop)
    with collector.at_rest():
        prompts = processor.execute(present.stop, prune=prune)
    collector.settle()
    return prompts


def _may_not_continue(prompts: list[Prompt]) -> bool:
    return any(prompt.severity is Severity.MAY_NOT_CONTINUE for prompt in prompts)


def _tell(processor: Processor, prompts: list[Prompt], before: list[Prompt]) -> None:
    """Log what a run had to say, once however often it is tried."""
    for prompt in prompts:
        if prompt not in before:
            processor.context.log.warning("%s: %s", processor.name, prompt.message)


def _words(error: Exception) -> str:
    """Say for the page by what error a run ended; the log has the rest."""
    return f"It ended by an error of its own, {type(error).__name__}, which the log tells; it is tried again."
