"""First contact with controllers that speak as assumed, and with such as spell or mean things otherwise."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from evce_connector.cli import cli
from evce_connector.clock import SystemClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_connector.evce.reader import SiteReader
from evce_connector.model import Site
from evce_connector.probe import contact
from evce_connector.probe.asking import ProbeError, Target
from evce_connector.probe.contact import Contact
from evce_connector.probe.finding import Finding, Word
from evce_simulator.capture import compare, read_capture
from evce_simulator.server import Server
from evce_simulator.simulator import EvceSimulator

PASSWORD = "correct-horse-battery"
FAST = 200.0
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def guide() -> Iterator[EvceSimulator]:
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def inner() -> Iterator[EvceSimulator]:
    """Serve the site behind controllers that say it otherwise."""
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def campus() -> Iterator[EvceSimulator]:
    with EvceSimulator("campus", password=PASSWORD) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def at_guide() -> Contact:
    """Probe the guide's site; once for all tests, as it only reads."""
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        return look(simulator.url)


@pytest.fixture(scope="module")
def at_campus(campus: EvceSimulator) -> Contact:
    """Probe the campus."""
    return look(campus.url)


class Otherwise:
    """A controller that means what the simulator means and says it otherwise.

    `prefix` stands for /api/v2; `paths` maps its paths to the contract's; `change` turns every JSON object that it
    sends; `headers` replaces some of the answers' headers.
    """

    def __init__(
        self,
        simulator: EvceSimulator,
        change: Change = lambda item: item,
        prefix: str = "/api/v2",
        paths: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self._simulator = simulator
        self._change = change
        self._prefix = prefix
        self._paths = paths or {}
        self._headers = headers or {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        asked = environ["PATH_INFO"]
        below = asked.removeprefix(self._prefix)
        for theirs, ours in self._paths.items():
            if re.match(rf"{ours}(/|$)", below):
                below = "/nothing/at/all"
            elif re.match(rf"{theirs}(/|$)", below):
                below = ours + below.removeprefix(theirs)
                break
        environ["PATH_INFO"] = f"/api/v2{below}" if asked.startswith(f"{self._prefix}/") else "/nothing"
        head: list[Any] = []
        body = b"".join(self._simulator.wsgi(environ, lambda *parts: head.extend(parts[:2])))  # type: ignore[arg-type]
        body = json.dumps(self._changed(json.loads(body))).encode()
        kept = {name: value for name, value in head[1] if name != "Content-Length"} | self._headers
        start_response(head[0], [*kept.items(), ("Content-Length", str(len(body)))])
        return [body]

    def _changed(self, value: object) -> object:
        if isinstance(value, list):
            return [self._changed(item) for item in value]
        if isinstance(value, dict):
            return self._change({key: self._changed(item) for key, item in value.items()})
        return value


@contextmanager
def serving(app: Otherwise) -> Iterator[str]:
    server = Server(app, "127.0.0.1", 0)  # type: ignore[arg-type]
    server.start()
    try:
        yield server.origin
    finally:
        server.stop()


def look(url: str, password: str = PASSWORD, verify: bool | str = True, *, keep_names: bool = False) -> Contact:
    target = Target(url, "bms", password, verify, FAST)
    return contact.make(target, SystemClock(), lambda _: None, keep_names=keep_names)


def probe(url: str, folder: Path, *options: str, password: str = PASSWORD) -> Result:
    secret = folder / "password"
    secret.write_text(f"{password}\n", encoding="utf-8")
    words = ["probe", "--evce", url, "--login", "bms", "--password-file", str(secret)]
    return CliRunner().invoke(cli, [*words, "--requests-per-second", "50", *options], env={"COLUMNS": "220"})


def findings(found: Contact, part: str, aspect: str = "field") -> Finding:
    return next(finding for finding in found.findings if (finding.part, finding.aspect) == (part, aspect))


def read_site(found: Contact, origin: str, folder: Path) -> Site:
    """Read the site as the connector does, with what the probe proposes."""
    found.write(folder)
    profile = profiles.load(str(folder / "profile.toml"))
    options = EvceOptions(origin + found.places.base, "bms", PASSWORD, found.places.authentication)
    with EvceClient(options, profile) as client:
        return SiteReader(profile).read(client.fetch())


def snake(item: dict[str, Any]) -> dict[str, Any]:
    return {re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", key): value for key, value in item.items()}


def watts(item: dict[str, Any]) -> dict[str, Any]:
    power = item.get("activePower")
    return item | ({"activePower": [value * 1000 for value in power]} if power else {})


def wrongs(found: Contact) -> list[tuple[str, str]]:
    return [(finding.part, finding.aspect) for finding in found.findings if finding.word is Word.WRONG]


@pytest.mark.parametrize("site", ["at_guide", "at_campus"])
def test_a_controller_that_speaks_as_assumed_is_usable_as_it_is(site: str, request: pytest.FixtureRequest) -> None:
    assert wrongs(request.getfixturevalue(site)) == []


def test_the_command_ends_with_0_and_shows_its_progress_and_a_table(guide: EvceSimulator, tmp_path: Path) -> None:
    result = probe(guide.url, tmp_path)
    assert result.exit_code == 0
    assert "GET /api/v2/zones?limit=1: 401" in result.stderr
    assert "Zone.maxCurrent" in result.stdout
    assert "0 wrong" in result.stdout


def test_the_probe_only_reads_but_for_one_login(guide: EvceSimulator) -> None:
    look(guide.url)
    assert {entry.method for entry in guide.journal} == {"GET", "POST"}
    assert [entry.path for entry in guide.journal.entries(method="POST")] == ["/login"]


def test_the_direction_of_a_reduction_is_asked_of_the_technician(at_campus: Contact) -> None:
    finding = findings(at_campus, "Reduction.value", "direction")
    assert finding.word is Word.OPEN
    assert finding.advice.startswith("ask the technician")


def test_writes_stay_open(at_guide: Contact) -> None:
    words = {finding.part: finding.word for finding in at_guide.findings}
    assert words["PUT /zones/{id}/reduction"] is Word.OPEN
    assert words["DELETE /zones/{id}/reduction"] is Word.OPEN
    assert words["PUT /connectors/{id}/availability"] is Word.OPEN


def test_what_a_site_cannot_show_is_open_and_says_what_to_do(at_guide: Contact) -> None:
    assert findings(at_guide, "Connector.maxPower") == Finding(
        "Connector.maxPower",
        "field",
        Word.OPEN,
        "maxPower is there and empty everywhere",
        "probe again once there is a DC connector",
    )


def test_an_address_without_path_is_enough(guide: EvceSimulator) -> None:
    found = look(guide.url.removesuffix("/api/v2"))
    assert found.places.base == "/api/v2"
    assert found.usable


def test_https_is_trusted_by_its_issuer(tmp_path: Path) -> None:
    with EvceSimulator("guide", tls=True, password=PASSWORD) as simulator:
        result = probe(simulator.url, tmp_path, "--ca", str(simulator.ca_file))
    assert result.exit_code == 0, result.output


def test_https_is_trusted_blindly_when_told_to() -> None:
    with EvceSimulator("guide", tls=True, password=PASSWORD) as simulator:
        assert look(simulator.url, verify=False).usable


def test_https_without_its_issuer_names_the_option_and_ends_with_2(tmp_path: Path) -> None:
    with EvceSimulator("guide", tls=True, password=PASSWORD) as simulator:
        result = probe(simulator.url, tmp_path)
    assert result.exit_code == 2
    assert "--ca" in result.stderr


def test_a_wrong_password_is_tried_exactly_once(guide: EvceSimulator, tmp_path: Path) -> None:
    result = probe(guide.url, tmp_path, password="wrong-horse")
    assert result.exit_code == 2
    assert "tried once and not again" in result.stderr
    assert [(entry.method, entry.status) for entry in guide.journal] == [("GET", 401), ("GET", 401)]
    assert "wrong-horse" not in result.output


def test_a_password_that_changes_meanwhile_is_not_tried_again(guide: EvceSimulator) -> None:
    def say(line: str) -> None:
        if "/system" in line:
            guide.accounts.password = "another"

    with pytest.raises(ProbeError, match="tried once and not again"):
        contact.make(Target(guide.url, "bms", PASSWORD, requests_per_second=FAST), SystemClock(), say)
    assert guide.journal.count(status=401) == 2


def test_a_wrong_password_for_a_token_is_tried_exactly_once(guide: EvceSimulator) -> None:
    app = Otherwise(guide, headers={"WWW-Authenticate": "Bearer"})
    with serving(app) as origin, pytest.raises(ProbeError, match=r"by a token from /api/v2/login\. It was tried once"):
        look(origin, password="wrong-horse")
    assert guide.journal.count(method="POST") == 1


def test_a_controller_that_wants_a_token_gets_a_token_login(inner: EvceSimulator, tmp_path: Path) -> None:
    app = Otherwise(inner, headers={"WWW-Authenticate": "Bearer"}, paths={"/auth/token": "/login"})
    with serving(app) as origin:
        found = look(origin)
        assert found.places.authentication == "token"
        assert len(read_site(found, origin, tmp_path).zones) == 3
    assert wrongs(found) == [("POST /login", "path")]


def test_nobody_there_ends_with_2(guide: EvceSimulator, tmp_path: Path) -> None:
    guide.stop()
    result = probe(guide.url, tmp_path)
    assert result.exit_code == 2
    assert "connection refused" in result.stderr


def test_a_server_without_an_api_is_said_to_be_one(inner: EvceSimulator) -> None:
    with serving(Otherwise(inner, prefix="/elsewhere")) as origin, pytest.raises(ProbeError, match="shows no EVCE API"):
        look(origin)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ProbeError, match="is no address"):
        look("controller.local")


def test_a_busy_controller_ends_the_probe_at_once(guide: EvceSimulator) -> None:
    guide.inject("too-many-requests")
    with pytest.raises(ProbeError, match=r"is busy.*start it again in"):
        look(guide.url)
    assert len(guide.journal) == 1


def test_other_spelling_is_found_and_the_proposed_profile_reads_the_site(campus: EvceSimulator, tmp_path: Path) -> None:
    paths = {"/charging-zones": "/zones", "/charge-points": "/stations", "/outlets": "/connectors", "/info": "/system"}
    with serving(Otherwise(campus, snake, "/api/v6", paths)) as origin:
        found = look(origin)
        site = read_site(found, origin, tmp_path)
    assert findings(found, "Zone.maxCurrent").text == "it is spelled max_current here, not maxCurrent"
    assert findings(found, "GET /zones", "path").text == "it is at /charging-zones here, not at /zones"
    assert site.unreadable == {}
    assert (len(site.zones), len(site.stations), len(site.connectors)) == (6, 40, 70)
    assert tomllib.loads(found.texts["profile.toml"])["paths"]["reduction"] == "/charging-zones/{id}/reduction"


def test_a_synonym_is_found_where_no_name_fits(inner: EvceSimulator, tmp_path: Path) -> None:
    def renamed(item: dict[str, Any]) -> dict[str, Any]:
        return {{"numberOfTransactions": "activeTransactions"}.get(key, key): value for key, value in item.items()}

    with serving(Otherwise(inner, renamed)) as origin:
        found = look(origin)
        assert read_site(found, origin, tmp_path).unreadable == {}
    assert wrongs(found) == [("Zone.numberOfTransactions", "field")]


def test_a_field_that_is_nowhere_keeps_its_spelling_and_is_marked_open(inner: EvceSimulator) -> None:
    def without(item: dict[str, Any]) -> dict[str, Any]:
        return {{"maxCurrent": "xyz"}.get(key, key): value for key, value in item.items()}

    with serving(Otherwise(inner, without)) as origin:
        found = look(origin)
    assert findings(found, "Zone.maxCurrent").text == "maxCurrent is nowhere; not understood are xyz"
    assert 'max_current = "maxCurrent"  # open' in found.texts["profile.toml"]


def test_watts_are_told_from_kilowatts(campus: EvceSimulator) -> None:
    with serving(Otherwise(campus, watts)) as origin:
        finding = findings(look(origin), "Connector.activePower", "unit")
    assert finding.word is Word.WRONG
    assert finding.text.startswith("W, not kW")
    assert "a profile cannot express" in finding.advice


@pytest.mark.parametrize(
    ("change", "part", "aspect"),
    [
        (lambda item: item | ({"id": str(item["id"])} if "id" in item else {}), "Zone.id", "field"),
        (
            lambda item: {{"items": "data"}.get(key, key): value for key, value in item.items()},
            "ZonePage.items",
            "field",
        ),
        (
            lambda item: {{"total": "count"}.get(key, key): value for key, value in item.items()},
            "ZonePage.total",
            "field",
        ),
        (lambda item: item.get("items", item), "ZonePage.items", "field"),
    ],
    ids=["ids as texts", "data", "count", "bare list"],
)
def test_what_a_profile_cannot_express_is_wrong_and_said(
    inner: EvceSimulator, change: Change, part: str, aspect: str
) -> None:
    with serving(Otherwise(inner, change)) as origin:
        finding = findings(look(origin), part, aspect)
    assert finding.word is Word.WRONG
    assert "a profile cannot express" in finding.advice


NONSENSE = {
    "time": "2020-01-01T00:00:00Z",
    "setPointCurrent": 9999,
    "status": "Available",
    "zoneId": 77,
    "rmsCurrent": [580.0, 0.0, 0.0],
    "value": 250.0,
    "total": 9,
    "phaseConnection": "L1",
    "expiresIn": None,
    "activePower": 0.13,
}


@pytest.fixture(scope="module")
def at_nonsense(inner: EvceSimulator) -> Contact:
    """Probe a controller of which no value makes sense."""
    app = Otherwise(inner, lambda item: item | {key: value for key, value in NONSENSE.items() if key in item})
    with serving(app) as origin:
        return look(origin)


@pytest.mark.parametrize(
    ("part", "aspect"),
    [
        ("System.time", "clock"),
        ("Zone.setPointCurrent", "maximum"),
        ("Connector.setPointCurrent", "maximum"),
        ("Connector.status", "words"),
        ("Station.zoneId", "meaning"),
        ("Connector.rmsCurrent", "unit"),
        ("Reduction.value", "unit"),
        ("GET /stations", "whole"),
        ("Connector.phaseConnection", "words"),
        ("Token.expiresIn", "field"),
        ("Connector.activePower", "field"),
        ("Zone.setPointPower", "unit"),
    ],
)
def test_an_implausible_value_is_wrong(at_nonsense: Contact, part: str, aspect: str) -> None:
    assert findings(at_nonsense, part, aspect).word is Word.WRONG


def test_a_controller_that_shows_nothing_leaves_everything_open(inner: EvceSimulator) -> None:
    def emptied(item: dict[str, Any]) -> dict[str, Any]:
        return {"items": [], "total": 0} if "items" in item else item

    with serving(Otherwise(inner, emptied, paths={"/nowhere": "/system"})) as origin:
        found = look(origin)
    assert findings(found, "Zone.id").word is Word.OPEN
    assert findings(found, "GET /zones/{id}", "path").word is Word.OPEN
    assert findings(found, "Connector.activePower", "unit").word is Word.OPEN
    assert findings(found, "System.time", "clock").word is Word.OPEN
    assert wrongs(found) == [("GET /system", "path")]


def test_a_controller_that_ignores_limits_and_single_objects_is_found_out(inner: EvceSimulator) -> None:
    page: list[Any] = [{"id": 1}, {"id": 2, "name": "Z2"}]
    app = Otherwise(inner, lambda item: {"items": page, "total": 2} if "items" in item else item)
    with serving(app) as origin:
        found = look(origin)
    assert findings(found, "GET /zones", "limit").text == "limit=1 gives 2 objects"
    assert findings(found, "Zone.name").text == "name is missing in 1 of 2 objects"


def test_a_controller_that_ignores_the_offset_is_found_out(inner: EvceSimulator) -> None:
    app = Otherwise(inner, lambda item: {"items": [{"id": 77}], "total": 2} if "items" in item else item)
    with serving(app) as origin:
        found = look(origin)
    assert findings(found, "GET /zones", "limit").text == "offset=1 does not give the next object"
    assert findings(found, "GET /zones", "whole").text == "2 objects are announced and 1 given"
    assert findings(found, "GET /zones/{id}", "path").text == "status 404, and not the object 77"


def test_a_controller_that_names_no_kind_of_login_gets_basic_or_a_token_as_its_login_call_is_there(
    inner: EvceSimulator,
) -> None:
    with serving(Otherwise(inner, headers={"WWW-Authenticate": ""})) as origin:
        assert look(origin).places.authentication == "token"
    with serving(Otherwise(inner, headers={"WWW-Authenticate": ""}, paths={"/nowhere": "/login"})) as origin:
        found = look(origin)
    assert found.places.authentication == "basic"
    assert findings(found, "POST /login", "path").word is Word.OPEN


def test_where_a_server_sends_on_to_is_said(inner: EvceSimulator) -> None:
    app = Otherwise(inner, prefix="/elsewhere", headers={"Location": "https://controller.example/"})
    with serving(app) as origin, pytest.raises(ProbeError, match=r"sends on to https://controller\.example/"):
        look(origin)


def test_lists_that_anybody_can_read_are_wrong(inner: EvceSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inner.accounts, "admits", lambda _authorization: True)
    assert findings(look(inner.url), "login", "kind").word is Word.WRONG


def test_a_login_without_a_token_is_not_tried_again(inner: EvceSimulator) -> None:
    app = Otherwise(
        inner,
        lambda item: {{"token": "key"}.get(key, key): value for key, value in item.items()},
        headers={"WWW-Authenticate": "Bearer"},
    )
    with serving(app) as origin, pytest.raises(ProbeError, match="gives no token"):
        look(origin)


def test_a_current_reported_on_the_wired_phase_is_wrong(campus: EvceSimulator) -> None:
    def wired(item: dict[str, Any]) -> dict[str, Any]:
        return item | ({"rmsCurrent": [0.0, 16.0, 0.0]} if item.get("phaseConnection") == "mono2" else {})

    with serving(Otherwise(campus, wired)) as origin:
        assert findings(look(origin), "Connector.phaseConnection", "meaning").word is Word.WRONG


def test_a_meter_that_falls_between_two_reads_is_wrong(inner: EvceSimulator) -> None:
    reads = iter(range(1000, 0, -1))
    with serving(Otherwise(inner, lambda item: item | {"activeEnergy": next(reads)})) as origin:
        assert findings(look(origin), "Connector.activeEnergy", "meaning").word is Word.WRONG


def test_the_command_ends_with_1_when_something_is_wrong(inner: EvceSimulator, tmp_path: Path) -> None:
    with serving(Otherwise(inner, snake)) as origin:
        assert probe(origin, tmp_path).exit_code == 1


def test_the_capture_is_free_of_differences_for_the_simulator(at_campus: Contact, tmp_path: Path) -> None:
    at_campus.write(tmp_path)
    compared = compare(read_capture(tmp_path / "capture.json"))
    assert compared.differences == []
    assert "Zone.maxCurrent" in compared.confirmed


def test_names_serials_and_addresses_are_neutral_in_what_is_written(at_campus: Contact) -> None:
    written = "".join(at_campus.texts.values())
    for telling in ("Parking", "R&D", "SN2024", "10.20.", "PN-0", "EVCE simulator", "cpo.example"):
        assert telling not in written
    assert "198.18.0.1" in written


def test_the_same_name_becomes_the_same_neutral_one(at_campus: Contact) -> None:
    exchanges = json.loads(at_campus.texts["capture.json"])["exchanges"]
    names = [
        exchange["body"]["items"][0]["name"]
        for exchange in exchanges
        if exchange["path"] == "/api/v2/zones" and exchange["body"]["items"][0]["id"] == 1
    ]
    assert len(names) > 1
    assert set(names) == {"zone-1"}


def test_unknown_texts_and_numbers_are_neutral_too(inner: EvceSimulator) -> None:
    odd = {"owner": {"phone": "0123", "at": [48.85]}}
    with serving(Otherwise(inner, lambda item: item | (odd if "zoneId" in item else {}))) as origin:
        written = look(origin).texts["capture.json"]
    assert '"owner"' in written
    assert "0123" not in written
    assert "48.85" not in written


def test_names_are_kept_when_told_to_but_never_a_token(campus: EvceSimulator, tmp_path: Path) -> None:
    probe(campus.url, tmp_path, "--keep-names", "--output", str(tmp_path / "out"))
    captured = (tmp_path / "out" / "capture.json").read_text(encoding="utf-8")
    assert "Parking Nord" in captured
    assert '"token": "token-removed"' in captured


def test_no_secret_stands_in_output_or_files(guide: EvceSimulator, tmp_path: Path) -> None:
    result = probe(guide.url, tmp_path, "--output", str(tmp_path / "out"))
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    secrets = {PASSWORD, *guide.accounts._tokens}
    assert len(secrets) == 2
    assert not [secret for secret in secrets if secret in result.output + written]


def test_stamps_name_only_what_is_verified_in_every_respect(at_guide: Contact) -> None:
    stamps = tomllib.loads(at_guide.texts["stamps.toml"])
    assert re.fullmatch(r"verified: site-1, 6, \d{4}-\d\d-\d\d", stamps["Zone"]["maxCurrent"])
    assert "value" not in stamps["Reduction"]
    assert "PUT /zones/{id}/reduction" not in stamps["operations"]


def test_a_folder_that_cannot_be_written_is_named(at_guide: Contact, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ProbeError, match=r"cannot be written .* --output"):
        at_guide.write(tmp_path / "file" / "below")


def test_ca_and_insecure_together_are_refused(guide: EvceSimulator, tmp_path: Path) -> None:
    result = probe(guide.url, tmp_path, "--insecure", "--ca", "x.pem")
    assert result.exit_code == 2
    assert "not both" in result.output
