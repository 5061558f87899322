"""What Test connection and Validate ask of the controller, before anything is saved."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from evce_connector import config
from evce_connector.clock import ManualClock, SystemClock
from evce_connector.config import Configuration
from evce_connector.evce import profile as profiles
from evce_connector.evce.errors import EvceUnreachableError
from evce_connector.evce.lines import Lines
from evce_connector.host.clients import Clients
from evce_connector.host.options import evce_options
from evce_connector.host.refused_logins import REFUSED_FOR, RefusedLogins
from evce_connector.host.trying import Trying
from evce_connector.portal.tried import Proposal, Reached, Tried
from evce_simulator import EvceSimulator

from features.driver.waiting import until
from tests.evce_connector.probe.otherwise import PASSWORD, Otherwise, serving, snake
from tests.support.joined import settings

SOMEWHERE = "http://127.0.0.1:8099/EcoStruxure/DataExchange"
Configure = Callable[..., Configuration]


@pytest.fixture(scope="module")
def controller() -> Iterator[EvceSimulator]:
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        yield simulator


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    def make(url: str, password: str = PASSWORD, address: str = SOMEWHERE, **evce: Any) -> Configuration:  # noqa: ANN401 - as in a file
        tables = settings(tmp_path, evce={"base_url": url, "password": password} | evce, ews={"address": address})
        return config.parse(tables, {})

    return make


@pytest.fixture
def clients(configure: Configure) -> Clients:
    nowhere = configure("http://127.0.0.1:9")
    return Clients(partial(evce_options, nowhere.evce), profiles.load(), SystemClock())


@pytest.fixture
def trying(clients: Clients) -> Trying:
    return Trying(clients, RefusedLogins(SystemClock()), SystemClock())


def words(tried: Tried) -> list[str]:
    return [f"{one.kind}: {one.text}" for one in tried.found]


def asked(controller: EvceSimulator) -> int:
    return len(controller.journal.entries())


def test_a_controller_that_speaks_as_the_profile_says_fits(
    trying: Trying, configure: Configure, controller: EvceSimulator
) -> None:
    tried = trying.tried(configure(controller.url), SOMEWHERE)
    (fits,) = [text for text in words(tried) if "profile" in text]
    assert fits.startswith("good: The profile v6 fits the controller's API: ")
    assert (tried.reached, tried.proposal) == (Reached.FITS, None)


def test_an_api_that_is_spelled_otherwise_gets_a_profile_that_fits_it(
    trying: Trying, configure: Configure, controller: EvceSimulator, tmp_path: Path
) -> None:
    with serving(Otherwise(controller, snake, prefix="/api/v1", paths={"/groups": "/zones"})) as origin:
        tried = trying.tried(configure(f"{origin}/api/v2"), SOMEWHERE)
        proposal = tried.proposal
        assert isinstance(proposal, Proposal)
        assert tried.reached is Reached.LOGGED_IN
        assert f"warning: Its API is at {origin}/api/v1." in words(tried)
        (tmp_path / "found.toml").write_text(proposal.profile, encoding="utf-8")
        as_found = {"profile": str(tmp_path / "found.toml"), "authentication": proposal.authentication}
        again = trying.tried(configure(proposal.base_url, **as_found), SOMEWHERE)
    assert (again.reached, again.proposal) == (Reached.FITS, None), words(again)


def test_only_what_differs_is_told_and_the_profile_is_left_alone_where_it_fits(
    trying: Trying, configure: Configure, controller: EvceSimulator
) -> None:
    with serving(Otherwise(controller, prefix="/api/v1")) as origin:
        tried = trying.tried(configure(f"{origin}/api/v2"), SOMEWHERE)
    assert tried.proposal == Proposal("", f"{origin}/api/v1", "basic")


def test_a_refused_login_is_not_sent_again_for_a_minute_and_a_corrected_one_at_once(
    clients: Clients, configure: Configure, controller: EvceSimulator
) -> None:
    clock = ManualClock()
    trying = Trying(clients, RefusedLogins(clock), clock)
    wrong = configure(controller.url, password="Wrong-1")
    first = trying.tried(wrong, SOMEWHERE)
    assert "refuses the login" in words(first)[1]
    assert first.reached is Reached.ANSWERS
    before = asked(controller)
    clock.advance(REFUSED_FOR - 1)
    assert "59 s ago: it is not sent again for 1 s" in words(trying.tried(wrong, SOMEWHERE))[1]
    assert "it is not sent again" in str(trying.looked_at(wrong, SOMEWHERE))
    assert asked(controller) == before
    assert trying.looked_at(configure(controller.url), SOMEWHERE)[1].kind == "good"
    clock.advance(1)
    assert "refuses the login" in words(trying.tried(wrong, SOMEWHERE))[1]


@pytest.fixture
def dialect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the profile count as one of a whole dialect, of which a probe knows nothing."""
    monkeypatch.setattr("evce_connector.host.trying.is_contract", lambda _: False)


@pytest.mark.usefixtures("dialect")
def test_the_site_of_a_dialect_is_read_and_not_probed(
    trying: Trying, configure: Configure, controller: EvceSimulator
) -> None:
    controller.journal.clear()
    tried = trying.tried(configure(controller.url), SOMEWHERE)
    assert "good: The profile v6 reads the controller's site: zones 3, stations 1, connectors 1." in words(tried)
    assert (tried.reached, tried.proposal) == (Reached.FITS, None)
    paths = [entry.path for entry in controller.journal]
    assert paths == ["/system", "/system", "/zones", "/stations", "/connectors"]


@pytest.mark.usefixtures("dialect")
def test_what_cannot_be_read_of_a_dialect_is_named(trying: Trying, configure: Configure) -> None:
    with EvceSimulator("guide", password=PASSWORD) as odd:
        odd.model.set_station(1, status=5)
        tried = trying.tried(configure(odd.url), SOMEWHERE)
    assert any(text.startswith("warning: stations/1/status cannot be read: 5 is not a text") for text in words(tried))
    assert (tried.reached, tried.proposal) == (Reached.LOGGED_IN, None)


@pytest.mark.usefixtures("dialect")
@pytest.mark.parametrize(
    ("fault", "path", "reached", "told"),
    [
        (
            "server-error",
            "/zones",
            Reached.LOGGED_IN,
            "error: The charge controller gives an unusable answer at /zones",
        ),
        ("server-error", "/system", Reached.ANSWERS, "error: The charge controller gives an unusable answer at /sys"),
        ("unauthorized", "/system", Reached.ANSWERS, "error: The charge controller at http"),
        ("reset", "/system", Reached.NOTHING, "error: The charge controller at http"),
    ],
)
def test_how_far_a_try_at_a_dialect_came_is_said(
    trying: Trying, configure: Configure, fault: str, path: str, reached: Reached, told: str
) -> None:
    with EvceSimulator("guide", password=PASSWORD) as odd:
        odd.inject(fault, path=path)
        tried = trying.tried(configure(odd.url), SOMEWHERE)
    assert any(text.startswith(told) for text in words(tried)), words(tried)
    assert ("good: The charge controller answers with API version 6." in words(tried)) == (path == "/zones")
    assert (tried.reached, tried.proposal) == (reached, None)


@pytest.mark.parametrize("silent_at", ["/system", "/zones"])
def test_a_try_ends_with_the_connector_however_long_the_controller_is_silent(
    trying: Trying, clients: Clients, configure: Configure, controller: EvceSimulator, silent_at: str
) -> None:
    reached, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def silent(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith(silent_at):
            reached.set()
            go_on.wait(30)
        return controller.wsgi(environ, start_response)  # type: ignore[arg-type]

    def look(url: str) -> None:
        trying.tried(configure(url), SOMEWHERE)
        ended.set()

    with serving(silent) as origin:
        thread = threading.Thread(target=look, args=(f"{origin}/api/v2",))
        thread.start()
        until(reached.is_set, "the controller is asked")
        clients.cut()
        until(ended.is_set, "the try has ended")
        go_on.set()
        thread.join()


def test_a_login_that_the_look_at_the_api_finds_refused_is_not_sent_again_either(
    trying: Trying, configure: Configure, controller: EvceSimulator
) -> None:
    with serving(Otherwise(controller, prefix="/api/v1")) as origin:
        wrong = configure(f"{origin}/api/v2", password="Wrong-2")
        first = words(trying.tried(wrong, SOMEWHERE))
        before = asked(controller)
        second = words(trying.tried(wrong, SOMEWHERE))
    assert "refuses the login 'bms' by basic authentication" in str(first)
    assert "check Evce Login and Evce Password" in str(first)
    assert "it is not sent again" in str(second)
    assert asked(controller) == before


def test_a_way_of_login_that_lets_us_in_is_not_found_wrong(
    trying: Trying, configure: Configure, controller: EvceSimulator
) -> None:
    tried = trying.tried(configure(controller.url, authentication="token"), SOMEWHERE)
    assert (tried.reached, tried.proposal) == (Reached.FITS, None), words(tried)


def test_the_port_that_the_connector_serves_at_hinders_no_other_address_with_it(
    trying: Trying, configure: Configure, controller: EvceSimulator
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as serving_there:
        port = serving_there.getsockname()[1]
        configuration = configure(controller.url, address=f"http://0.0.0.0:{port}/EWS")
        tried = trying.tried(configuration, f"http://127.0.0.1:{port}/EcoStruxure/DataExchange")
    assert f"good: The EWS server can listen at http://0.0.0.0:{port}/EWS." in words(tried)


@pytest.mark.parametrize("url", ["https://[::1", "https://127.0.0.1:99999/"])
def test_an_address_that_is_none_has_no_certificate(trying: Trying, url: str) -> None:
    with pytest.raises(EvceUnreachableError, match="that is no address of a controller"):
        trying.certificate(url)


def test_a_certificate_that_never_comes_is_waited_for_no_longer_than_the_connector_lives(
    trying: Trying, clients: Clients
) -> None:
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def fetch() -> None:
            with pytest.raises(EvceUnreachableError):
                trying.certificate(f"https://127.0.0.1:{silent.getsockname()[1]}/")
            ended.set()

        thread = threading.Thread(target=fetch)
        thread.start()
        line, _ = silent.accept()
        with line:
            clients.cut()
            until(ended.is_set, "nobody waits for it", 4)
        thread.join()


def by_token_alone(controller: EvceSimulator) -> Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]:
    """Stand before a controller as one that takes no login but a token."""

    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        if str(environ.get("HTTP_AUTHORIZATION", "")).startswith("Basic"):
            del environ["HTTP_AUTHORIZATION"]

        def start(status: str, headers: list[tuple[str, str]], *more: object) -> object:
            kept = [pair for pair in headers if pair[0] != "WWW-Authenticate"]
            asked_for = [("WWW-Authenticate", "Bearer")] if "401" in status else []
            return start_response(status, [*kept, *asked_for], *more)

        return controller.wsgi(environ, start)  # type: ignore[arg-type]

    return app


def test_another_way_of_login_is_found_where_the_controller_asks_for_it(
    trying: Trying, configure: Configure, controller: EvceSimulator
) -> None:
    with serving(by_token_alone(controller)) as origin:
        tried = trying.tried(configure(f"{origin}/api/v2"), SOMEWHERE)
        assert tried.proposal == Proposal("", f"{origin}/api/v2", "token")
        again = trying.tried(configure(f"{origin}/api/v2", authentication="token"), SOMEWHERE)
    assert again.reached is Reached.FITS, words(again)


def test_another_path_of_one_controller_gets_no_refused_login_either(
    trying: Trying, configure: Configure, controller: EvceSimulator
) -> None:
    trying.tried(configure(controller.url, password="Wrong-3"), SOMEWHERE)
    before = asked(controller)
    again = trying.tried(configure(f"{controller.url}/", password="Wrong-3"), SOMEWHERE)
    assert "it is not sent again" in str(words(again))
    assert asked(controller) == before


def test_what_a_profile_of_ones_own_says_is_no_difference_and_stays_in_the_next_one(
    trying: Trying, configure: Configure, controller: EvceSimulator, tmp_path: Path
) -> None:
    own = (profiles.PROFILES / "v6.toml").read_text(encoding="utf-8")
    own = own.replace('"friendlyName"', '"labelX"')
    (tmp_path / "own.toml").write_text(own.replace('percent = "taken"', 'percent = "left"'), encoding="utf-8")

    def change(item: dict[str, Any]) -> dict[str, Any]:
        return {{"friendlyName": "labelX"}.get(key, key): value for key, value in item.items()}

    with serving(Otherwise(controller, change)) as origin:
        tried = trying.tried(configure(f"{origin}/api/v2", profile=str(tmp_path / "own.toml")), SOMEWHERE)
    assert tried.reached is Reached.FITS, words(tried)

    def further(item: dict[str, Any]) -> dict[str, Any]:
        return change({{"maxCurrent": "max_current"}.get(key, key): value for key, value in item.items()})

    with serving(Otherwise(controller, further)) as origin:
        tried = trying.tried(configure(f"{origin}/api/v2", profile=str(tmp_path / "own.toml")), SOMEWHERE)
    assert tried.proposal
    (tmp_path / "next.toml").write_text(tried.proposal.profile, encoding="utf-8")
    found = profiles.load(str(tmp_path / "next.toml"))
    assert (found.reduction_percent, found.fields["station"]["friendly_name"]) == ("left", "labelX")
    assert found.fields["zone"]["max_current"] == "max_current"


def test_a_connection_that_is_never_accepted_is_cut_as_well(trying: Trying, clients: Clients) -> None:
    """A port whose queue is full answers no SYN, as an address behind a firewall."""
    ended = threading.Event()
    with ExitStack() as open_, socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        for _ in range(3):
            waiting = open_.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())

        def fetch() -> None:
            with pytest.raises(EvceUnreachableError):
                trying.certificate(f"https://127.0.0.1:{full.getsockname()[1]}/")
            ended.set()

        thread = threading.Thread(target=fetch)
        thread.start()
        until(lambda: any(lines._open for lines in clients._made if isinstance(lines, Lines)), "it connects")
        assert not ended.is_set()
        clients.cut()
        until(ended.is_set, "nobody waits for it", 3)
        thread.join()
