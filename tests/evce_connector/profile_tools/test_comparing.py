"""Two profiles or bundles are compared by what they mean, one line for each key."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from evce_connector.cli import cli
from evce_connector.evce import profile as profiles
from evce_connector.probe import bundle
from evce_connector.profile_tools.comparing import differences

from tests.evce_connector.profile_tools.recorded import SHIPPED, record

MOMENT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def diff(first: object, second: object, *more: str) -> Result:
    return CliRunner().invoke(cli, ["profile", "diff", str(first), str(second), *more])


def changed(folder: Path, shipped: str, *changes: tuple[str, str]) -> Path:
    text = profiles.text_of(shipped)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / f"{len(list(folder.iterdir()))}.toml"
    file.write_text(text, encoding="utf-8")
    return file


def packed(folder: Path, profile: str, exchanges: str, **texts: str) -> Path:
    file = folder / f"{len(list(folder.iterdir()))}.bundle.zip"
    parts = {"profile.toml": profiles.text_of(profile), "capture.json": exchanges}
    parts |= {f"{name}.toml": text for name, text in texts.items()}
    file.write_bytes(bundle.pack(parts, bundle.About("site-1", "3", MOMENT, {})))
    return file


@pytest.mark.parametrize("profile", SHIPPED)
def test_a_profile_is_the_same_as_itself(profile: str) -> None:
    found = diff(profile, profile)
    assert (found.output, found.exit_code) == ("same\n", 0)


def test_what_is_written_otherwise_and_means_the_same_is_the_same(tmp_path: Path) -> None:
    other = changed(
        tmp_path,
        "areas",
        ('name = "title"', "name = { at = \"'title'\" }"),
        ('max_current = "limits.current.max"', 'max_current = { at = "limits.current.max", unit = "A" }'),
        ('validity = { at = "ends", time = "iso" }', 'validity = "ends"'),
        ("[words.zone_types]", "[words.other]"),
        ('words = "zone_types"', 'words = "other"'),
    )
    assert diff("areas", other).output == "same\n"


def test_each_key_that_means_something_else_has_a_line_with_both(tmp_path: Path) -> None:
    other = changed(
        tmp_path,
        "areas",
        ('path = "/areas"', 'path = "/parks"'),
        ('unit = "Wh", as = "text"', 'as = "text"'),
        ('fixed = "STATIC"', 'FIXED = "STATIC"'),
        ('share_left = "{left}"', 'share_left = "{taken}"'),
    )
    found = diff("areas", other)
    assert found.exit_code == 1
    assert found.output.splitlines() == [
        "connectors.fields.active_energy.unit: Wh -> nothing",
        'reduction.body.share_left: "{left}" -> "{taken}"',
        'zones.fields.type.words.FIXED: nothing -> "STATIC"',
        'zones.fields.type.words.fixed: "STATIC" -> nothing',
        "zones.path: /areas -> /parks",
        "5 different.",
    ]


def test_a_profile_of_format_1_is_compared_in_the_terms_of_format_2(tmp_path: Path) -> None:
    other = changed(tmp_path, "v6", ('max_current = "maxCurrent"', 'max_current = "limit"'), ('"/zones"', '"/areas"'))
    assert [one.key for one in differences("v6", str(other))] == ["zones.fields.max_current", "zones.one", "zones.path"]


def test_a_secret_that_stands_in_a_login_is_told_apart_and_not_shown(tmp_path: Path) -> None:
    old = 'grant_type = "password"'
    first, second = (changed(tmp_path, "areas", (old, f'client_secret = "{secret}"')) for secret in ("abc", "xyz"))
    found = diff(first, second)
    assert "login.fields.client_secret: a text, SHA-256" in found.output
    assert "abc" not in found.output


def test_two_bundles_differ_by_profile_answers_stamps_and_shapes_and_not_by_values(tmp_path: Path) -> None:
    site = record("areas", "guide")
    before = site.ours(tmp_path / "before.json").read_text(encoding="utf-8")
    zone = site.body("/areas")["data"]["items"][0]
    zone["title"], zone["ordinal"] = "renamed", "1"
    after = site.ours(tmp_path / "after.json").read_text(encoding="utf-8")
    first = packed(tmp_path, "areas", before, answers='unit = "W"\n', stamps='[Zone]\nid = "verified: a, 3, b"\n')
    second = packed(tmp_path, "areas", after, answers='unit = "kW"\n', stamps="")
    assert diff(first, second).output.splitlines() == [
        'answers.toml unit: "W" -> "kW"',
        'stamps.toml Zone.id: "verified: a, 3, b" -> nothing',
        "capture GET /api/v2/areas data.items[].ordinal: number -> number or text",
        "3 different.",
    ]


def test_the_differences_are_given_as_json_too(tmp_path: Path) -> None:
    other = changed(tmp_path, "v6", ('name = "name"', 'name = "label"'))
    assert json.loads(diff("v6", other, "--json").output) == [
        {"key": "system.fields.name", "first": "name", "second": "label"}
    ]
