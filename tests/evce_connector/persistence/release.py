"""`python -m tests.evce_connector.persistence.release`: keep a database of this version beside the tests, as SQL.

It is of the guide's site after half an hour, with something in every table but that of the owner, who is gone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from evce_connector.clock import ManualClock
from evce_connector.host.first_words import own_version
from evce_connector.persistence.database import open_database
from evce_connector.persistence.portal_users import Act, PortalUser, Role
from evce_connector.persistence.settings import Settings
from evce_connector.persistence.subscriptions import EventType, Limits, Subscription, Wanted
from evce_connector.points.id_aliases import IdAlias
from evce_connector.points.write_request import RefusedWrite, WriteRequest
from evce_connector.site.values import utc_text
from evce_connector.writes.write_through import EvceWriter

from tests.support.joined import JoinedSite

Site = JoinedSite[ManualClock]
HERE = Path(__file__).parent


def kept(version: str) -> Path:
    """Return the file of a version's database."""
    return HERE / f"database_{version.replace('.', '_')}.sql"


def made(folder: Path) -> Iterator[str]:
    """Make such a database in a folder, and yield the statements that make it again."""
    open_database(f"sqlite:///{(folder / 'empty.db').as_posix()}").dispose()
    with JoinedSite(folder, ManualClock(), "guide", database=folder / "empty.db") as site:
        live(site)
        file = Path(str(site.service.stores.engine.url.database))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM owner")
        yield from connection.iterdump()


def live(site: Site) -> None:
    """Let half an hour pass, and each store keep something."""
    stores, start = site.service.stores, site.clock.now()
    stores.adopted.keep({"Zones/1/ZoneName": IdAlias("old-7", "Zone name")})
    stores.numbers.number("zone", "north", 1)
    stores.numbers.flush()
    site.service.processors.run("EVCE Setup Processor")
    site.model.set_station(1, status="faulted")
    for _ in range(2):
        site.poll()
        site.service.log()
        site.clock.advance(900)
    site.service.step()
    site.poll()
    writer = EvceWriter(site.service.context, stores.commands)
    for percent in (25.0, 250.0):
        writer.write([WriteRequest(site.item("Zones/1/ZoneReduction"), percent)], "ebo", "192.168.0.7")
    stores.refused_writes.keep(RefusedWrite("guest", "192.168.0.8", "Zones/9/ZoneReduction", "", "5", "INVALID_ID"))
    stores.system_events.add(start, "EWS login", "The user 'guest' was refused.", 200)
    wanted = Wanted(("Zones/1/ZoneName",), 1, 900, ("EVCE Fault",))
    stores.subscriptions.add(
        Subscription("abc", "ebo", EventType.VALUES, 0, wanted, start.replace(year=start.year + 1)), start, Limits(9, 9)
    )
    stores.portal_users.add(PortalUser("admin", Role.ADMIN, "hash", must_change=False, since=start))
    stores.portal_audit.add(Act(start, "admin", "10.0.0.7", "Logged in", utc_text(start)))
    Settings(stores.engine).save({"evce": {"login": "bms"}}, "admin", "the first", start)


def main() -> None:
    """Write the database of the version that is installed."""
    with TemporaryDirectory(prefix="evce-release-") as place:
        kept(own_version()).write_text("\n".join([*made(Path(place)), ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
