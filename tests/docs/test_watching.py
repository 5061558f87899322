"""Alert rules, dashboard and the table of HOSTING name what /metrics serves, asked of a connector over HTTP."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
import yaml
from evce_connector.clock import ManualClock
from evce_connector.ews.wire.contract import NAMESPACE
from prometheus_client.parser import text_string_to_metric_families
from requests.auth import HTTPDigestAuth

from tests.support.joined import EWS_PASSWORD, USER, JoinedSite

REFERENCE = Path(__file__).parents[2] / "reference"
RULES = REFERENCE / "deploy" / "prometheus" / "rules.yml"
DASHBOARD = REFERENCE / "deploy" / "grafana" / "evce-connector.json"
SITE = "Depot 7"
SET = f"""<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>
<SetValuesRequest version="1.2" xmlns="{NAMESPACE}"><SetValuesItems><ValueItem>
<Id>Zones/1/ZoneReduction</Id><Value>30</Value></ValueItem></SetValuesItems></SetValuesRequest></s:Body></s:Envelope>"""
_QUERIED = re.compile(r"(evce_connector_\w+)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')


class Series(NamedTuple):
    """One line of /metrics."""

    name: str
    labels: dict[str, str]
    value: float


STRANGE = f"""<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>
<StrangeRequest xmlns="{NAMESPACE}"/></s:Body></s:Envelope>"""


def _post(address: str, password: str, body: str = SET) -> requests.Response:
    login = HTTPDigestAuth(USER, password)
    return requests.post(address, body, headers={"Content-Type": "application/soap+xml"}, auth=login, timeout=20)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Read /metrics after a set-up, a poll, a write, a log run and a refused login."""
    clock = ManualClock()
    portal = {"enabled": True, "address": "http://127.0.0.1:0"}
    with JoinedSite(tmp_path_factory.mktemp("watched"), clock, portal=portal, ews={"server_name": SITE}) as site:
        service = site.service
        assert service.portal
        service.ews.start()
        service.portal.start()
        service.set_up()
        service.poll()
        service.log()
        clock.advance(900)
        service.poll()
        service.log()
        assert _post(service.ews.address, "not-this-one").status_code == 401
        assert "<Success>true</Success>" in _post(service.ews.address, EWS_PASSWORD).text
        assert _post(service.ews.address, EWS_PASSWORD, STRANGE).status_code == 500
        yield requests.get(f"{service.portal.address}/metrics", timeout=20).text


@pytest.fixture(scope="module")
def served(text: str) -> list[Series]:
    return [
        Series(sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def _rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def _dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return found


def _shown() -> list[str]:
    board = _dashboard()
    variables = [variable["definition"] for variable in board["templating"]["list"] if variable["type"] == "query"]
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]] + variables


def _value(served: list[Series], name: str, **labels: str) -> float:
    (found,) = (one.value for one in served if one.name == name and labels.items() <= one.labels.items())
    return found


def test_each_series_bears_the_name_of_its_site(served: list[Series]) -> None:
    assert {one.labels.get("site") for one in served} == {SITE}


@pytest.mark.parametrize(
    ("name", "labels", "count"),
    [
        ("evce_connector_polls_total", {"outcome": "good"}, 2),
        ("evce_connector_poll_seconds_count", {}, 2),
        ("evce_connector_writes_total", {"outcome": "confirmed"}, 1),
        ("evce_connector_ews_requests_total", {"operation": "SetValues", "outcome": "OK"}, 1),
        ("evce_connector_ews_request_seconds_bucket", {"operation": "SetValues", "le": "+Inf"}, 1),
        ("evce_connector_ews_logins_total", {"outcome": "refused"}, 1),
        ("evce_connector_ews_requests_total", {"operation": "unknown"}, 1),
        ("evce_connector_ews_logins_total", {"outcome": "admitted"}, 2),
        ("evce_connector_log_runs_total", {"outcome": "taken"}, 2),
        ("evce_connector_controller_requests_total", {"method": "PUT", "outcome": "2xx"}, 1),
        ("evce_connector_waiting", {"what": "samples"}, 0),
    ],
)
def test_what_happened_is_counted(served: list[Series], name: str, labels: dict[str, str], count: int) -> None:
    assert _value(served, name, **labels) == count


def test_no_client_makes_a_label_of_its_own(text: str) -> None:
    assert "Strange" not in text


@pytest.mark.parametrize("expression", [*(rule["expr"] for rule in _rules()), *_shown()])
def test_what_is_queried_is_served_with_such_labels(served: list[Series], expression: str) -> None:
    values: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in served:
        for label, value in one.labels.items():
            values[one.name, label].add(value)
    queried = _QUERIED.findall(expression)
    assert queried
    for name, matchers in queried:
        assert name in {one.name for one in served}
        for label, _, wanted in _MATCHER.findall(matchers):
            assert wanted == "$site" or set(wanted.split("|")) <= values[name, label]


@pytest.mark.parametrize("rule", _rules(), ids=lambda rule: rule["alert"])
def test_each_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert all(rule["annotations"][part].endswith(".") for part in ("summary", "description"))


@pytest.mark.parametrize("rule", _rules(), ids=lambda rule: rule["alert"])
def test_each_alert_is_of_a_site_and_names_it(rule: dict[str, Any]) -> None:
    assert rule["annotations"]["summary"].startswith("{{ $labels.site }}: ")
    sums = re.findall(r"\bsum by \(([^)]*)\)", rule["expr"])
    assert all("site" in labels.split(", ") for labels in sums)


def test_each_curve_of_the_dashboard_is_of_a_site_and_named_by_it() -> None:
    targets = [target for panel in _dashboard()["panels"] for target in panel["targets"]]
    assert all(target["legendFormat"].startswith("{{site}}") for target in targets)
    by = [labels for target in targets for labels in re.findall(r"\bby \(([^)]*)\)", target["expr"])]
    assert all("site" in labels.split(", ") for labels in by)


def test_prometheus_itself_takes_the_rules() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool, which comes with Prometheus, is not on this machine")
    done = subprocess.run([promtool, "check", "rules", str(RULES)], capture_output=True, text=True, check=False)  # noqa: S603 - found above
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_shows_one_site_or_all() -> None:
    (site,) = (variable for variable in _dashboard()["templating"]["list"] if variable["name"] == "site")
    assert site["includeAll"]
    assert all('site=~"$site"' in expression for expression in _shown() if not expression.startswith("label_values"))


def test_panels_of_the_dashboard_lie_beside_each_other() -> None:
    places = [
        (x, y)
        for panel in _dashboard()["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))


def test_hosting_has_each_metric_with_its_kind_and_labels(text: str) -> None:
    found = set()
    for family in text_string_to_metric_families(text):
        ending = "_total" if family.type == "counter" else ""
        labels = {label for sample in family.samples for label in sample.labels} - {"site", "le"}
        found.add((f"{family.name}{ending}", family.type, frozenset(labels)))
    rows = re.findall(
        r"^\| `(evce_connector_\w+)` \| (\w+) \| (.*?) \|", (REFERENCE / "HOSTING.md").read_text("utf-8"), re.MULTILINE
    )
    assert {(name, kind, frozenset(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows} == found
