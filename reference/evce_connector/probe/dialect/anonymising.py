"""Makes a dialect's answers fit to be handed on: what the profile reads stays, but for names; of all else the shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import last_part
from evce_connector.evce.dialect.declared import Dialect, Objects
from evce_connector.evce.dialect.pages import next_link
from evce_connector.probe.dialect.keeping import is_secret, is_telling_key, may_stay
from evce_connector.probe.dialect.marks import NEXT, Mark, marks_of, template
from evce_connector.probe.neutral import NAMES, Neutral

BASE = "/api/v2"
"""What stands before all paths, whatever the site's base path is."""
TEXT, REMOVED = "text", "removed"
"""What stands for a text that nobody reads, and for a secret."""
_IDS = {"id": "", "zone_id": "zone", "station_id": "station", "logical_connector": "plug", "transaction_id": "session"}
"""Fields that name an object, and which kind it is of: empty for the field's own."""
_PAGE_DIGITS, _ID_DIGITS = 6, 4
"""Digits up to which a page's number or an object's text tells nobody anything."""
_LONG_SECRET = 8
"""Letters from which on a secret is found within other words too."""


class DialectAnonymiser:
    """Anonymises the answers of one site, which are all given, by the paths of their requests: who reads what is told.

    `guessed` are fields (`connectors.max_power`) that nothing but values spoke for, `secrets` what must stand nowhere.
    """

    def __init__(
        self,
        dialect: Dialect,
        answers: Sequence[tuple[str, Json]],
        guessed: frozenset[str] = frozenset(),
        secrets: Sequence[str] = (),
        *,
        keep_names: bool = False,
    ) -> None:
        self._lists: tuple[Objects, ...] = (dialect.zones, dialect.stations, dialect.connectors)
        self._marks = marks_of(dialect, answers)
        self._guessed = guessed
        self._secret_in = _pattern(secrets)
        self._texts = {one.kind.removesuffix("s") for one in self._lists if one.ids_are_text}
        self._neutral = Neutral(keep=keep_names)
        self.keeps_names = keep_names
        self._path = ""
        self._told: Mapping[str, str] = {}
        self.kept: set[str] = set()
        """Texts of the site that stay."""
        self._left_out: set[str] = set()

    @property
    def removed(self) -> dict[str, int]:
        """How much was removed of each kind: of texts that tell the site, how many different ones."""
        return self._neutral.removed

    @property
    def gone(self) -> frozenset[str]:
        """Texts of the site that stand nowhere any more."""
        return (self._neutral.replaced | self._left_out) - self.kept

    def has_secret(self, text: str) -> bool:
        """Tell whether the login or its password stands in a text."""
        return self._secret_in is not None and self._secret_in.search(text) is not None

    def name(self, kind: str, text: str) -> str:
        """Return what stands for a name of that kind."""
        return self._neutral.text(kind, text)

    def path(self, path: str) -> str:
        """Return the path of a request, with what stands for an object's id in it."""
        for objects in self._lists:
            asked = template(objects.path).fullmatch(path) if objects.place == "each" else None
            if asked:
                kind = "zone" if objects.kind == "stations" else "station"
                return objects.path.replace("{id}", quote(self._id(kind, unquote(asked[1])), safe=""))
        return path

    def query(self, query: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
        """Return the query of a request; what the profile has in it (`told`) and small numbers stay."""
        return {
            key: REMOVED if is_secret(key) and key in told else value if told.get(key) == value else self._page(value)
            for key, value in query.items()
        }

    def link(self, header: str, path: str, told: Mapping[str, str]) -> str:
        """Return the Link header of a page with its next one alone; empty without one."""
        address = next_link(header)
        return f'<{self._address(address, path, told)}>; rel="next"' if address else ""

    def body(self, document: Json, path: str, told: Mapping[str, str]) -> Json:
        """Return an answer to the request at a path, whose list's query the profile has as `told`."""
        self._path, self._told = path, told
        return self._clean(document, (), "")

    def _clean(self, value: Json, marks: Sequence[Mark], key: str) -> Json:
        if isinstance(value, dict):
            names = self._keys(value)
            return {names[key]: self._at(value, key, one, ()) for key, one in value.items()}
        if isinstance(value, list):
            return [self._at(value, index, one, marks, key) for index, one in enumerate(value)]
        if value is None or isinstance(value, bool):
            return value
        return self._read(value, marks, key) if marks else self._unread(value)

    def _at(self, holder: Json, at: str | int, value: Json, around: Sequence[Mark], key: str = "") -> Json:
        """Clean what stands at a key or index; the elements of a list are read by who reads the list."""
        marks = self._marks.values.get((id(holder), at), around)
        name = at if isinstance(at, str) else key
        by_maker = id(holder) not in self._marks.keys and (id(holder), at) not in self._marks.ways
        if by_maker and is_secret(name) and not any(mark.name == NEXT for mark in marks):
            return self._secret(value)
        return self._clean(value, marks, name)

    def _keys(self, holder: dict[str, Any]) -> dict[str, str]:
        """Return what stands for each key of an object: ids of objects are replaced as ids are."""
        marks = self._marks.keys.get(id(holder))
        if marks:
            return {key: str(self._read(key, marks, "")) for key in holder}
        are_names = marks is not None
        return {key: key if self._is_plain(holder, key, are_names=are_names) else self._key(key) for key in holder}

    def _is_plain(self, holder: dict[str, Any], key: str, *, are_names: bool) -> bool:
        """Tell whether a key is the maker's own: on the way to what is read, or a name of a field by its look."""
        if (id(holder), key) in self._marks.ways or (id(holder), key) in self._marks.values:
            return True
        if self.has_secret(key):
            return False
        return self._neutral.keep or not (are_names or is_telling_key(key))

    def _key(self, key: str) -> str:
        return f"{REMOVED}-{self._neutral.count('key')}" if self.has_secret(key) else self._neutral.text("key", key)

    def _secret(self, value: Json) -> Json:
        """Leave of a secret its shape; it goes whatever may be kept."""
        if isinstance(value, dict):
            plain = [key for key in value if not is_telling_key(key) and not self.has_secret(key)]
            return {key: self._secret(value[key]) for key in plain}
        if isinstance(value, list):
            return [self._secret(one) for one in value]
        if value is None or isinstance(value, bool):
            return value
        self._neutral.count("secret")
        return REMOVED if isinstance(value, str) else 0

    def _unread(self, value: Any) -> Json:  # noqa: ANN401 - a text or a number
        if self._neutral.keep or value == "":
            return self._without_secrets(value)
        if isinstance(value, str):
            self._left_out.add(value)
        self._neutral.count("text" if isinstance(value, str) else "number")
        return TEXT if isinstance(value, str) else 0

    def _read(self, value: Any, marks: Sequence[Mark], key: str) -> Json:  # noqa: ANN401 - as above
        """Return what stands for a value that is read: who names somebody goes before who reads a number."""
        if self._neutral.keep:
            return self._without_secrets(value)
        for mark in marks:
            if mark.name == NEXT:
                return self._next(mark, value)
            if mark.name in _IDS:
                return self._own(mark, value)
        for mark in marks:
            if (mark.table, mark.name) in NAMES:
                kind = NAMES[mark.table, mark.name]
                return self.name(kind, value) if isinstance(value, str) else self._neutral.number(kind, value)
        if any(may_stay(mark, value, key, is_guess=self._is_guess(mark)) for mark in marks):
            if isinstance(value, str):
                self.kept.add(value)
            return self._without_secrets(value)
        return self._unread(value)

    def _is_guess(self, mark: Mark) -> bool:
        table = mark.table if mark.table in ("system", "reduction") else f"{mark.table.removesuffix('s')}s"
        return f"{table}.{mark.name}" in self._guessed

    def _own(self, mark: Mark, value: Any) -> Json:  # noqa: ANN401 - as above
        """Return what stands for an id; of an address its last part, as that alone is read."""
        if not isinstance(value, str):
            return value
        kind = _IDS[mark.name] or mark.table
        if not mark.field.last_part or "/" not in value:
            return self._id(kind, value)
        return f"/{kind}s/{quote(self._id(kind, str(last_part(value))), safe='')}"

    def _id(self, kind: str, text: str) -> str:
        are_text = kind in self._texts
        if text.isdecimal() and (not are_text or len(text) <= _ID_DIGITS):
            return text
        return self._neutral.text("id", text, f"{kind}-id")

    def _next(self, mark: Mark, value: Any) -> Json:  # noqa: ANN401 - as above
        """Return what stands for the next page: an address of the same list, or a cursor."""
        if not isinstance(value, str) or not value:
            return value
        by = next((one.pages.by for one in self._lists if one.kind == mark.table and one.pages), "")
        return self._address(value, self._path, self._told) if by == "link" else self._page(value)

    def _address(self, address: str, path: str, told: Mapping[str, str]) -> str:
        query = self.query(dict(parse_qsl(urlsplit(address).query, keep_blank_values=True)), told)
        return f"{BASE}{self.path(path)}?{urlencode(query)}"

    def _page(self, text: str) -> str:
        if text.isdecimal() and len(text) <= _PAGE_DIGITS:
            return text
        return self._neutral.text("page", text)

    def _without_secrets(self, value: Any) -> Json:  # noqa: ANN401 - as above
        return self._secret(value) if isinstance(value, str) and self.has_secret(value) else value


def _pattern(secrets: Sequence[str]) -> re.Pattern[str] | None:
    """Return what finds a secret in a text: a short one only where it is a word of its own."""
    forms = [
        re.escape(one) if len(one) >= _LONG_SECRET else rf"(?<![^\W_]){re.escape(one)}(?![^\W_])"
        for one in secrets
        if one
    ]
    return re.compile("|".join(forms)) if forms else None
