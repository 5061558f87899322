"""Following MoreDataRef to the last page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from ebo_simulator.errors import EndlessAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Page(Protocol):
    """An answer that may be followed by more."""

    @property
    def more_data_available(self) -> bool:
        """Whether there is another page."""
        ...

    @property
    def more_data_ref(self) -> str:
        """What to ask for the next page with."""
        ...


P = TypeVar("P", bound=Page)


def pages(ask: Callable[..., P]) -> Iterator[P]:
    """Ask for the first page and then, with `more_data_ref`, for each next one.

    EndlessAnswerError when they go in circles.

    >>> from types import SimpleNamespace
    >>> def ask(more_data_ref: str = "") -> Page:
    ...     return SimpleNamespace(more_data_available=more_data_ref == "", more_data_ref="2", asked=more_data_ref)
    >>> [page.asked for page in pages(ask)]
    ['', '2']
    """
    answer = ask()
    yield answer
    seen = set()
    while answer.more_data_available and answer.more_data_ref:
        if answer.more_data_ref in seen:
            raise EndlessAnswerError(answer.more_data_ref)
        seen.add(answer.more_data_ref)
        answer = ask(more_data_ref=answer.more_data_ref)
        yield answer
