"""What a probe found of a controller, kept in its file of questions, so that the next one begins there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from evce_connector.evce.logins import LoginTable
from evce_connector.probe.asking import Answer, Target
from evce_connector.probe.dialect import answers
from evce_connector.probe.dialect.proposal import login_said
from evce_connector.probe.dialect.roles import KINDS, Roles

_EVERYWHERE = ("basic", "digest", "key")
"""Logins that need no call, and so no base path."""
_MOST = 30
"""Paths that are kept of a search which did not come to its end."""


@dataclass
class KnownPlaces:
    """Where a controller has what was sought: its origin, base path, login, the paths of who answers and of the lists.

    `paths` are by `system`, `zones` and so on; `read` are paths at which something is, of which nobody knows what.
    """

    origin: str = ""
    base: str = ""
    login: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    def of(self, target: Target) -> KnownPlaces:
        """Return these places where they are those of the controller to be asked, else none."""
        is_same = self.origin == target.origin and target.path in ("", self.base)
        return self if is_same else KnownPlaces(target.origin, target.path)

    def below(self, target: Target) -> Target:
        """Return the controller with the base path at which its API was found."""
        return replace(target, url=target.origin + self.base) if self.base else target

    def answering(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return a login that stands for an answer, where it is known and nobody has answered otherwise."""
        kind = self.login.get("kind", "none")
        is_usable = kind != "none" and (self.base or kind in _EVERYWHERE)
        return {"login": self.login} if is_usable and "login" not in given else {}

    def entered(self, base: str, login: LoginTable) -> None:
        """Keep how the controller lets in."""
        self.base, self.login = base, login_said(login)

    def seen_as(self, told: Mapping[str, str]) -> dict[str, str]:
        """Return which path is what: as `told`, beside that as before, unless something of it is told otherwise now."""
        is_otherwise = any(self.paths.get(name) != path for name, path in told.items())
        return dict(told) if is_otherwise else self.paths | dict(told)

    @property
    def documents(self) -> list[str]:
        """The paths at which something was, whatever it is."""
        return [path for path in dict.fromkeys(self.paths.values()) if "{" not in path]

    def found(self, lists: Roles, system: str) -> None:
        """Keep where lists and who answers are."""
        kept = {kind: one.each or one.document.path for kind, one in lists.lists.items()}
        self.paths = {"system": system} | kept if system else kept
        self.read = []

    def broken_off(self, asked: Iterable[Answer]) -> None:
        """Keep at which paths something was, of a search that did not come to its end, or not to all lists."""
        if not self.paths and self.login:
            good = [one.path.removeprefix(self.base) for one in asked if one.good and one.method == "GET"]
            self.read = list(dict.fromkeys([*self.read, *good]))[:_MOST]

    def as_table(self) -> dict[str, Any]:
        """Return them as they are written; empty where nothing is known."""
        if not self.login:
            return {}
        more = {"read": self.read} if self.read else {}
        return {"origin": self.origin, "base": self.base, "login": self.login, **self.paths, **more}


def read(files: Iterable[Path | None]) -> KnownPlaces:
    """Return the places of the first of these files of questions that has any; ProbeError when one cannot be read."""
    for file in files:
        if file is None or not file.exists():
            continue
        found = answers.load(file).get("found")
        if isinstance(found, dict) and isinstance(found.get("login"), dict):
            return _places(found)
    return KnownPlaces()


def _places(found: Mapping[str, Any]) -> KnownPlaces:
    paths = {name: path for name in ("system", *KINDS) if isinstance(path := found.get(name), str)}
    kept = [path for path in found.get("read", ()) if isinstance(path, str)]
    origin, base = str(found.get("origin", "")), str(found.get("base", ""))
    return KnownPlaces(origin, urlsplit(base).path.rstrip("/"), dict(found["login"]), paths, kept)
