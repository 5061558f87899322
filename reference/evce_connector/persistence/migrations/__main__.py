"""`python -m evce_connector.persistence.migrations "what changes"` writes the next revision from the tables declared.

Read what it wrote: a tool sees columns that come and go, not what becomes of the values in them.
"""

from __future__ import annotations

import sys

from alembic import command
from sqlalchemy import create_engine

from evce_connector.persistence.versions import FOLDER, alembic_config, revisions, upgrade


def main(message: str) -> None:
    """Write the revision that leads from the last one to the tables as they are declared now."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        number = f"{int(revisions()[-1]) + 1:04}"
        command.revision(alembic_config(connection, FOLDER), message, autogenerate=True, rev_id=number)
    engine.dispose()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or "Change the tables")
