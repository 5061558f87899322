"""The forms of a page as a browser sends them: every field that is not disabled, with what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser

from tests.support.portal import Person

Attributes = list[tuple[str, str | None]]


class _Form(HTMLParser):
    """Collects the fields of the forms in `main`, but those of other addresses than the page's own."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._within, self._select, self._locked = False, "", False

    def handle_starttag(self, tag: str, attributes: Attributes) -> None:
        given = dict(attributes)
        if tag == "form":
            self._within = "action" not in given
        elif tag == "fieldset":
            self._locked = "disabled" in given
        elif not self._within or self._locked or "disabled" in given:
            self._select = ""
        elif tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields.setdefault(str(given.get("name")), []).append(given.get("value") or "")
        elif tag == "select":
            self._select = str(given["name"])
        elif tag == "option" and self._select and "selected" in given:
            self.fields[self._select] = [given.get("value") or ""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = False
        elif tag == "fieldset":
            self._locked = False
        elif tag == "select":
            self._select = ""


def fields_of(text: str) -> dict[str, list[str]]:
    """Return what the page's own form would send, without anything typed."""
    form = _Form()
    form.feed(text)
    return form.fields


def typed(person: Person, path: str, changes: Mapping[str, str | list[str]]) -> dict[str, list[str]]:
    """Open a page, and type some fields anew; each must be there to be typed into."""
    fields = fields_of(person.get(path).text)
    for name, value in changes.items():
        assert name in fields or isinstance(value, list), f"{name} cannot be typed into: {list(fields)}"
        fields[name] = value if isinstance(value, list) else [value]
    return fields
