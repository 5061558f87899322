"""The file site.toml: what it holds, and what is said of a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest
from evce_acceptance.site import settings

GOOD = """
name = "Depot"
[controller]
url = "https://10.0.0.1/api/v2"
user = "bms"
password_file = "controller.password"
[connector]
url = "http://10.0.0.2:8093/EcoStruxure/DataExchange"
user = "ebo"
password = "Building-7"
"""
EXAMPLE = Path(settings.__file__).with_name("site.example.toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "controller.password").write_text("Charge-22\n", encoding="utf-8")
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_passwords_are_read_from_files_beside_the_sites_file_or_from_it(folder: Path) -> None:
    site = settings.load(written(folder, GOOD))
    assert (site.controller.secret, site.connector.secret) == ("Charge-22", "Building-7")


def test_a_password_does_not_appear_when_the_settings_are_written(folder: Path) -> None:
    site = settings.load(written(folder, GOOD))
    assert "Building-7" not in f"{site} {site.model_dump(mode='json')}"


def test_a_site_is_read_only_for_a_few_requests_a_second_unless_told_otherwise(folder: Path) -> None:
    site = settings.load(written(folder, GOOD))
    assert (site.limits.requests_per_second, site.budget.reduction_lowers) == (5, None)


def test_without_a_controller_a_site_is_judged_by_ews_alone(folder: Path) -> None:
    table = GOOD[GOOD.index("[controller]") : GOOD.index("[connector]")]
    site = settings.load(written(folder, GOOD.replace(table, "")))
    assert (site.controller, site.secrets) == (None, ("Building-7",))
    with pytest.raises(settings.NoControllerError, match=r"^Nobody told the charge controller's address: --evce URL"):
        _ = site.told_controller


def test_an_interval_that_is_measured_is_the_longest_of_the_guide_until_then(folder: Path) -> None:
    site = settings.load(written(folder, f'{GOOD}poll_seconds = "measured"\n'))
    assert (site.connector.poll_seconds, site.connector.poll_at_most) == ("measured", 30)


def test_the_example_is_a_site(tmp_path: Path) -> None:
    for name in ("controller.password", "connector.password", "controller-ca.pem", "connector-ca.pem"):
        (tmp_path / name).touch()
    assert settings.load(written(tmp_path, EXAMPLE.read_text(encoding="utf-8"))).name == "Depot North, level -1"


@pytest.mark.parametrize(
    ("instead", "of", "says"),
    [
        ('url = "10.0.0.1"', 'url = "https://10.0.0.1/api/v2"', "controller.url"),
        ('users = "bms"', 'user = "bms"', "controller.users: Extra inputs"),
        ('password = "x"\npassword_file = "controller.password"', 'password = "Building-7"', "not both"),
        ('password_file = "gone"', 'password_file = "controller.password"', "gone cannot be read: No such file"),
        ('verify_tls = "gone.pem"', 'user = "bms"', "there is no file"),
        ("name = ", 'name = "Depot"', "is not TOML"),
        ('user = "ebo"\npoll_seconds = "often"', 'user = "ebo"', r"connector\.poll_seconds.*'measured'"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(folder: Path, instead: str, of: str, says: str) -> None:
    with pytest.raises(settings.SettingsError, match=says):
        settings.load(written(folder, GOOD.replace(of, instead)))


def test_a_file_that_is_not_there_is_said_to_be_missing(folder: Path) -> None:
    with pytest.raises(settings.SettingsError, match=r"gone\.toml cannot be read: .* --site"):
        settings.load(folder / "gone.toml")
