"""Writes the profile that is proposed: every line with how sure it is, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evce_connector.evce.logins import LoginTable
from evce_connector.probe.dialect import toml
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.names import meanings
from evce_connector.probe.dialect.roles import KINDS

FORMAT = 2


@dataclass
class Proposal:
    """All that a profile of format 2 says, and why; `writes` are its tables [reduction] and [availability]."""

    api_version: str
    login: dict[str, Any]
    login_why: str
    system_path: str
    choices: Mapping[str, Choice]
    lists: dict[str, dict[str, Any]]
    lists_why: Mapping[str, str]
    words: Mapping[str, Mapping[str, Any]]
    writes: dict[str, dict[str, Any]] = field(default_factory=dict)
    skip: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen_words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    base_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Write it."""
        counts = [f"{sum(1 for one in self.choices.values() if one.confidence is word)} {word}" for word in Confidence]
        lines = [
            *toml.remark(
                "Proposed by `evce-connector probe` from what this controller answers. Of each field it says how "
                "sure it is and why; what is asked stands as a guess."
            ),
            f"# Fields: {', '.join(counts)}.",
            *toml.remark(
                f"In the configuration evce.base_url is {self.base_url!r} and evce.profile the path of this file."
            ),
            toml.line("format", FORMAT),
            toml.line("api_version", self.api_version),
            "",
            *toml.remark(self.login_why),
            "[login]",
            *(toml.line(name, value) for name, value in self.login.items()),
            *(["", "[headers]"] if self.headers else []),
            *(toml.line(name, value) for name, value in self.headers.items()),
            "",
            "[system]",
        ]
        if self.system_path:
            lines.append(toml.line("path", self.system_path))
            if at := self.choices["system.at"].said:
                lines.append(toml.line("at", at))
        lines += self._fields("system", "system")
        for kind in KINDS:
            table = self.lists[kind]
            lines += ["", *toml.remark(self.lists_why.get(kind, "")), f"[{kind}]"]
            lines += [toml.line(name, value) for name, value in table.items()]
            lines += self._fields(kind, kind.removesuffix("s"))
            if kind == "zones":
                lines += self._fields("reduction", "reduction")
        for name, write in self.writes.items():
            lines += ["", *_tables(name, write)]
        for name, words in self.words.items():
            known = {word: value for word, value in words.items() if value != "?"}
            lines += ["", *(line for text in self.seen_words.get(name, ()) for line in toml.remark(text))]
            lines += [f"[words.{toml.key(name)}]", *(toml.line(word, value) for word, value in known.items())]
            lines += [f"# {toml.line(word, '?')}  # asked" for word in words if word not in known]
        return "\n".join(lines) + "\n"

    def _fields(self, table: str, meant: str) -> list[str]:
        head = "[zones.reduction]" if table == "reduction" else f"[{table}.fields]"
        lines = ["", head]
        for name in [*meanings()[meant], "number", "none_when"]:
            choice = self.choices.get(f"{table}.{name}")
            if choice is None or choice.said is None:
                continue
            lines += toml.remark(f"{choice.confidence}: {'; '.join(choice.evidence)}")
            lines.append(toml.line(name, choice.said))
        return lines if len(lines) > 2 else []  # noqa: PLR2004 - the head alone


def _tables(name: str, table: Mapping[str, Any]) -> list[str]:
    """Write a table, its tables of the name `clear` after it."""
    lines = [f"[{name}]", *(toml.line(key, value) for key, value in table.items() if key != "clear")]
    if "clear" in table:
        lines += ["", f"[{name}.clear]", *(toml.line(key, value) for key, value in table["clear"].items())]
    return lines


def login_said(table: LoginTable) -> dict[str, Any]:
    """Return `[login]` as a profile says it."""
    said: dict[str, Any] = {"kind": table.kind}
    if table.kind == "oauth2":
        said["path"] = table.path
        said |= {} if table.by_basic else {"client": "form"}
        said |= {"scope": table.fields["scope"]} if "scope" in table.fields else {}
    if table.kind in ("token", "cookie"):
        said["path"] = table.path
        said |= {"method": table.method} if table.method != "POST" else {}
        said |= {"send": table.send} if table.send != "json" else {}
        said["fields"] = dict(table.fields)
    if table.kind in ("token", "oauth2"):
        said["token"] = table.token
        said |= (
            {"header": table.header, "value": table.value}
            if (table.header, table.value) != ("Authorization", "Bearer {token}")
            else {}
        )
    if table.life:
        said["life"] = table.life
    if table.kind == "key":
        said |= {"query": table.query} if table.query else {"header": table.header}
        said["value"] = table.value
    if table.logout:
        said |= {"logout": table.logout, "logout_method": table.logout_method}
    return said
