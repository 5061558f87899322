"""The charge controller of a site: its lists, read as any client of API v6 reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
import urllib3
from ebo_simulator.clock import Clock
from evce_acceptance.site.approval import NOT_APPROVED, Approval, GuardedAdapter
from evce_acceptance.site.objects import Json, Report
from evce_acceptance.site.settings import Controller
from evce_acceptance.site.wire import Pace, WireLog
from requests.auth import HTTPBasicAuth

PAGE = 1000
LISTS = ("zones", "stations", "connectors")


class ControllerError(Exception):
    """The controller cannot be used as it is set up; the message says what to look at."""


class SiteController:
    """A client of one controller; every request is paced and logged, and none changes anything without approval.

    What changes the site is for leases only: they journal it first, and restore it. ControllerError for what fails.
    """

    def __init__(
        self, login: Controller, pace: Pace, log: WireLog, clock: Clock, approval: Approval = NOT_APPROVED
    ) -> None:
        self._login, self._base = login, login.url.rstrip("/")
        self.seen: dict[str, Any] = {}
        """What was read of it last, as it came, by path and query."""
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Connection"] = "close"  # a kept one may be closed by the server just as it is used again
        self._session.verify = str(login.verify_tls) if isinstance(login.verify_tls, Path) else login.verify_tls
        if login.verify_tls is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # said by the site's file itself
        if login.authentication == "basic":
            self._session.auth = HTTPBasicAuth(login.user.encode(), login.secret.encode())
        adapter = GuardedAdapter("controller", pace, log, clock, approval)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def system(self) -> Json:
        """Ask who answers."""
        return self._object("/system")

    def now(self) -> datetime:
        """Ask for the controller's own time, UTC: validities are judged by it."""
        text = str(self.system().get("time", ""))
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as error:
            raise ControllerError(f"{self._base}/system gives no time but {text!r}.") from error
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)

    def zone(self, number: int) -> Json:
        """Read one zone."""
        return self._understood(self._object(f"/zones/{number}"))

    def connector(self, number: int) -> Json:
        """Read one connector, by the controller's id."""
        return self._object(f"/connectors/{number}")

    def put_reduction(self, zone: int, value: float, validity: str) -> None:
        """Set a zone's reduction, the per cent taken away, until an instant in UTC; for leases only."""
        body = {"value": self._turned(value), "type": "percentage", "validity": validity, "validityMode": "absolute"}
        self._call("PUT", f"/zones/{zone}/reduction", body)

    def delete_reduction(self, zone: int) -> None:
        """Clear a zone's reduction; for leases only."""
        self._call("DELETE", f"/zones/{zone}/reduction")

    def put_availability(self, connector: int, *, available: bool) -> None:
        """Make a connector operative or inoperative; for leases only."""
        self._call("PUT", f"/connectors/{connector}/availability", {"available": available})

    def report(self) -> Report:
        """Read all lists to their last page."""
        report = {name: self._list(name) for name in LISTS}
        return report | {"zones": [self._understood(zone) for zone in report["zones"]]}

    def _understood(self, zone: Json) -> Json:
        """Return a zone whose reduction speaks of the part that is taken away, whatever its controller's does."""
        reduction = zone.get("reduction")
        if not isinstance(reduction, dict):
            return zone
        return zone | {"reduction": reduction | {"value": self._turned(reduction.get("value"))}}

    def _turned(self, percent: Any) -> Any:  # noqa: ANN401 - decoded JSON
        left = self._login.reduction_percent == "left" and isinstance(percent, int | float)
        return round(100 - percent, 6) if left else percent

    def _list(self, name: str) -> list[Json]:
        items: list[Json] = []
        total = 1
        while len(items) < total:
            page = self._get(f"/{name}?limit={PAGE}&offset={len(items)}")
            if not (
                isinstance(page, dict) and isinstance(page.get("items"), list) and isinstance(page.get("total"), int)
            ):
                raise ControllerError(f"{self._base}/{name} is no page with items and total; is it the API's address?")
            if not page["items"] and len(items) < page["total"]:
                raise ControllerError(f"{self._base}/{name} announces {page['total']} and gives {len(items)}.")
            items += page["items"]
            total = page["total"]
        return items

    def _object(self, path: str) -> Json:
        answer = self._get(path)
        if not isinstance(answer, dict):
            raise ControllerError(f"{self._base}{path} is no JSON object; is it the API's address?")
        return answer

    def _get(self, path: str) -> Any:  # noqa: ANN401 - decoded JSON
        self.seen[path] = document = self._call("GET", path)
        return document

    def _call(self, method: str, path: str, body: Json | None = None) -> Any:  # noqa: ANN401 - as above
        """Send one request, with a new token when the old one is refused."""
        if self._login.authentication == "token" and "Authorization" not in self._session.headers:
            self._log_in()
        response = self._send(method, path, body)
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._login.authentication == "token":
            self._log_in()
            response = self._send(method, path, body)
        return self._decoded(path, response)

    def _log_in(self) -> None:
        self._session.headers.pop("Authorization", None)
        credentials = {"login": self._login.user, "password": self._login.secret}
        answer = self._decoded("/login", self._send("POST", "/login", credentials))
        if not isinstance(answer, dict) or not isinstance(answer.get("token"), str):
            raise ControllerError(f'{self._base}/login gives no token; try controller.authentication = "basic".')
        self._session.headers["Authorization"] = f"Bearer {answer['token']}"

    def _send(self, method: str, path: str, body: Json | None) -> requests.Response:
        url = self._base + path
        try:
            return self._session.request(method, url, json=body, timeout=self._login.timeout, allow_redirects=False)
        except requests.exceptions.SSLError as error:
            raise ControllerError(
                f"The certificate of {self._base} is not trusted; point controller.verify_tls at its CA file."
            ) from error
        except requests.Timeout as error:
            raise ControllerError(f"{url} did not answer within {self._login.timeout:g} s.") from error
        except requests.RequestException as error:
            raise ControllerError(f"{url} cannot be reached; check controller.url and the network.") from error

    def _decoded(self, path: str, response: requests.Response) -> Any:  # noqa: ANN401 - as above
        where = path.partition("?")[0]
        if response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise ControllerError(f"{self._base} refuses the login {self._login.user!r}; check user and password.")
        if response.status_code != HTTPStatus.OK:
            said = _detail(response)
            raise ControllerError(f"{self._base}{where} answers with status {response.status_code}{said}.")
        try:
            return response.json()
        except ValueError as error:
            raise ControllerError(f"{self._base}{where} answers with something that is not JSON.") from error


def _detail(response: requests.Response) -> str:
    """Return what a problem document says, after a colon."""
    try:
        detail = response.json().get("detail") or ""
    except (ValueError, AttributeError):
        return ""
    return f": {str(detail).rstrip('.')}" if detail else ""
