"""What run.json holds, for programs that read it: a JSON Schema that is made of the run itself."""

from __future__ import annotations

from typing import Any

from evce_acceptance.results.run import TEXTS, Run
from pydantic import TypeAdapter

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def run_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of what `Run.to_json` writes; times are UTC in ISO form, durations in s."""
    schema = TypeAdapter(Run).json_schema(mode="serialization")
    definitions = schema["$defs"]
    for kind in (schema, *definitions.values()):
        if kind.get("type") == "object":
            kind["required"] = sorted(kind["properties"])
            for field in kind["properties"].values():
                field.pop("default", None)  # each is written, whatever it is
    schema["properties"]["verdict"] = {"$ref": "#/$defs/Verdict"}
    schema["required"].append("verdict")
    for text in TEXTS:
        del definitions["Exchange"]["properties"][text]
        definitions["Exchange"]["required"].remove(text)
    return {"$schema": DIALECT, "$id": "run.schema.json", **schema, "title": "A run of site acceptance"}
