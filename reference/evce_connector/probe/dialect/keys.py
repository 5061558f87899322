"""Sends the password as a key, in all usual places at once, and finds out which of them the controller looks at."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from evce_connector.evce.logins import LoginTable
from evce_connector.probe.asking import Asking
from evce_connector.probe.dialect.logins import WORD
from evce_connector.probe.dialect.names import plain, words

_SCHEMES = ("ApiKey", "Bearer", "", "Token", "Key", "Api-Key")
_NO_KEYS = frozenset(
    ("authorization", "connection", "content-length", "content-type", "cookie", "host", "te", "transfer-encoding")
)
"""Headers whose values are of another kind, whatever a refusal speaks of."""


class Keys:
    """Tries keys at one controller; `is_open` asks once more for what was refused."""

    def __init__(self, asking: Asking, is_open: Callable[[], bool]) -> None:
        self._asking = asking
        self._is_open = is_open
        self._plain = dict(asking.session.headers)

    def find(self, hint: str, headers: Sequence[str] = (), queries: Sequence[str] = ()) -> LoginTable | None:
        """Find where the key goes; `hint` is what the controller says, `headers` and `queries` are what it offers."""
        known = set(map(plain, words()["login"]["headers"]))
        named = [word for word in WORD.findall(hint) if "-" in word or plain(word) in known]
        named += re.findall(r"\b(?:as|header|parameter|query|in)[ =]\"?([\w-]+)", hint)
        named = [word for word in named if word.isascii() and word.lower() not in _NO_KEYS]
        every = {name.lower(): name for name in reversed([*headers, *named, *words()["login"]["headers"]])}
        parameters = dict.fromkeys([*queries, *named, *words()["login"]["queries"]])
        found = self._opening([LoginTable("key", value="{password}", header=name) for name in every.values()])
        found = found or self._opening([LoginTable("key", value="{password}", query=name) for name in parameters])
        for scheme in () if found else _SCHEMES:  # one of them at most is one that the controller reads
            table = LoginTable("key", value=f"{scheme} {{password}}".strip(), header="Authorization")
            if self.opens(table):
                return table
        if found is None:
            self._send([])
        return found

    def _opening(self, tables: list[LoginTable]) -> LoginTable | None:
        """Return the one of several keys that opens, by sending half of them at a time."""
        if not self.opens(*tables):
            return None
        while len(tables) > 1:
            half = tables[: len(tables) // 2]
            tables = half if self.opens(*half) else tables[len(tables) // 2 :]
        return tables[0] if self.opens(*tables) else None

    def opens(self, *tables: LoginTable) -> bool:
        """Send keys from now on; tells whether that opens."""
        self._send(list(tables))
        return self._is_open()

    def _send(self, tables: list[LoginTable]) -> None:
        asking = self._asking
        asking.session.headers.clear()
        asking.session.headers.update(self._plain)
        queries = {}
        for table in tables:
            value = table.value or "{password}"
            value = value.replace("{password}", asking.target.password).replace("{login}", asking.target.login)
            if table.query:
                queries[table.query] = value
            else:
                asking.session.headers[table.header or "X-API-Key"] = value.strip().encode()
        asking.lines.secret_query = urlencode(queries)
