"""First Steps over HTTP: its form, beside others who save."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from evce_connector.evce.certificate import Certificate
from evce_connector.persistence.settings import Settings
from evce_connector.portal.tried import Proposal, Reached, Tried
from sqlalchemy import event, text

from tests.support.forms import typed
from tests.support.portal import NothingTried, Person, Shown, text_of

PAGE = "/first-steps"


def test_what_another_has_saved_meanwhile_is_told_and_a_second_save_succeeds(shown: Shown, admin: Person) -> None:
    fields = typed(admin, PAGE, {"ews.username": "panel"})
    shown.save({"status.interval_seconds": 20})
    refused = admin.post(PAGE, fields)
    assert (refused.status_code, "another has saved other settings meanwhile" in text_of(refused)) == (409, True)
    assert 'name="base" value="2"' in refused.text
    assert "Saved as version 3." in text_of(admin.post(PAGE, fields | {"base": ["2"]}))


def proposing(shown: Shown, proposal: Proposal | None, reached: Reached = Reached.LOGGED_IN) -> None:
    """Let each try propose that."""
    tries = NothingTried(Tried((), reached, proposal))
    vars(shown.parts.desk)["_reads"] = replace(vars(shown.parts.desk)["_reads"], tries=tries)


def posted(admin: Person, path: str, **fields: str) -> dict[str, Any]:
    answer = admin.post(f"{PAGE}/{path}", typed(admin, PAGE, {}) | {name: [text] for name, text in fields.items()})
    assert answer.status_code == 200
    return answer.json()  # type: ignore[no-any-return]


def test_a_proposed_profile_is_kept_as_a_file_and_nothing_is_saved(shown: Shown, admin: Person) -> None:
    proposing(shown, Proposal('api_version = "6.0"\n', "https://controller.test/rest", "token"))
    mark = posted(admin, "try")["proposal"]
    fields = posted(admin, "take", proposal=mark)["fields"]
    file = Path(fields.pop("evce.profile"))
    assert fields == {"evce.base_url": "https://controller.test/rest", "evce.authentication": "token"}
    assert (file.parent, file.read_text("utf-8")) == (shown.parts.proposed.parent, 'api_version = "6.0"\n')
    assert shown.parts.desk.open().number == 1


def test_where_the_profile_fits_only_the_address_is_filled_in(shown: Shown, admin: Person) -> None:
    proposing(shown, Proposal("", "https://controller.test/rest", "basic"))
    fields = posted(admin, "take", proposal=posted(admin, "try")["proposal"])["fields"]
    assert fields == {"evce.base_url": "https://controller.test/rest", "evce.authentication": "basic"}


def test_what_another_try_has_replaced_is_not_filled_in(shown: Shown, admin: Person) -> None:
    proposing(shown, Proposal("", "https://controller.test/rest", "basic"))
    mark = posted(admin, "try")["proposal"]
    proposing(shown, Proposal("", "https://another.test/rest", "basic"))
    posted(admin, "try")
    answer = posted(admin, "take", proposal=mark)
    assert "fields" not in answer
    assert answer["found"] == [["error", "Another try was made meanwhile: press Test connection again."]]


def test_the_steps_say_how_far_the_last_try_came(shown: Shown, admin: Person) -> None:
    steps = ("The charge controller answers", "It takes the login", "Its API is as the profile says")

    def done() -> list[bool]:
        rows = {row[0]: row[1] for row in admin.get(f"{PAGE}/steps.json").json()["rows"]}
        return [rows[step] == "Done" for step in steps]

    assert done() == [False, False, False]
    proposing(shown, None, Reached.LOGGED_IN)
    posted(admin, "try")
    assert done() == [True, True, False]
    proposing(shown, None, Reached.FITS)
    posted(admin, "try")
    assert done() == [True, True, True]


def test_a_certificate_that_is_trusted_changes_no_file_that_the_connector_uses(
    shown: Shown, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown.parts.trusted.write_text("of another controller", encoding="utf-8")
    fingerprint = "AB:CD:EF:01:23"
    now = shown.clock.now()
    certificate = Certificate("pem", fingerprint, "CN=b", "CN=b", ("b.test",), now, now, own=True)
    monkeypatch.setattr(NothingTried, "certificate", lambda _self, _url: certificate)
    answer = posted(admin, "trust", fingerprint=fingerprint, **{"evce.base_url": "https://b.test/"})
    file = Path(answer["fields"]["evce.verify_tls"])
    assert (file.name, file.read_text("utf-8")) == ("controller-abcdef01.pem", "pem")
    assert shown.parts.trusted.read_text("utf-8") == "of another controller"
    assert shown.parts.desk.open().number == 1


@pytest.mark.parametrize("saved", [False, True])
def test_an_open_page_reads_no_settings_until_others_are_saved(shown: Shown, admin: Person, saved: bool) -> None:
    """Open pages ask each 2 s, and what they cost is what EWS clients wait for."""
    desk, read = shown.parts.desk, []
    engine = desk.store._engine
    if not saved:  # all that holds is from the file
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM settings"))
        desk.store = Settings(engine)

    @event.listens_for(engine, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        read.append(statement)

    def asked() -> int:
        read.clear()
        assert admin.get(f"{PAGE}/steps.json").ok
        return sum("settings" in statement for statement in read)

    assert [asked() for _ in range(3)] == [1, 0, 0]
    desk.store.save({"evce": {"login": "another"}}, "another", "login", shown.clock.now())
    assert desk.seen().layers.document["evce"]["login"] == "another"
