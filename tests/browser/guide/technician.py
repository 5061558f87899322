"""A technician at the pages: opens, clicks, types and reads as the guide tells it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from features.driver.waiting import until

Table = list[list[str]]
TABLE = """() => [...document.querySelectorAll("main table tr")]
    .map(row => [...row.cells].map(cell => cell.innerText))"""
FACTS = """() => [...document.querySelectorAll("dl.facts dt")]
    .map(name => [name.innerText, name.nextElementSibling.firstChild?.textContent.trim() ?? ""])"""
"""Returns names with what stands beside them, without the hint behind it."""


class Technician:
    """Somebody who stands on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, title: str) -> None:
        """Open a page by the menu; what stands below an entry is written behind it, as in `Setup > Users`."""
        menu = self.page.get_by_role("navigation", name="Pages")
        *above, last = title.split(" > ")
        for entry in above:
            menu.get_by_text(entry, exact=True).click()
        menu.get_by_role("link", name=last, exact=True).click()
        self.page.wait_for_load_state()

    def open_configuration(self, name: str) -> None:
        """Open the page of a processor configuration."""
        self.open("Configurations")
        self.page.get_by_label("Processor configurations", exact=True).get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()

    def open_tab(self, title: str) -> None:
        """Open a tab of the page."""
        self.tabs.get_by_role("link", name=title).click()
        expect(self.tabs.locator("[aria-current=page]")).to_have_text(title)

    def click(self, name: str) -> None:
        """Click a button, or a link that looks like one; of several of a name the first."""
        self.page.locator("a.button, button").filter(has_text=re.compile(rf"^\s*{re.escape(name)}\b")).first.click()
        self.page.wait_for_load_state()

    def save(self) -> None:
        """Save what is typed, and wait until the connector runs with it."""
        edited = self.page.url
        self.click("Save")
        self.page.wait_for_url(lambda url: url != edited)
        expect(self.page.get_by_role("heading", name="Saved")).to_be_hidden()

    @property
    def tabs(self) -> Locator:
        """The tabs of the page."""
        return self.page.locator("nav.tabs")

    @property
    def buttons(self) -> list[str]:
        """What the buttons of the page say, without what only adorns them."""
        texts = self.page.locator("main a.button, main button").all_inner_texts()
        return [re.sub(r"[^\w\s-]", "", text).strip() for text in texts]

    def type(self, label: str, text: str, within: str = "") -> None:
        """Fill in a field, or choose what it offers; `within` is the group that it stands in."""
        field = self.field(label, within)
        kind = field.evaluate("field => field.tagName === 'SELECT' ? 'list' : field.type")
        if kind == "list":
            field.select_option(text)
        elif kind == "checkbox":
            field.set_checked(text == "yes")
        else:
            field.fill(text)

    def field(self, label: str, within: str = "") -> Locator:
        """Return a field by its label, with or without a star."""
        place = self.group(within) if within else self.page.locator("main")
        fields = place.locator("input, select")
        return fields.and_(place.get_by_label(re.compile(rf"^\s*{re.escape(label)}( \*)?$")))

    def group(self, title: str) -> Locator:
        """Return a group of fields by its title."""
        return self.page.locator("details.group").filter(has=self.page.get_by_text(title, exact=True))

    def labels(self, title: str = "") -> list[str]:
        """Return the labels of a group's fields, with their stars."""
        place = self.group(title) if title else self.page.get_by_label("Processor configuration", exact=True)
        return place.locator("label:not(.check), p.label").all_inner_texts()

    def facts(self) -> dict[str, str]:
        """Return what stands beside which name, above the tabs and on the open one."""
        return dict(self.page.evaluate(FACTS))

    def table(self) -> Table:
        """Return the table of the page: its columns, then its rows."""
        found: Table = self.page.evaluate(TABLE)
        return found

    def reads(self, text: str) -> None:
        """Wait until something stands on the page."""
        expect(self.page.locator("body")).to_contain_text(text)

    def reads_rows(self, wanted: Table) -> None:
        """Wait until the table has the rows that are wanted, of which only the columns named first count."""
        columns, *rows = wanted

        def there() -> bool:
            head, *found = self.table()
            places = [head.index(column) for column in columns]
            shown = [[row[place] for place in places] for row in found]
            return all(row in shown for row in rows)

        until(there, f"the rows {rows} in the table")

    def reads_facts(self, wanted: Table) -> None:
        """Look at the page anew until beside each name stands what is wanted, at one time."""
        self.reloads_until(lambda: self.facts().items() >= dict(wanted).items(), f"{wanted} on the page")

    def reloads_until(self, condition: Callable[[], bool], what: str) -> None:
        """Look at the page anew until a condition holds."""

        def holds() -> bool:
            if condition():
                return True
            self.page.reload()
            return False

        until(holds, what)
