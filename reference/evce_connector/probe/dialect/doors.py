"""How an unknown controller wants to be logged in to: every way that a profile can name, with one wrong login at most.

What tells the way costs no password: the challenge and the text of a refusal, and what a login's call says of an empty
request. Several keys may be sent together, for a controller looks at one of them at most.
"""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from requests.auth import HTTPBasicAuth, HTTPDigestAuth

from evce_connector.evce.asking import Request
from evce_connector.evce.logins import LoginTable, filled, filled_form
from evce_connector.probe.asking import Answer, Asking
from evce_connector.probe.dialect import clients, forms
from evce_connector.probe.dialect.forms import Offered, offered
from evce_connector.probe.dialect.keys import Keys
from evce_connector.probe.dialect.logins import TOKEN_HEADERS, field_sets, find_life, find_token, is_wall, text_of
from evce_connector.probe.dialect.names import words
from evce_connector.probe.dialect.ways import UnknownLoginError, Way
from evce_connector.probe.login import NOWHERE

NOT_JUDGED = (400, 404, 405, 406, 411, 415, 422)
"""Statuses of a login of which the controller has not looked at the password."""
_PATH = re.compile(r"(?<![\w:/])/[\w/.~-]*\w")
_MUST_BE = re.compile(r"field (\S+) must be ['\"]?([\w.:-]+)['\"]?", re.IGNORECASE)
_FIELDS = 10
"""Times that a call may say what its body lacks."""
_DOCUMENTS = 4
"""Places at which an OpenAPI document is sought before somebody is logged in."""


class Doors:
    """Finds the way in to one controller; `seen` is a refusal, of a request at `path`, which then must succeed."""

    def __init__(self, asking: Asking, bases: list[str], seen: Answer) -> None:
        self._asking = asking
        self._bases = bases
        self._seen = seen
        self._keys = Keys(asking, self._is_open)
        self._offered = Offered([], [], [])

    def find(self, told: LoginTable | None) -> Way:
        """Log in as `told`, or as the controller wants it; UnknownLoginError, or ProbeError when it is refused."""
        if told is not None:
            return self._as_told(told)
        wanted = self._seen.headers.get("WWW-Authenticate", "")
        if wanted.lower().startswith("digest"):
            return self._by_header("digest", f"the challenge is {wanted.split(' ')[0]}")
        if wanted.lower().startswith("basic"):
            return self._by_header("basic", "the challenge is Basic")
        hint = self._hint()
        speaks_of_key = re.search(r"\b(api.?)?key\b", hint, re.IGNORECASE) and not _PATH.search(hint)
        if speaks_of_key and "bearer" not in wanted.lower():
            found = self._by_key(hint)
            if found is None:
                raise UnknownLoginError(
                    f"{self._asking.target.origin} wants a key, and the password was not taken for one where keys "
                    "usually stand: check it, or answer the question login."
                )
            return found
        return self._by_call(hint) or self._by_key(hint) or self._last(wanted)

    def _hint(self) -> str:
        """Return what the refusal says, and its headers that may say where to log in, addresses as paths."""
        headers = (self._seen.headers.get(name, "") for name in ("WWW-Authenticate", "Location", "Link"))
        return " ".join((text_of(self._seen), *headers)).replace(self._asking.target.origin, "")

    def _last(self, wanted: str) -> Way:
        if "bearer" in wanted.lower():
            raise UnknownLoginError(
                f"{self._asking.target.origin} wants a bearer token, and no call that gives one was found: answer the "
                "question login."
            )
        return self._by_header("basic", "nothing says how to log in, and basic authentication is accepted")

    def _is_open(self) -> bool:
        """Ask once more for what was refused."""
        return not is_wall(self._asking.send(Request("GET", self._seen.path)))

    def _as_told(self, table: LoginTable) -> Way:
        if table.kind in ("basic", "digest"):
            return self._by_header(table.kind, "as answered")
        if table.kind == "key":
            if not self._keys.opens(table):
                raise self._asking.refusal("the key")
            return Way(table, "as answered")
        if table.kind == "none":
            return Way(table, "as answered")
        base = next((one for one in self._bases if self._seen.path.startswith(f"{one}/")), self._bases[0])
        if table.kind == "oauth2":
            answer = clients.send(self._asking, base, table)
            if not answer.good:
                raise self._asking.refusal(f"the call {table.path} as a client of OAuth2")
            return self._with_client_token(base, clients.Given(answer, table))
        found = self._attempt(base, table)
        if found is None:
            raise self._asking.refusal(f"the call {table.path}")
        return found

    def _by_header(self, kind: str, evidence: str) -> Way:
        target = self._asking.target
        basic = HTTPBasicAuth(target.login.encode(), target.password.encode())
        self._asking.session.auth = basic if kind == "basic" else HTTPDigestAuth(target.login, target.password)
        if not self._is_open():
            raise self._asking.refusal(f"{kind} authentication")
        return Way(LoginTable(kind), evidence)

    def _by_key(self, hint: str) -> Way | None:
        """Send the password as a key, wherever keys usually stand."""
        found = self._keys.find(hint, self._offered.headers, self._offered.queries)
        if found is None:
            return None
        place = f"query {found.query}" if found.query else f"header {found.header}"
        return Way(found, f"the password as {place} is accepted as a key")

    def _by_call(self, hint: str) -> Way | None:
        """Look for a call that gives a token or a cookie, and log in there."""
        told = [path for path in dict.fromkeys(_PATH.findall(hint)) if path != self._seen.path]
        found = self._at_one_of([(base, self._below(base, path)) for base in self._bases for path in told])
        if found is not None:
            return found
        self._read_offered()
        for path, send, fields in self._offered.calls:
            for base in self._bases[:3]:
                if found := self._attempt(base, LoginTable("token", self._below(base, path), send=send, fields=fields)):
                    return found
        return self._at_one_of([(base, path) for base in self._bases[:3] for path in words()["requests"]["login"]])

    @staticmethod
    def _below(base: str, path: str) -> str:
        return path.removeprefix(base) if base else path

    def _read_offered(self) -> None:
        """Look for an OpenAPI document that can be read without a login, and for what it says of one."""
        for base in self._bases[:2]:
            for path in words()["requests"]["openapi"][:_DOCUMENTS]:
                answer = self._asking.send(Request("GET", base + path))
                if answer.good and isinstance(answer.document, dict) and "paths" in answer.document:
                    self._offered = offered(answer.document)
                    return

    def _at_one_of(self, places: list[tuple[str, str]]) -> Way | None:
        """Log in at the first of several calls that is there, and takes what it is sent."""
        walls = {base: self._knock(f"{base}{NOWHERE}") for base in dict.fromkeys(base for base, _ in places)}
        for base, path in dict.fromkeys(places):
            answer = self._knock(base + path)
            if self._is_there(answer, walls[base]):
                found = self._at_call(base, path, answer)
                if found:
                    return found
        return None

    def _as_it_says(self, base: str, path: str, answer: Answer) -> Way | None:
        """Send what the call says that it lacks, one thing after the other, and the password where that is named."""
        body: dict[str, Any] = {}
        for _ in range(_FIELDS):
            more = forms.grown(body, answer, path)
            if more is None or not (forms.is_deep(more) or body):
                return None
            body = more
            if forms.is_ready(body):
                table = LoginTable("token", path, send="json", fields=body)
                if found := self._attempt(base, table):
                    return found
                answer = self._asking_last()
            else:
                filled_in = {name: filled(template, self._asking.target) for name, template in body.items()}
                answer = self._asking.send(Request("POST", base + path, json=filled_in))
                if answer.status not in NOT_JUDGED:
                    return None
        return None

    def _knock(self, path: str, send: str = "json", **fields: str) -> Answer:
        """Ask a login's call with nothing in hand: no password can be wrong."""
        if send == "form":
            return self._asking.send(Request("POST", path, form=fields or {"": ""}))
        return self._asking.send(Request("POST", path, json=fields))

    @staticmethod
    def _is_there(answer: Answer, wall: Answer) -> bool:
        if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            return False
        same_text = text_of(answer).replace(answer.path, "") == text_of(wall).replace(wall.path, "")
        return answer.status != wall.status or (answer.refused and not same_text)

    def _at_call(self, base: str, path: str, answer: Answer) -> Way | None:
        text = text_of(answer)
        send = "form" if re.search(r"urlencoded|\bform\b", text, re.IGNORECASE) else "json"
        if send == "form":
            text = text_of(self._knock(base + path, "form"))
        text += " " + text_of(self._knock(base + path, send, evce_connector=""))
        if found := self._as_it_says(base, path, answer):
            return found
        if clients.is_call(self._asking, base + path):
            found = self._as_client(base, path)
            if found is not None:
                return found
        return self._with_usual_fields(base, path, send, text)

    def _with_usual_fields(self, base: str, path: str, send: str, text: str) -> Way | None:
        """Send login and password in fields that a call names, then in those that are usual."""
        for fields in field_sets(text):
            for sent in (send, "form" if send == "json" else "json"):
                kept = dict(fields)
                for _ in range(3):
                    table = LoginTable("token", path, send=sent, fields=kept)
                    found = self._attempt(base, table)
                    if isinstance(found, Way):
                        return found
                    wanted = _MUST_BE.search(text_of(self._asking_last()))
                    if not wanted or wanted[1] not in kept or str(kept[wanted[1]]).startswith("{"):
                        break
                    kept[wanted[1]] = wanted[2]
                if (
                    "must be application" not in text_of(self._asking_last())
                    and self._asking_last().status != HTTPStatus.UNSUPPORTED_MEDIA_TYPE
                ):
                    break
        return None

    def _as_client(self, base: str, path: str) -> Way | None:
        """Log in as a client of OAuth2; UnknownLoginError where only its scope is not known."""
        found = clients.ask(self._asking, base, path, self._seen)
        if isinstance(found, clients.Wanted):
            raise UnknownLoginError(
                f"{base + path} gives tokens to clients of OAuth2 for a scope that nothing here tells: answer the "
                "question login with it.",
                found.ways,
            )
        return found and self._with_client_token(base, found)

    def _with_client_token(self, base: str, given: clients.Given) -> Way:
        token = find_token(given.answer.document, given.table.token)
        if token is None:
            raise UnknownLoginError(
                f"{base + given.table.path} lets the client in, and gives no token at {given.table.token}: answer the "
                "question login."
            )
        how = "by basic authentication" if given.table.by_basic else "in the form"
        scope = f" for the scope {given.table.fields['scope']}" if "scope" in given.table.fields else ""
        evidence = f"{base + given.table.path} takes client credentials {how}{scope}"
        return self._with_token(base, given.table, given.answer, token, evidence)

    def _asking_last(self) -> Answer:
        return self._asking.answers[-1]

    def _attempt(self, base: str, table: LoginTable) -> Way | None:
        """Log in once at a call; None when the password was not looked at. ProbeError when it is refused."""
        target = self._asking.target
        form = filled_form(table.fields, target) if table.send == "form" else None
        fields = filled(dict(table.fields), target) if form is None else None
        request = Request(table.method, base + table.path, json=fields, form=form)
        answer = self._asking.send(request)
        if answer.refused:
            raise self._asking.refusal(f"the call {base + table.path}")
        if answer.status in NOT_JUDGED or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        shown = ", ".join(table.fields)
        if table.kind != "cookie" and (token := find_token(answer.document, table.token)):
            return self._with_token(base, table, answer, token, f"{base + table.path} takes {shown}")
        if answer.headers.get("Set-Cookie") and self._is_open():
            made = LoginTable(
                "cookie", table.path, table.method, table.send, table.fields, life=find_life(answer.document)
            )
            return Way(made, f"{base + table.path} takes {shown} and sets a cookie", base)
        return None

    def _with_token(self, base: str, table: LoginTable, answer: Answer, found: tuple[str, str], evidence: str) -> Way:
        path, token = found
        told = [(table.header, table.value)] if table.header else []
        for header, value in dict.fromkeys([*told, *TOKEN_HEADERS]):
            self._asking.session.headers[header] = value.replace("{token}", token).encode()
            if self._is_open():
                life = table.life or find_life(answer.document)
                made = replace(
                    table,
                    kind="oauth2" if table.kind == "oauth2" else "token",
                    token=path,
                    life=life,
                    header=header,
                    value=value,
                )
                return Way(made, f"{evidence}, and gives a token", base)
            self._asking.session.headers.pop(header)
        raise UnknownLoginError(
            f"The login at {base + table.path} gives a token, and no usual header opens {self._seen.path} with it: "
            "answer the question login."
        )
