"""What load/README.md says of the profiles is what they are."""

from __future__ import annotations

from pathlib import Path

import load
from load import limits
from load.profiles import table

README = (Path(load.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_profiles_is_that_of_the_code() -> None:
    assert f"<!-- profiles -->\n{table()}\n<!-- /profiles -->" in README


def test_every_check_and_figure_of_a_run_is_explained() -> None:
    for name in (limits.ANSWERED, limits.STALE, limits.WRONG, limits.ARRIVED, limits.AGE, limits.CYCLE):
        assert f"`{name}`" in README


def test_the_pictures_are_there() -> None:
    assert (Path(load.__file__).parent / "docs" / "site.png").is_file()
