"""What a subcommand needs that only an extra brings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from evce_connector.errors import ConnectorError


class MissingExtraError(ConnectorError):
    """A subcommand needs a package that an extra of ours brings, and that is not installed."""

    def __init__(self, command: str, package: str, extra: str) -> None:
        super().__init__(
            f"{command} needs {package}, which is not installed. Install the extra {extra!r}: "
            f"pip install 'evce-connector[{extra}]'"
        )


@contextmanager
def needing(command: str, extra: str) -> Iterator[None]:
    """Import within it what the extra brings; MissingExtraError when it is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(command, str(error.name), extra) from error
