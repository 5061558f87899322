"""A database that fails while the connector starts or runs ends it with a sentence, wherever it was asked."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import tomli_w
from evce_connector.host.loaded import Loading
from evce_connector.host.running import Running
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.database import DatabaseError
from sqlalchemy.exc import OperationalError

from tests.support.joined import settings


def test_a_database_that_does_not_answer_at_a_start_is_named_in_a_sentence(tmp_path: Path) -> None:
    def overdue(_: ConnectorService) -> None:
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("the server did not answer within 1.9 s"))

    path = tmp_path / "connector.toml"
    path.write_text(tomli_w.dumps(settings(tmp_path)), encoding="utf-8")
    with pytest.raises(DatabaseError, match=r"connector\.db.*did not answer within 1\.9 s"):
        Running(Loading(path, {}), overdue).run()
