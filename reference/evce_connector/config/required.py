"""Which keys have no default and are still missing: what First steps ask for."""

from __future__ import annotations

from pydantic import BaseModel

from evce_connector.config.merging import OTHER_WAY
from evce_connector.config.model import Configuration, PasswordSection
from evce_connector.config.secret_keys import Document


def missing(document: Document) -> list[str]:
    """Return the required keys that a document lacks, in the order of the model.

    >>> missing({"evce": {"base_url": "https://10.0.0.1/api/v2", "login": "bms", "password_file": "p"}})
    ['ews.username', 'ews.password']
    """
    lacking: list[str] = []
    for name, field in Configuration.model_fields.items():
        model, table = field.annotation, document.get(name, {})
        if field.is_required() and isinstance(model, type) and issubclass(model, BaseModel) and isinstance(table, dict):
            lacking += [
                f"{name}.{key}" for key, one in model.model_fields.items() if one.is_required() and key not in table
            ]
            if issubclass(model, PasswordSection) and not OTHER_WAY.keys() & table.keys():
                lacking.append(f"{name}.password")
    return lacking
