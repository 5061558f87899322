"""The client against a simulated controller: login, tokens, lists, TLS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.errors import EvceLoginError, EvceRefusalError, EvceUnreachableError
from evce_connector.evce.profile import Profile
from evce_simulator import EvceSimulator, generate

from tests.support.joined import PASSWORD

Simulate = Callable[..., EvceSimulator]
MakeClient = Callable[..., EvceClient]


def test_a_site_is_fetched_by_one_request_a_list_and_one_for_who_answers(
    simulate: Simulate, make_client: MakeClient
) -> None:
    simulator = simulate("campus")
    raw = make_client(simulator.url).fetch()
    assert raw.zones.objects == simulator.model.zones()
    assert raw.stations.objects == simulator.model.stations()
    assert raw.connectors.objects == simulator.model.connectors()
    assert raw.system == simulator.model.system()
    assert [entry.path for entry in simulator.journal] == ["/system", "/zones", "/stations", "/connectors"]


def test_no_connection_is_kept_from_poll_to_poll(simulate: Simulate, make_client: MakeClient) -> None:
    """The controller may close it in the moment in which the next request leaves."""
    simulator = simulate()
    make_client(simulator.url).fetch()
    assert [one.raddr.port for one in psutil.Process().net_connections("tcp") if one.status == "ESTABLISHED"].count(
        simulator.port
    ) == 0


def test_a_list_of_more_than_a_thousand_is_fetched_page_by_page(simulate: Simulate, make_client: MakeClient) -> None:
    simulator = simulate(generate(1, 30, 2001))
    raw = make_client(simulator.url).fetch()
    assert raw.connectors.objects == simulator.model.connectors()
    assert [entry.query for entry in simulator.journal.entries(path="/connectors")] == [
        "limit=1000&offset=0",
        "limit=1000&offset=1000",
        "limit=1000&offset=2000",
    ]
    assert len(raw.connectors.pages) == 3


def test_an_empty_list_is_one_page_without_objects(simulate: Simulate, make_client: MakeClient) -> None:
    simulator = simulate(generate(1, 0, 0))
    assert make_client(simulator.url).fetch().stations.objects == []


@pytest.mark.parametrize("authentication", ["basic", "token"])
@pytest.mark.parametrize("password", [PASSWORD, "Zähler: 100 %"], ids=["plain", "accents"])
def test_a_login_opens_the_api(simulate: Simulate, make_client: MakeClient, authentication: str, password: str) -> None:
    simulator = simulate(password=password)
    client = make_client(simulator.url, password=password, authentication=authentication)
    assert client.system()["apiVersion"] == "6"


@pytest.mark.parametrize("authentication", ["basic", "token"])
@pytest.mark.parametrize("wrong", [{"password": "wrong-secret"}, {"login": "nobody"}], ids=["password", "login"])
def test_a_wrong_login_is_named_without_the_password(
    simulate: Simulate, make_client: MakeClient, authentication: str, wrong: dict[str, str]
) -> None:
    client = make_client(simulate().url, authentication=authentication, **wrong)
    with pytest.raises(EvceLoginError, match=r"refuses the login .*check evce.login and evce.password\.$") as error:
        client.fetch()
    assert client.options.password not in str(error.value)
    assert client.options.login in str(error.value)


def test_the_password_is_in_no_representation(profile: Profile) -> None:
    options = EvceOptions("http://127.0.0.1/api/v2", "bms", PASSWORD)
    assert PASSWORD not in repr(options)
    with EvceClient(options, profile) as client:
        assert PASSWORD not in repr(client)


def test_one_token_serves_many_requests(simulate: Simulate, make_client: MakeClient) -> None:
    simulator = simulate()
    client = make_client(simulator.url, authentication="token")
    for _ in range(3):
        client.fetch()
    assert simulator.journal.count("POST", "/login") == 1


@pytest.mark.parametrize(("age", "logins"), [(2879, 1), (2880, 2), (3601, 2)])
def test_a_token_is_renewed_when_four_fifths_of_its_life_are_over(
    simulate: Simulate, make_client: MakeClient, clock: ManualClock, age: float, logins: int
) -> None:
    simulator = simulate()
    client = make_client(simulator.url, authentication="token")
    client.system()
    clock.advance(age)
    client.system()
    assert simulator.journal.count("POST", "/login") == logins
    assert simulator.journal.count(status=401) == 0


def test_a_token_that_ended_before_its_time_is_renewed_and_the_request_repeated(
    simulate: Simulate, make_client: MakeClient
) -> None:
    simulator = simulate()
    client = make_client(simulator.url, authentication="token")
    client.system()
    simulator.accounts.expire_tokens()
    assert client.system()["apiVersion"] == "6"
    assert [(entry.method, entry.path, entry.status) for entry in simulator.journal.entries()[2:]] == [
        ("GET", "/system", 401),
        ("POST", "/login", 200),
        ("GET", "/system", 200),
    ]


def test_a_password_that_was_changed_is_tried_once_not_again_and_again(
    simulate: Simulate, make_client: MakeClient
) -> None:
    simulator = simulate()
    client = make_client(simulator.url, authentication="token")
    client.system()
    simulator.inject("rotated-password")
    with pytest.raises(EvceLoginError):
        client.fetch()
    assert simulator.journal.count("POST", "/login") == 2


def test_an_object_is_fetched_by_its_id(simulate: Simulate, make_client: MakeClient) -> None:
    simulator = simulate("campus")
    client = make_client(simulator.url)
    assert client.get("zones", 2) == simulator.model.zone(2)
    assert client.get("connectors", 3) == simulator.model.connector(3)


def test_an_object_that_is_not_there_is_a_refusal_with_its_reason(simulate: Simulate, make_client: MakeClient) -> None:
    with pytest.raises(EvceRefusalError, match="404") as error:
        make_client(simulate().url).get("zones", 99)
    assert (error.value.status, "99" in error.value.reason) == (404, True)


def test_a_reduction_is_set_and_cleared(simulate: Simulate, make_client: MakeClient, profile: Profile) -> None:
    simulator = simulate("campus")
    client = make_client(simulator.url)
    shown = client.put_reduction(1, profile.write_reduction(25.0, "2149-01-01T00:00:00Z"))
    assert (shown["reduction"]["value"], shown["reduction"]["validity"]) == (25.0, "2149-01-01T00:00:00Z")
    assert client.delete_reduction(1)["reduction"] is None


def test_an_availability_is_set(simulate: Simulate, make_client: MakeClient, profile: Profile) -> None:
    simulator = simulate()
    answer = make_client(simulator.url).put_availability(1, profile.write_availability(available=False))
    assert answer["status"] == "Accepted"
    assert simulator.model.connector(1)["available"] is False


def test_a_trailing_slash_of_the_base_url_does_no_harm(simulate: Simulate, make_client: MakeClient) -> None:
    assert make_client(simulate().url + "/").system()["apiVersion"] == "6"


def test_a_certificate_of_a_given_ca_file_is_trusted(simulate: Simulate, make_client: MakeClient) -> None:
    simulator = simulate(tls=True)
    client = make_client(simulator.url, verify_tls=str(simulator.ca_file))
    assert client.system()["apiVersion"] == "6"


def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_password_is_sent(
    simulate: Simulate, make_client: MakeClient
) -> None:
    simulator = simulate(tls=True)
    with pytest.raises(EvceUnreachableError, match="certificate is not trusted: it has signed itself"):
        make_client(simulator.url).system()
    assert len(simulator.journal) == 0


def test_a_certificate_of_another_ca_is_refused(simulate: Simulate, make_client: MakeClient) -> None:
    other, simulator = simulate(tls=True), simulate(tls=True)
    with pytest.raises(EvceUnreachableError, match="certificate is not trusted"):
        make_client(simulator.url, verify_tls=str(other.ca_file)).system()


def test_any_certificate_will_do_when_verification_is_off(simulate: Simulate, make_client: MakeClient) -> None:
    assert make_client(simulate(tls=True).url, verify_tls=False).system()["apiVersion"] == "6"


def test_a_ca_file_of_the_environment_does_not_override_the_configuration(
    simulate: Simulate, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = simulate(tls=True)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_file))
    with pytest.raises(EvceUnreachableError, match="certificate is not trusted"):
        make_client(simulator.url).system()


def test_a_ca_file_that_is_not_there_is_named(simulate: Simulate, make_client: MakeClient, tmp_path: Path) -> None:
    missing = str(tmp_path / "ca.pem")
    with pytest.raises(EvceUnreachableError, match="CA file"):
        make_client(simulate(tls=True).url, verify_tls=missing).system()


def test_a_proxy_of_the_environment_is_not_asked(
    simulate: Simulate, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert make_client(simulate().url).system()["apiVersion"] == "6"
