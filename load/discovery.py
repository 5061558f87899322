"""What a server shows, found as every EWS client finds it: from the root down, page by page, whatever its ids are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from load import messages

Ask = Callable[[str, bytes], bytes]
"""Sends the request of an operation and returns the body of its answer, empty after a failure."""
_FOLDERS = 100
"""Folders that are opened in one request."""


@dataclass(frozen=True)
class Shown:
    """The operations that a server says it offers, and the ids of what its tree holds, each once."""

    operations: frozenset[str]
    folders: tuple[str, ...]
    values: tuple[str, ...]
    histories: tuple[str, ...]

    def offers(self, operation: str) -> bool:
        """Whether an operation is offered; a server that lists none is taken to offer all."""
        return not self.operations or operation in self.operations


def discover(ask: Ask, version: str = "1.2") -> Shown:
    """Ask what a server offers, and walk its tree; a folder that stands in several places is opened once."""
    information = ask("GetWebServiceInformation", messages.request("GetWebServiceInformation", version=version))
    folders: dict[str, None] = {}
    values: dict[str, None] = {}
    histories: dict[str, None] = {}
    level: Sequence[str] = ()
    while True:
        below: list[str] = []
        for some in batches(level, _FOLDERS) or [()]:
            for page in _pages(ask, some, version):
                containers, found = messages.children_of(page)
                below += containers
                values |= dict.fromkeys(found)
                histories |= dict.fromkeys(messages.histories_of(page))
        level = [id_ for id_ in dict.fromkeys(below) if id_ not in folders]
        folders |= dict.fromkeys(level)
        if not level:
            break
    operations = frozenset(messages.texts_of(information, "Operation"))
    return Shown(operations, tuple(folders), tuple(values), tuple(histories))


def _pages(ask: Ask, ids: Sequence[str], version: str) -> Iterator[bytes]:
    """Open some folders, none for the root, and yield the answer's pages until there is none that was not there yet."""
    more, seen = "", {""}
    while True:
        page = ask("GetContainerItems", messages.get_container_items(ids, version, more))
        yield page
        more = messages.next_page(page)
        if more in seen:
            return
        seen.add(more)


def batches(ids: Sequence[str], size: int) -> list[Sequence[str]]:
    """Cut a list into pieces of at most `size`.

    >>> batches("abcde", 2)
    ['ab', 'cd', 'e']
    """
    return [ids[start : start + size] for start in range(0, len(ids), size)]
