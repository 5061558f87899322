"""The file to begin with has every key of the model with its help, and says what it was given and nothing else."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from evce_connector.config import Configuration, parse
from evce_connector.config.commented import commented
from pydantic import BaseModel

GIVEN: dict[str, Any] = {
    "evce": {"base_url": "https://10.0.0.1/api/v2", "login": 'b"m\\s', "password_file": "evce.password"},
    "ews": {"username": "ebo", "password": "Building-7 é"},
}
NO_FILE = re.compile(r'^#\w+ = ""$', re.MULTILINE)
OFF = re.compile(r"^#(?=\w)", re.MULTILINE)


def test_what_is_given_stands_there_and_nothing_else_is_set() -> None:
    assert {name: table for name, table in tomllib.loads(commented(GIVEN)).items() if table} == GIVEN


def test_with_every_key_taken_in_the_same_holds() -> None:
    text = OFF.sub("", NO_FILE.sub("", commented(GIVEN)))
    assert tomllib.loads(text)["status"] == {"interval_seconds": 15, "plain_uncertain_minutes": 60}
    assert parse(tomllib.loads(text), {}) == parse(GIVEN, {})


@pytest.mark.parametrize("section", Configuration.model_fields)
def test_each_key_stands_below_the_help_that_it_is_declared_with(section: str) -> None:
    model = Configuration.model_fields[section].annotation
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return
    table = commented(GIVEN).partition(f"\n[{section}]\n")[2].partition("\n\n")[0]
    joined = table.replace("\n# ", " ")  # a long remark goes on in the next line
    for key, field in model.model_fields.items():
        lists_of_tables = field.default == []
        other_password = key in ("password", "password_file") and key not in GIVEN[section]
        if not (lists_of_tables or other_password):
            assert re.search(rf"{re.escape(field.description or '')}\.?\n#?{key} = ", f"{joined}\n"), key
