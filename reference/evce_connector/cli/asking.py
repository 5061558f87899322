"""Asks at a terminal for what no option gave; each answer is judged at once, by what is declared of its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from evce_connector.cli.options import can_ask
from evce_connector.config import ConfigurationError, parse
from evce_connector.config.merging import put
from evce_connector.config.messages import Place
from evce_connector.config.required import missing, stood_in


def refuse_unasked(missing_options: Sequence[str]) -> None:
    """Raise click's UsageError where options are missing and nobody can be asked for them."""
    if missing_options and not can_ask():
        raise click.UsageError(
            f"Give {' and '.join(missing_options)}: there is no terminal to ask at. Nothing is written."
        )


def fitting(place: Place, value: str) -> str:
    """Return a value that a key takes; ConfigurationError says in the key's words what is wrong with one."""
    document = put({}, place, value)
    parse(stood_in(document, missing(document)), {})
    return value


def ask(place: Place, question: str, default: str | None = None) -> str:
    """Ask for the value of a key, again until it is one that the key takes."""
    return str(click.prompt(question, default=default, value_proc=_again_unless(lambda text: fitting(place, text))))


def ask_secret(question: str, *, may_be_empty: bool = False) -> str:
    """Ask for what is not shown while it is typed."""
    return str(click.prompt(question, hide_input=True, default="" if may_be_empty else None, show_default=False))


def _again_unless(check: Callable[[str], str]) -> Callable[[str], str]:
    """Let click ask again, with the sentence, where a check refuses an answer."""

    def judged(text: str) -> str:
        try:
            return check(text.strip())
        except ConfigurationError as error:
            raise click.BadParameter(str(error)) from error

    return judged
