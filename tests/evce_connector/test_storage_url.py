"""The database's URL is shown without its password, wherever it stands and however it is written."""

from __future__ import annotations

import pytest
from evce_connector import config, storage_url
from evce_connector.config import ConfigurationError
from evce_connector.persistence.database import DatabaseError

from tests.support.joined import Document


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ebo:secret@db/evce", "postgresql://ebo:***@db/evce"),
        ("postgresql+psycopg://ebo:se%40cret@db:5432/evce", "postgresql+psycopg://ebo:***@db:5432/evce"),
        ("postgresql://ebo:secret@secret@db/evce", "postgresql://ebo:***@db/evce"),
        ("postgresql://ebo:secret/secret?x@db/evce", "postgresql://ebo:***@db/evce"),
        ("postgresql://:secret@db/evce", "postgresql://:***@db/evce"),
        ("postgresql://db/evce?user=ebo&password=secret&x=1", "postgresql://db/evce?user=ebo&password=***&x=1"),
        ("postgresql://ebo@db/evce", "postgresql://ebo@db/evce"),
        ("sqlite:////var/lib/evce/a:b@c.db", "sqlite:////var/lib/evce/a:b@c.db"),
        ("sqlite:///C:/evce/kept.db", "sqlite:///C:/evce/kept.db"),
        ("secret", "given"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert storage_url.shown(url) == shown


def test_the_cause_of_a_database_that_fails_is_told_without_the_password() -> None:
    error = DatabaseError("postgresql://ebo:p%40ss@db/evce", "no login with 'p@ss' (p%40ss)")
    assert str(error) == (
        "The database postgresql://ebo:***@db/evce cannot be used: no login with '***' (***). Check storage.url."
    )


def test_a_password_with_an_at_sign_is_refused_and_not_shown(document: Document) -> None:
    document["storage"]["url"] = "postgresql://ebo:sec@ret@db/evce"
    with pytest.raises(ConfigurationError) as error:
        config.parse(document, {})
    assert error.value.troubles == [
        "storage.url: only the @ before the host may stand as it is: write every other one as %40."
    ]


def test_a_url_of_a_wrong_type_is_not_shown(document: Document) -> None:
    document["storage"]["url"] = ["postgresql://ebo:secret@db/evce"]
    with pytest.raises(ConfigurationError) as error:
        config.parse(document, {})
    assert "secret" not in str(error.value)


def test_a_configuration_shows_its_url_without_the_password(document: Document) -> None:
    document["storage"]["url"] = "postgresql://ebo:secret@db/evce"
    read = config.parse(document, {})
    assert read.storage.url == "postgresql://ebo:secret@db/evce"
    assert "secret" not in read.model_dump_json() + repr(read)
