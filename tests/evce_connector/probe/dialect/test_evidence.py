"""What the probe of a dialect leaves beside its proposal: answers, remarks that quote nothing, lists page by page."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from evce_connector.cli import cli
from evce_connector.clock import SystemClock
from evce_connector.evce import profile as profiles
from evce_connector.probe import bundle, writing
from evce_connector.probe.asking import Target
from evce_connector.probe.dialect import handing_on, search
from evce_connector.probe.dialect.anonymising import DialectAnonymiser
from evce_connector.probe.dialect.evidence import Evidence, leave

from tests.evce_connector.probe.dialect.measuring import FAST, PASSWORD, served

MOMENT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
NOTHING: Mapping[str, Any] = {}
BY_TWO = {"by": "link", "size_key": "limit", "size": 2}


def left(
    dialect: str, told: Mapping[str, Any] = NOTHING, scenario: str = "guide", *, keep_names: bool = False
) -> Evidence:
    """Probe a site, and return what is left of it."""
    with served(dialect, scenario) as simulator:
        target = Target(simulator.url, "bms", PASSWORD, requests_per_second=FAST)
        found = search.find(target, SystemClock(), lambda _: None, told)
    return leave(found, told, target, MOMENT, keep_names=keep_names)


once = cache(left)


def parts(evidence: Evidence, folder: Path) -> dict[str, bytes]:
    writing.write(folder, evidence.files)
    return bundle.unpack(folder / bundle.NAME)


def test_a_list_in_pages_is_captured_page_by_page_and_read_as_a_whole(tmp_path: Path) -> None:
    found = left("links", {"zones.pages": BY_TWO})
    writing.write(tmp_path, found.files)
    pages = [
        one
        for one in json.loads((tmp_path / "capture.json").read_text(encoding="utf-8"))["exchanges"]
        if one["path"] == "/api/v2/sectors"
    ]
    assert [len(one["body"]) for one in pages] == [2, 1]
    assert pages[0]["headers"]["Link"].startswith("</api/v2/sectors?")
    command = ["profile", "check", str(tmp_path / "dialect.toml"), "--capture", str(tmp_path / "capture.json")]
    result = CliRunner().invoke(cli, command)
    assert (result.exit_code, result.output.splitlines()[-1].partition(":")[0]) == (
        0,
        "3 zones, 1 station and 1 connector",
    )


def test_the_answers_are_in_the_bundle_by_the_names_of_their_questions(tmp_path: Path) -> None:
    told = {"zones.pages": BY_TWO, "zones.type.managed": "DYNAMIC", "system.name": {"value": "North Hospital"}}
    found = parts(left("links", told), tmp_path)
    answers = tomllib.loads(found["answers.toml"].decode())
    assert answers == told | {"system.name": {"value": "site-1"}}
    assert b"North Hospital" not in b"".join(found.values())
    assert "North Hospital" in (tmp_path / "dialect.toml").read_text(encoding="utf-8")


def test_what_somebody_wrote_to_let_us_in_is_in_no_answer() -> None:
    login = {"kind": "token", "path": "/in", "fields": {"user": "{login}", "key": "s3cr3t", "deep": {"pin": "0815"}}}
    write = {"path": "/do", "body": {"secret": "s3cr3t", "amount": "{taken}", "who": "bms"}}
    dialect = profiles.load("areas").dialect
    assert dialect is not None
    anonymiser = DialectAnonymiser(dialect, [], secrets=(PASSWORD, "bms"))
    text = handing_on.answers_text({"login": login, "reduction": write, "zones.name": PASSWORD}, {}, anonymiser)
    answers = tomllib.loads(text)
    assert answers["login"]["fields"] == {"user": "{login}", "key": "removed", "deep": {"pin": "removed"}}
    assert answers["reduction"]["body"] == {"secret": "removed", "amount": "{taken}", "who": "removed"}
    assert answers["zones.name"] == "removed"


def test_remarks_quote_words_and_numbers_that_the_capture_shows_and_no_names(tmp_path: Path) -> None:
    found = parts(once("areas", scenario="campus"), tmp_path)
    text = found["profile.toml"].decode()
    assert text == (tmp_path / "dialect.toml").read_text(encoding="utf-8")
    assert "# high: reads 'fixed', 'flexible'" in text
    assert "# high: reads 250, 200, 160 and 3 more" in text
    assert '# high: its values are not quoted\ntitle = "' not in text
    assert '# high: its values are not quoted\nname = "title"' in text


def test_what_a_bundle_says_of_the_dialect_is_what_the_proposal_says(tmp_path: Path) -> None:
    parts(once("areas", scenario="campus"), tmp_path)
    files = [str(tmp_path / name) for name in ("dialect.toml", bundle.NAME)]
    assert CliRunner().invoke(cli, ["profile", "diff", *files]).output == "same\n"


def test_with_names_kept_only_what_lets_in_goes(tmp_path: Path) -> None:
    found = left("areas", keep_names=True)
    text = b"".join(parts(found, tmp_path).values()).decode()
    assert ("EVSimu1" in text, PASSWORD in text, found.removed) == (True, False, {})


def test_of_a_profile_that_cannot_be_loaded_no_capture_is_left() -> None:
    found = left("onedoc", {"connectors.max_current": {"at": "max_a", "unit": "V"}})
    assert set(found.files) == {"dialect.toml", "questions.toml"}
