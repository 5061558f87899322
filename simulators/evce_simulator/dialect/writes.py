"""What changes something in a dialect: its requests read back into the contract's two writes."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request

from evce_simulator.clock import Clock
from evce_simulator.dialect.access import AMOUNTS, UNTIL
from evce_simulator.dialect.bodies import body_of, field_of, filled_in
from evce_simulator.dialect.fields import LIMITS
from evce_simulator.dialect.identity import Identity
from evce_simulator.dialect.objects import Objects, alone
from evce_simulator.dialect.paths import ABSENT, as_text
from evce_simulator.dialect.profile import Profile, Write
from evce_simulator.dialect.talk import PassedOnError, Talk, turned_away
from evce_simulator.dialect.values import heard_left, heard_time, meaning_of, scalar, taken_of, word_for
from evce_simulator.effects import Reply
from evce_simulator.records import milliseconds_of, utc_text

# ruff: noqa: ANN401 - any JSON

_FOR_EVER = "9999-12-31T00:00:00Z"  # of a controller whose reductions have no end
_ORDER = ("clear", "reduction", "availability")  # a clear may be a reduction with other constants


class Writes:
    """Answers whatever changes something. PassedOnError for what does not fit, and for what the contract refuses."""

    def __init__(self, profile: Profile, objects: Objects, identity: Identity, clock: Clock) -> None:
        self._profile = profile
        self._objects = objects
        self._identity = identity
        self._clock = clock
        self.changing = [(name, profile.writes[name]) for name in _ORDER if name in profile.writes]

    def answer(self, request: Request, asked: list[tuple[str, Write, dict[str, str]]], talk: Talk) -> Reply:
        """Carry out the first write that the request fits; `asked` are those of its path and method."""
        refused: PassedOnError | None = None
        for name, write, values in asked:
            try:
                given = filled_in(write.body, body_of(request, write.send)) | values
            except PassedOnError as error:
                refused = error
                continue
            document = self._carried_out(name, write, given, talk)
            return Reply(200, talk.headers, b"").with_json(document)
        raise refused or turned_away(404, "There is nothing here.")

    def _carried_out(self, name: str, write: Write, given: dict[str, Any], talk: Talk) -> Any:
        if name == "availability":
            return self._set_availability(write, given, talk)
        number = self._number("zone", given, talk)
        if name == "clear":
            return self._shown("zone", talk.ask("DELETE", f"/zones/{number}/reduction"))
        is_limit = any(AMOUNTS.get(one) in LIMITS for one in given)
        most = talk.get(f"/zones/{number}").get("maxCurrent") if is_limit else None
        body = {
            "value": self._taken(write, given, most),
            "type": "percentage",
            "validity": self._validity(write, given),
            "validityMode": "absolute",
        }
        return self._shown("zone", talk.ask("PUT", f"/zones/{number}/reduction", body=body))

    def _taken(self, write: Write, given: dict[str, Any], most: Any) -> int | float:
        name = next(one for one in AMOUNTS if one in given)
        try:
            return taken_of(AMOUNTS[name], given[name], most, write.step)
        except ValueError as error:
            raise turned_away(400, f"The field {field_of(write.body, name)} cannot be used: {error}.") from error

    def _validity(self, write: Write, given: dict[str, Any]) -> str:
        """Return until when a reduction holds; a dialect without an end has it hold until it is cleared."""
        name = next((one for one in UNTIL if one in given), None)
        if name is None:
            return _FOR_EVER
        try:
            if name == "validity":
                return heard_time(given[name], write.time)
            return utc_text(milliseconds_of(self._clock.now() + heard_left(given[name], name)))
        except (ValueError, OverflowError) as error:
            raise turned_away(400, f"The field {field_of(write.body, name)} cannot be used: {error}.") from error

    def _set_availability(self, write: Write, given: dict[str, Any], talk: Talk) -> Any:
        word = given["available"]
        available = scalar(word) if write.words is None else meaning_of(write.words, word)
        if not isinstance(available, bool):
            known = "true, false" if write.words is None else ", ".join(write.words.meanings)
            raise turned_away(
                400, f"The field {field_of(write.body, 'available')} must be one of {known}, not {word!r}."
            )
        number = self._connector(given, talk)
        answer = talk.ask("PUT", f"/connectors/{number}/availability", body={"available": available})
        if write.status is None:
            return self._shown("connector", answer.get("connector"))
        status = answer.get("status", ABSENT)
        if status is ABSENT:
            return {}
        return write.status.put({}, status if write.statuses is None else word_for(write.statuses, status))

    def _connector(self, given: dict[str, Any], talk: Talk) -> int:
        """Return the connector that is meant: by its own id, or by its number on its station."""
        if "id" in given or "connector" in given:
            return self._number("connector", given, talk)
        station = self._number("station", {"station": given["station"]}, talk)
        for item in talk.whole("connector", {"stationId": station}):
            if isinstance(item, dict) and as_text(item.get("logicalConnector")) == as_text(given["number"]):
                return int(item["id"])
        raise turned_away(404, f"There is no connector {given['number']} at station {given['station']}.")

    def _number(self, kind: str, given: dict[str, Any], talk: Talk) -> int:
        own = as_text(given["id"] if "id" in given else given[kind])
        number = None if own is None else self._identity.number(kind, own, talk)
        if number is None:
            raise turned_away(404, f"There is no {kind} with id {own}.")
        return number

    def _shown(self, kind: str, item: Any) -> Any:
        """Return an object after the write, as a request for it alone gives it."""
        part = self._profile.lists[kind]
        return part.one_at.put(ABSENT, alone(part, self._objects.turned(kind, item)))
