"""The contract's API on a controller that speaks a dialect: what it answers becomes the contract's objects."""

from __future__ import annotations

from collections.abc import Mapping

from evce_connector.evce.asking import Ask, Numbers, Request
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.declared import Dialect, Objects, Write
from evce_connector.evce.dialect.ends import Ends
from evce_connector.evce.dialect.identity import Identity
from evce_connector.evce.dialect.kept_list import Kept, KeptList
from evce_connector.evce.dialect.lists import Found, ListPlace, in_path
from evce_connector.evce.dialect.objects import Document, Translator, system_translator
from evce_connector.evce.dialect.pages import Documents, with_key_of
from evce_connector.evce.dialect.paths import getter, word_of
from evce_connector.evce.dialect.writes import placeholders, reduction_values, request_of, rounding, seconds_until
from evce_connector.evce.errors import EvceAnswerError, EvceUnreachableError
from evce_connector.site.model import RawSite
from evce_connector.site.values import utc_instant

ABOVE = {"stations": "zones", "connectors": "stations"}
"""The list of the parents of each list's objects."""


class DialectApi:
    """Reads and writes a controller by its dialect. It may be shared by threads, each with an `ask` of its own.

    What a write or a single object needs of an object stands in the last list; where there was none yet the lists are
    asked for first. `login` is the configuration's, for writes that carry it. Each method raises an EvceError when
    there is no good answer: EvceAnswerError when it is not what the profile says.
    """

    def __init__(self, dialect: Dialect, numbers: Numbers, login: str = "") -> None:
        self.dialect = dialect
        self._login = login
        self._translate_system = system_translator(dialect)
        self._system_at = getter(dialect.system.at)
        self._lists: dict[str, KeptList] = {}
        self._identities: list[Identity] = []
        above: tuple[Identity, Translator] | None = None
        self._ends = Ends(dialect.reduction_fields.get("validity"))
        for objects in (dialect.zones, dialect.stations, dialect.connectors):
            identity = Identity(numbers, objects.kind.removesuffix("s"), are_text=objects.ids_are_text)
            self._identities.append(identity)
            translator = Translator(dialect, objects, identity, above[0] if above else None, self._ends)
            place = ListPlace(dialect, objects, above[1].own if above else None)
            self._lists[objects.kind] = KeptList(place, translator, self._name(objects, "id"))
            above = identity, translator
        self._listed = False
        self._maximum = dialect.spelled["zone"]["max_current"]
        self._maxima: dict[int, Json] = {}
        """Maximum currents of zones that were read alone since the last list."""

    def fetch(self, ask: Ask) -> RawSite:
        """Fetch who answers, and every zone, station and connector, as the contract has them.

        EvceShiftedListError when a list moved while it was read, so that something may have slipped between two pages;
        EvceError.
        """
        documents = Documents(ask)
        before = {kind: kept_list.last for kind, kept_list in self._lists.items()}
        system = self._system(documents)
        zones = self._lists["zones"].read(documents, [], before["zones"])
        stations = self._lists["stations"].read(documents, zones.above, before["stations"])
        connectors = self._lists["connectors"].read(documents, stations.above, before["connectors"])
        for kept_list, reading in zip(self._lists.values(), (zones, stations, connectors), strict=True):
            kept_list.take(reading)
        self._maxima = {}
        self._listed = True
        return RawSite(system, zones.raw(), stations.raw(), connectors.raw())

    def last(self, kind: str) -> Mapping[int, Kept]:
        """Return the objects of the last list `kind` by the contract's ids, each with where it was found."""
        return self._lists[kind].by_id

    def forget_numbers(self) -> None:
        """Ask for all numbers anew with the next fetch: some have become others."""
        for identity in self._identities:
            identity.forget()
        for kept_list in self._lists.values():
            kept_list.forget()

    def system(self, ask: Ask) -> Document:
        """Fetch name, API version and clock of the controller; EvceError."""
        return self._system(Documents(ask))

    def _system(self, documents: Documents) -> Document:
        path = self.dialect.system.path
        answer = documents.get(path, {}).document if path else {}
        system = self._translate_system(self._system_at(answer, ()), ())
        documents.now = system.get(self.dialect.spelled["system"]["time"])
        return system

    def get(self, ask: Ask, kind: str, id_: int) -> Json:
        """Fetch one object of the list `kind` (zones, stations, connectors) by the contract's id.

        EvceAnswerError when no such object is in the last list or it cannot be found again; EvceError.
        """
        found, documents = self._alone(ask, kind, id_)
        translated = self._lists[kind].one(found.value, found.parents, documents.now)
        if kind == "zones" and isinstance(translated, dict):
            self._maxima[id_] = translated.get(self._maximum)
        return translated

    def _alone(self, ask: Ask, kind: str, id_: int) -> tuple[Found, Documents]:
        """Ask for one object, with who answers where its translation depends on the clock."""
        kept_list, documents = self._lists[kind], Documents(ask)
        kept = self._kept(ask, kind, id_)
        if kept is None:
            raise EvceAnswerError(kept_list.place.where, f"{id_} is not among its {kind}")
        if kind == "zones" and self._ends.are_ours:
            self._system(documents)
        objects = kept_list.place.objects
        if not objects.one:
            return self._again(documents, kind, kept), documents
        path = objects.one.replace("{id}", in_path(objects.one, kept.own))
        if "{parent}" in path:
            parent = self._parent(kind, kept)
            path = path.replace("{parent}", in_path(objects.one, parent.own if parent else None))
        value = getter(objects.one_at)(documents.get(path, objects.query).document, ())
        return Found(with_key_of(kept.found.value, value), kept.found.parents), documents

    def put_reduction(self, ask: Ask, zone: int, body: Mapping[str, Json]) -> Document:
        """Set a zone's reduction by the contract's body; EvceError, and ValueError when a value is lacking.

        With a ValueError nothing was sent. What became of the write has to be read back.
        """
        write = self._declared(self.dialect.reduction, "reduction")
        kept = self._known(ask, "zones", zone)
        names = self.dialect.spelled["reduction"]
        value, validity = body.get(names["value"]), body.get(names["validity"])
        maximum = self._max_current(zone, kept)
        values = self._of_zone(kept) | reduction_values(value, validity, write, maximum)
        if placeholders(write) & {"seconds", "duration"}:
            now = self.system(ask).get(self.dialect.spelled["system"]["time"])
            values["seconds"] = seconds = seconds_until(validity, now)
            values["duration"] = f"PT{seconds}S"
        self._send_reduction(ask, request_of(write, values), zone, rounding(write, maximum), body)
        return {}

    def _send_reduction(self, ask: Ask, request: Request, zone: int, slack: float, body: Mapping[str, Json]) -> None:
        """Send a reduction, and keep its end for where the controller does not say it as an instant."""
        names = self.dialect.spelled["reduction"]
        value, until = body[names["value"]], utc_instant(str(body[names["validity"]]))
        try:
            ask(request)
        except (EvceUnreachableError, EvceAnswerError):  # it may have been done all the same
            self._ends.sent(zone, value, slack, until, lost=True)
            raise
        self._ends.sent(zone, value, slack, until, lost=False)

    def delete_reduction(self, ask: Ask, zone: int) -> Document:
        """Take a zone's reduction away; EvceError, and ValueError as above."""
        write = self._declared(self.dialect.clear, "reduction")
        ask(request_of(write, self._of_zone(self._known(ask, "zones", zone))))
        self._ends.cleared(zone)
        return {}

    def put_availability(self, ask: Ask, connector: int, body: Mapping[str, Json]) -> Document:
        """Make a connector operative or not by the contract's body; EvceError, and ValueError as above.

        Returns {"status": ...} where the controller says what became of it, else {}.
        """
        declared = self.dialect.availability
        write = self._declared(declared.write if declared else None, "availability")
        wanted = body.get(self.dialect.spelled["connector"]["available"])
        if declared is None or not isinstance(wanted, bool):
            raise ValueError(f"available has to be true or false, not {wanted!r}")
        kept = self._known(ask, "connectors", connector)
        station = self._parent("connectors", kept)
        zone = self._parent("stations", station) if station else None
        values = {
            "id": kept.own,
            "connector": kept.own,
            "station": station.own if station else None,
            "zone": zone.own if zone else None,
            "number": self._lists["connectors"].translator.own_place(kept.found.value, kept.found.parents),
            "available": declared.available if wanted else declared.unavailable,
            "login": self._login,
        }
        answer = ask(request_of(write, values))
        status = word_of(getter(declared.status)(answer.document, ())) if declared.status else None
        return {} if status is None else {"status": declared.statuses.get(status, status)}

    def _name(self, objects: Objects, field: str) -> str:
        return self.dialect.spelled[objects.kind.removesuffix("s")][field]

    def _declared(self, write: Write | None, table: str) -> Write:
        if write is None:
            raise ValueError(f"the profile {self.dialect.name!r} has no table [{table}], so that it cannot be written")
        return write

    def _kept(self, ask: Ask, kind: str, id_: int) -> Kept | None:
        """Return an object of the last list, None where it has none such."""
        if not self._listed:
            self.fetch(ask)
        return self._lists[kind].by_id.get(id_)

    def _known(self, ask: Ask, kind: str, id_: int) -> Kept:
        kept = self._kept(ask, kind, id_)
        if kept is None:
            raise ValueError(f"{id_} is not among the {kind} of the controller's last list")
        return kept

    def _parent(self, kind: str, kept: Kept) -> Kept | None:
        """Return the parent that an object has in the last list."""
        above = ABOVE[kind]
        objects = self._lists[kind].place.objects
        field = "zone_id" if kind == "stations" else "station_id"
        id_ = kept.translated.get(self._name(objects, field)) if isinstance(kept.translated, dict) else None
        return self._lists[above].by_id.get(id_) if isinstance(id_, int) else None

    def _again(self, documents: Documents, kind: str, kept: Kept) -> Found:
        """Ask for an object's list once more, no more of it than has to be, and find the object in it."""
        place, own_of = self._lists[kind].place, self._lists[kind].translator.own
        above: list[Found] = []
        if place.objects.nested:
            parent = self._parent(kind, kept)
            if parent is None:
                raise EvceAnswerError(place.where, f"the parent of {word_of(kept.own)} is not in the last list")
            above = [self._again(documents, ABOVE[kind], parent) if place.objects.place == "inside" else parent.found]
        for one in place.find(documents, above):
            if own_of(one.value, one.parents) == kept.own:
                return one
        raise EvceAnswerError(place.where, f"{word_of(kept.own)} is no longer among its {kind}")

    def _of_zone(self, kept: Kept) -> dict[str, Json]:
        return {"id": kept.own, "zone": kept.own, "login": self._login}

    def _max_current(self, zone: int, kept: Kept) -> Json:
        """Return the maximum of a zone in A as it was read last."""
        listed = kept.translated.get(self._maximum) if isinstance(kept.translated, dict) else None
        return self._maxima.get(zone, listed)
