"""The contract's own API (evce-api.yaml): three lists by limit and offset, single objects, and the two writes.

A profile of format 1 spells its paths and fields. The lists come whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evce_connector.evce.asking import Ask, Request
from evce_connector.evce.errors import EvceAnswerError, EvceShiftedListError
from evce_connector.evce.profile import Profile
from evce_connector.site.model import RawList, RawSite

PAGE = 1000
"""Objects asked for at a time, the most that the API gives."""


class ContractApi:
    """Makes the contract's requests, as a profile spells them, and has them carried out by whoever calls.

    Each method raises the EvceError of the request that did not succeed.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def fetch(self, ask: Ask) -> RawSite:
        """Fetch who answers, and every zone, station and connector; an EvceError when any list is not whole.

        EvceShiftedListError when a list changed while it was read: something may have slipped between two pages.
        """
        system = self.system(ask)
        return RawSite(system, self._list(ask, "zones"), self._list(ask, "stations"), self._list(ask, "connectors"))

    def forget_numbers(self) -> None:
        """Forget nothing: the contract has numbers of its own."""

    def system(self, ask: Ask) -> Any:  # noqa: ANN401 - decoded JSON, read by the profile
        """Fetch name, API version and clock of the controller."""
        return ask(Request("GET", self._profile.paths["system"])).document

    def get(self, ask: Ask, kind: str, id_: int) -> Any:  # noqa: ANN401 - as above
        """Fetch one object of the list `kind` (zones, stations, connectors) by the controller's id."""
        return ask(Request("GET", f"{self._profile.paths[kind]}/{id_}")).document

    def put_reduction(self, ask: Ask, zone: int, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Set a zone's reduction; returns the zone after the write."""
        return ask(Request("PUT", self._profile.paths["reduction"].format(id=zone), json=body)).document

    def delete_reduction(self, ask: Ask, zone: int) -> Any:  # noqa: ANN401 - as above
        """Clear a zone's reduction; returns the zone after the write."""
        return ask(Request("DELETE", self._profile.paths["reduction"].format(id=zone))).document

    def put_availability(self, ask: Ask, connector: int, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Make a connector operative or inoperative; returns {status, connector}."""
        return ask(Request("PUT", self._profile.paths["availability"].format(id=connector), json=body)).document

    def _list(self, ask: Ask, kind: str) -> RawList:
        """Fetch every page of a list and make sure that it is whole: as many as each page announces, none twice."""
        path = self._profile.paths[kind]
        pages: list[bytes] = []
        objects: list[Any] = []
        total = 1
        while len(objects) < total:
            answer = ask(Request("GET", path, {"limit": str(PAGE), "offset": str(len(objects))}))
            before, (items, total) = total, self._page(path, answer.document)
            if pages and total != before:
                raise EvceShiftedListError(path, before, total)
            if not items and len(objects) < total:
                raise EvceAnswerError(path, f"it announces {total} objects and gives {len(objects)}")
            pages.append(answer.body)
            objects += items
        if len(objects) > total:
            raise EvceAnswerError(path, f"it announces {total} objects and gives {len(objects)}")
        self._refuse_duplicates(path, objects, self._profile.fields[kind.removesuffix("s")]["id"])
        return RawList(pages, objects)

    def _page(self, path: str, page: object) -> tuple[list[Any], int]:
        items, total = (page.get("items"), page.get("total")) if isinstance(page, dict) else (None, None)
        if not isinstance(items, list) or not isinstance(total, int) or isinstance(total, bool):
            raise EvceAnswerError(path, "it is not a page with items and total")
        return items, total

    def _refuse_duplicates(self, path: str, objects: list[Any], key: str) -> None:
        """Refuse a list in which an id stands twice, as when a page is repeated."""
        ids = [item[key] for item in objects if isinstance(item, dict) and isinstance(item.get(key), int)]
        if len(set(ids)) < len(ids):
            twice = next(id_ for index, id_ in enumerate(ids) if id_ in ids[:index])
            raise EvceAnswerError(path, f"the id {twice} stands in it twice")
