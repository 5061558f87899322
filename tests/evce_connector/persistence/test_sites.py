"""Several connectors in one PostgreSQL database: each site has a schema, and nobody sees the other's tables."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evce_connector.clock import ManualClock
from evce_connector.persistence.database import DatabaseError, open_database
from evce_connector.persistence.owner import OwnedError
from evce_connector.persistence.ownership import Ownership
from evce_connector.persistence.snapshots import Snapshots
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from features.driver.postgresql import Postgres

pytestmark = pytest.mark.once

HOSTING = Path(__file__).parents[3] / "reference" / "HOSTING.md"
NORTH, SOUTH = "http://10.0.0.1:8081/EWS", "http://10.0.0.2:8081/EWS"


@pytest.fixture
def server(postgres_server: Postgres) -> str:
    """Give a database of the server that holds no site."""
    engine = create_engine(postgres_server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS shared WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE shared"))
    engine.dispose()
    return make_url(postgres_server.url).set(database="shared").render_as_string(hide_password=False)


@pytest.fixture
def enter(server: str) -> Iterator[Callable[..., Engine]]:
    """Open the database for sites."""
    opened: list[Engine] = []

    def one(site: str, url: str = server) -> Engine:
        opened.append(open_database(url, site=site))
        return opened[-1]

    yield one
    for engine in opened:
        engine.dispose()


def test_each_site_keeps_what_is_its_own(enter: Callable[..., Engine]) -> None:
    for site in ("north", "south", ""):
        assert Snapshots(enter(site)).fact("who") is None
        Snapshots(enter(site)).keep_fact("who", f"this is {site}")
    assert [Snapshots(enter(site)).fact("who") for site in ("north", "south", "")] == [
        "this is north",
        "this is south",
        "this is ",
    ]


def test_all_tables_of_a_site_are_in_its_schema(enter: Callable[..., Engine]) -> None:
    looked = inspect(enter("north"))
    assert {"commands", "owner", "alembic_version"} <= set(looked.get_table_names(schema="north"))
    assert looked.get_table_names(schema="public") == []


def test_sites_run_beside_each_other_and_a_second_connector_of_one_is_refused(
    enter: Callable[..., Engine], clock: ManualClock
) -> None:
    first, other = Ownership(enter("north"), NORTH, clock), Ownership(enter("south"), SOUTH, clock)
    with pytest.raises(OwnedError, match=rf"\(site north\): process .*{NORTH}.* a storage\.site of its own\.$"):
        Ownership(enter("north"), SOUTH, clock)
    first.give_back()
    other.give_back()


def test_a_role_that_may_make_no_schema_uses_the_one_that_was_made_for_it(
    enter: Callable[..., Engine], server: str
) -> None:
    with enter("").begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS modest; CREATE ROLE modest LOGIN"))
        connection.execute(text("CREATE SCHEMA north AUTHORIZATION modest"))
    modest = make_url(server).set(username="modest").render_as_string()
    Snapshots(enter("north", modest)).keep_fact("a", "1")
    with pytest.raises(DatabaseError, match=r"\(site south\) cannot be used: .*permission denied for database"):
        enter("south", modest)


def test_what_hosting_tells_to_do_is_enough(postgres_server: Postgres) -> None:
    engine = create_engine(postgres_server.url, isolation_level="AUTOCOMMIT")
    (recipe,) = re.findall(r"```sql\n(.*?)```", HOSTING.read_text(encoding="utf-8"), re.DOTALL)
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS evce WITH (FORCE)"))
        connection.execute(text("DROP ROLE IF EXISTS evce"))
    where = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    psql = [postgres_server.programs / "psql", "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", where]
    subprocess.run(psql, input=recipe, text=True, check=True, cwd="/")  # noqa: S603 - Debian's program
    for site in ("north", "south"):
        of_site = open_database(engine.url.set(username="evce", database="evce").render_as_string(), site=site)
        Snapshots(of_site).keep_fact("who", site)
        of_site.dispose()
    engine.dispose()
