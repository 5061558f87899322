"""The menu of the pages, as the guide's: one row an entry, and who may not open one does not see it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from evce_connector.portal import rights


@dataclass(frozen=True)
class Entry:
    """An entry: what it is called, and where it leads to, or what it holds."""

    title: str
    endpoint: str = ""
    entries: tuple[Entry, ...] = ()

    @property
    def url(self) -> str:
        """Where it leads to."""
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether the page that is asked for is this one, or one below it."""
        return request.blueprint == self.endpoint.partition(".")[0] or any(entry.is_here for entry in self.entries)


MENU = (
    Entry("Status", "status.page"),
    Entry("Site", "site.page"),
    Entry("Configurations", "configurations.page"),
    Entry("EWS Servers", "ews_servers.page"),
    Entry("Ledgers", "ledgers.page"),
    Entry(
        "Setup",
        entries=(
            Entry("Configuration Schedules", "schedules.page"),
            Entry("Settings", "settings.page"),
            Entry("Users", "users.page"),
            Entry("Audit", "audit.page"),
            Entry("Log level", "log_level.page"),
            Entry("Backup", "backup.page"),
        ),
    ),
    Entry("First Steps", "first_steps.page"),
    Entry("About", "about.page"),
)


def menu() -> list[Entry]:
    """Return the entries that who is logged in may open."""
    shown = []
    for entry in MENU:
        within = tuple(one for one in entry.entries if rights.may(one.endpoint))
        if within or (entry.endpoint and rights.may(entry.endpoint)):
            shown.append(Entry(entry.title, entry.endpoint, within))
    return shown
