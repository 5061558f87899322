"""`evce-connector adopt` again and again: set-ups, dry runs, releases, reports, and what it refuses."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from evce_connector.errors import ConnectorError
from evce_connector.evce.asking import Numbers
from evce_connector.evce.contract_api import ContractApi
from evce_connector.evce.profile import Profile
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.numbers import NumberStore
from evce_connector.points.id_aliases import IdAlias
from evce_connector.points.tree import ValueItem
from evce_connector.takeover.command import TakeOver
from evce_connector.takeover.lines import Line, Outcome, Sort
from evce_simulator import EvceSimulator
from evce_simulator.certificate import make_certificate

from tests.evce_connector.takeover.old_connector import Join, Serve, adopt, disguise, run
from tests.support import tls


def test_a_restart_and_further_set_ups_keep_the_old_ids(
    serve: Serve, new: ConnectorService, ids: dict[str, str], join: Join
) -> None:
    new.stop()
    again = serve("new")
    assert not join(again).get_values([ids["Zones/1/ZoneType"]]).errors
    again.set_up()
    assert not join(again).get_values([ids["Zones/1/ZoneType"]]).errors


def test_what_is_found_later_gets_our_usual_id(
    simulator: EvceSimulator, new: ConnectorService, ids: dict[str, str]
) -> None:
    simulator.model.add("zone", **simulator.model.zone(3) | {"id": 4, "name": "Z4"})
    new.set_up()

    assert "Zones/4" not in ids
    assert new.items.tree.get("Zones/4/ZoneName") is not None


def test_a_dry_run_changes_nothing(serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path) -> None:
    service = serve("new")
    service.set_up()

    assert "Nothing was changed" in adopt(old, tmp_path, "--dry-run")
    assert service.stores.adopted.read() == {}
    assert service.stores.snapshots.fact("setup.request") is None
    assert ids


def test_a_site_that_is_read_for_it_is_numbered_as_the_database_does(
    serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ids
    serve("new")
    given: list[object] = []

    def api_of(profile: Profile, numbers: Numbers, _: str) -> ContractApi:
        given.append(numbers)
        return ContractApi(profile)

    monkeypatch.setattr("evce_connector.evce.client.api_of", api_of)
    adopt(old, tmp_path)
    assert [type(numbers) for numbers in given] == [NumberStore]


def test_it_works_before_the_first_set_up(
    serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path
) -> None:
    service = serve("new")

    assert f"{len(ids)} items were taken over" in adopt(old, tmp_path)
    assert {key: one.id for key, one in service.stores.adopted.read().items()} == ids


def test_release_gives_our_own_ids_back(new: ConnectorService, ids: dict[str, str], tmp_path: Path) -> None:
    result = run(tmp_path, "--release")
    assert result.output.startswith(f"{len(ids)} items answer to our own ids again.")
    new.set_up()

    item = new.items.tree.get("Zones/1/ZoneType")
    assert isinstance(item, ValueItem)
    assert item.description == "ZoneType"
    assert new.items.tree.get(ids["Zones/1/ZoneType"]) is None


def test_a_running_connector_is_asked_for_a_set_up(new: ConnectorService) -> None:
    assert new.stores.snapshots.take_fact("setup.request") == "run"


def test_a_set_up_that_prunes_stays_one(
    serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path
) -> None:
    service = serve("new")
    service.stores.snapshots.keep_fact("setup.request", "prune")
    adopt(old, tmp_path)

    assert ids
    assert service.stores.snapshots.take_fact("setup.request") == "prune"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_what_has_no_counterpart_is_reported_both_ways(
    simulator: EvceSimulator, serve: Serve, old: ConnectorService, tmp_path: Path
) -> None:
    disguise(old)
    simulator.model.remove_zone(3)
    simulator.model.add("zone", **simulator.model.zone(2) | {"id": 9, "name": "Z9"})
    serve("new").set_up()
    text = adopt(old, tmp_path, "--report", str(tmp_path / "report.csv"))

    found = {
        (row["outcome"], row["their_path"] or row["our_path"]): row["note"] for row in rows(tmp_path / "report.csv")
    }
    assert "the controller has no zone with the ZoneId '3'" in found["theirs without ours", "EVCE Zones/Z3"]
    assert found["ours without theirs", "EVCE Zones/Z9"] == "34 items in it"
    assert ("theirs without ours", "EVCE Interface") in found
    assert ("matched", "EVCE Zones/Z2/ZoneName") in found
    assert "EVCE Zones/Z9" in text
    assert "2 theirs without ours, 1 ours without theirs, 0 ambiguous, 0 gives way." in text


def test_the_report_may_be_json(serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path) -> None:
    assert serve("new")
    adopt(old, tmp_path, "--report", str(tmp_path / "report.json"))

    lines = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    (line,) = (line for line in lines if line["our_id"] == "Zones/1/ZoneType")
    assert line == {
        "outcome": "matched",
        "sort": "value",
        "our_id": "Zones/1/ZoneType",
        "our_path": "EVCE Zones/Z1/ZoneType",
        "their_id": ids["Zones/1/ZoneType"],
        "their_path": "EVCE Zones/Car park 1/Zone Type",
        "note": "",
    }


def test_all_that_is_told_is_told_to_a_program_too(
    serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path
) -> None:
    assert serve("new")
    said = json.loads(adopt(old, tmp_path, "--dry-run", "--json", "--report", str(tmp_path / "report.json")))

    assert said["said"] == "Nothing was changed (--dry-run)."
    assert said["lines"] == json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert said["outcomes"]["matched"] == sum(line["outcome"] == "matched" for line in said["lines"])
    assert ids["Zones/1/ZoneType"] in [line["their_id"] for line in said["lines"]]
    assert json.loads(adopt(old, tmp_path, "--release", "--json"))["said"].startswith("0 items answer to our own ids")


def test_a_report_that_cannot_be_written_leaves_everything_as_it_is(
    serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path
) -> None:
    service = serve("new")
    with pytest.raises(ConnectorError, match="cannot be written"):
        adopt(old, tmp_path, "--report", str(tmp_path / "no" / "report.csv"))

    assert ids
    assert service.stores.adopted.read() == {}


def test_an_id_that_is_ours_for_another_item_gives_way_and_is_reported(
    simulator: EvceSimulator, serve: Serve, old: ConnectorService, tmp_path: Path
) -> None:
    old.stores.adopted.keep({"Zones/1": IdAlias("Zones/9/ZoneName"), "Zones/2": IdAlias("Interface/EvceState")})
    old.set_up()
    simulator.model.add("zone", **simulator.model.zone(2) | {"id": 9, "name": "Z9"})
    service = serve("new")
    text = adopt(old, tmp_path)
    messages = [prompt.message for prompt in service.set_up()]

    assert "2 gives way" in text
    assert any("'Zones/9/ZoneName'" in message and "'Zones/9/ZoneName~'" in message for message in messages)
    assert service.items.tree.find("Zones/9/ZoneName") is service.items.tree.get("Zones/9/ZoneName~")


def test_a_server_that_shows_none_of_our_objects_is_refused(
    serve: Serve, old: ConnectorService, tmp_path: Path
) -> None:
    service = serve("new")
    with pytest.raises(ConnectorError, match="Check that it is the old connector"):
        adopt(old, tmp_path)

    assert service.stores.adopted.read() == {}


@pytest.fixture
def secure(serve: Serve, tmp_path: Path) -> ConnectorService:
    """Start an old connector that speaks HTTPS with a certificate of its own."""
    certificate, key = make_certificate(tmp_path)
    address = "https://127.0.0.1:0/EcoStruxure/DataExchange"
    service = serve("old", address=address, certificate=certificate.as_posix(), private_key=key.as_posix())
    disguise(service)
    return service


def test_a_certificate_is_trusted_by_its_issuer_or_when_told_to(
    serve: Serve, secure: ConnectorService, tmp_path: Path
) -> None:
    assert serve("new")
    with pytest.raises(ConnectorError, match="is not trusted"):
        adopt(secure, tmp_path)
    for options in (("--ca", str(tmp_path / "evce-simulator.pem")), ("--insecure",)):
        assert "items were taken over" in adopt(secure, tmp_path, *options)


def test_a_wrong_password_is_a_sentence_and_changes_nothing(
    serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path
) -> None:
    service = serve("new")
    (tmp_path / "password").write_text("wrong\n", encoding="utf-8")
    with pytest.raises(ConnectorError, match="refused the login of user 'ebo'"):
        adopt(old, tmp_path)

    assert ids
    assert service.stores.adopted.read() == {}


def test_a_password_file_that_is_not_there_is_a_sentence(serve: Serve, old: ConnectorService, tmp_path: Path) -> None:
    assert serve("new")
    (tmp_path / "password").unlink()
    with pytest.raises(ConnectorError, match="cannot be read"):
        adopt(old, tmp_path)


def test_ids_that_the_other_server_refuses_to_read_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    line = Line(Outcome.THEIRS, Sort.VALUE, their_id="9", their_path="EVCE Zones/Z1/Power [kW] :car:")
    TakeOver({}, [line], ["9", "10"]).show()

    text = capsys.readouterr().out
    assert "EVCE Zones/Z1/Power [kW] :car:" in text
    assert "lists 2 ids and refuses to read them: 9" in text


@pytest.mark.parametrize("options", [(), ("--ews", "http://127.0.0.1:9", "--user", "ebo")])
def test_too_few_options_are_named(serve: Serve, tmp_path: Path, options: tuple[str, ...]) -> None:
    assert serve("new")
    result = run(tmp_path, *options)

    assert result.exit_code == 2
    assert "Give --ews, --user and --password-file" in result.output


@pytest.fixture
def refusal(serve: Serve, tmp_path: Path) -> Callable[..., str]:
    """Return what `adopt` says, beside a connector that it takes nothing over to, of another that it cannot ask."""
    serve("new")

    def said(port: int, *options: str) -> str:
        address = f"https://localhost:{port}/EcoStruxure/DataExchange"
        result = run(tmp_path, "--ews", address, "--user", "x", "--password-file", str(tmp_path / "password"), *options)
        assert isinstance(result.exception, ConnectorError)
        begins = f"The other connector at {address} does not answer: "
        assert str(result.exception).startswith(begins)
        return str(result.exception).removeprefix(begins)

    return said


Refusal = Callable[..., str]


def test_another_connector_whose_certificate_nobody_vouches_for_is_told_with_its_fingerprint(
    refusal: Refusal, tmp_path: Path
) -> None:
    made = tls.make("old", "localhost")
    with tls.serving(tls.context(made, tmp_path)) as port:
        assert refusal(port) == (
            f"its certificate is not trusted: it has signed itself (SHA-256 fingerprint {made.fingerprint}): compare "
            "that with what the other connector or its technician tells, and trust it by evce-connector certificate "
            f"fetch https://localhost:{port}, which saves the file for --ca."
        )


def test_a_certificate_for_another_name_is_told_with_the_names_and_the_option(refusal: Refusal, tmp_path: Path) -> None:
    made = tls.make("old", "old.example")
    with tls.serving(tls.context(made, tmp_path)) as port:
        assert refusal(port, "--ca", str(made.saved(tmp_path / "ca.pem"))) == (
            "its certificate is for old.example, not for localhost: write old.example into --ews, or have one made for "
            "localhost."
        )


def test_an_expired_certificate_of_another_connector_is_told_with_its_day(refusal: Refusal, tmp_path: Path) -> None:
    made = tls.make("old", "localhost", days=(-9, -2))
    with tls.serving(tls.context(made, tmp_path)) as port:
        said = refusal(port, "--ca", str(made.saved(tmp_path / "ca.pem")))
    assert said.startswith(f"its certificate has expired on {made.certificate.not_valid_after_utc:%Y-%m-%d}, and")


def test_a_file_of_ca_that_holds_no_certificate_is_told_as_that(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with tls.serving(tls.context(tls.make("old", "localhost"), tmp_path)) as port:
        assert refusal(port, "--ca", str(tmp_path / "ca.pem")).startswith(f"the CA file {tmp_path / 'ca.pem'} of --ca ")


def test_plain_http_at_the_port_of_another_connector_is_told(old: ConnectorService, refusal: Refusal) -> None:
    assert refusal(int(old.ews.address.split(":")[2].split("/")[0])) == (
        "it does not speak TLS at this port: correct the port in --ews, or write http://."
    )
