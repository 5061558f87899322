"""HTTP under the SOAP client: digest login, TLS trust, time-outs, and causes told as sentences."""

from __future__ import annotations

import ssl
from functools import partial
from typing import TYPE_CHECKING

import requests
import urllib3
import zeep
from requests.auth import HTTPDigestAuth

from ebo_simulator.clock import SystemClock
from ebo_simulator.errors import (
    BadOptionError,
    EboError,
    LoginRefusedError,
    NoServiceError,
    ServerTooSlowError,
    ServerUnreachableError,
    UnreadableAnswerError,
    UntrustedCertificateError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LONGEST = 200
"""Letters of what a server says in its own words."""
HUNG_UP = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)  # RemoteDisconnected is among the first
XML_TYPES = ("application/soap+xml", "text/xml", "application/xml")


class EwsTransport(zeep.Transport):
    """One session with one EWS server; it remembers the HTTP status and size of the last answer.

    Environment variables for proxies and certificates are not read: what the options say is what happens.
    """

    def __init__(self, user: str, password: str, timeout: float, verify: bool | str) -> None:
        session = requests.Session()
        session.trust_env = False
        session.auth = HTTPDigestAuth(user, password) if user else None
        session.verify = verify
        super().__init__(  # type: ignore[no-untyped-call]  # zeep's constructors carry no types
            session=session, timeout=timeout, operation_timeout=timeout
        )
        self.user = user
        self.last_status: int | None = None
        self.last_size = 0

    def post(self, address: str, message: bytes, headers: Mapping[str, str]) -> requests.Response:
        """Send one request; only an answer that may be SOAP comes back.

        UntrustedCertificateError, NoTlsError, ServerTooSlowError or ServerUnreachableError when no answer came,
        LoginRefusedError, NoServiceError or UnreadableAnswerError when it is no SOAP, BadOptionError when the address
        is none, or the CA file holds no certificate.
        """
        operation = _operation(headers)
        self.last_size = 0
        try:
            response = self._sent(operation, address, message, headers)
        except requests.exceptions.SSLError as cause:
            raise self._untrusted(cause, address) from cause
        except (requests.exceptions.ReadTimeout, requests.exceptions.ConnectTimeout) as cause:
            raise ServerTooSlowError(address, operation, self.operation_timeout) from cause
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as cause:
            raise BadOptionError(
                f"The address {address!r} cannot be used; write it as http://HOST:PORT/PATH."
            ) from cause
        except requests.RequestException as cause:
            raise ServerUnreachableError(address, _innermost(cause)) from cause
        self.last_status = response.status_code
        self.last_size = len(response.content)
        self._refuse_what_is_no_soap(address, operation, response)
        return response

    def _untrusted(self, cause: requests.exceptions.SSLError, address: str) -> EboError:
        from ebo_simulator.tls_trouble import why_untrusted  # noqa: PLC0415 - it reads certificates, which is seldom needed

        refusal = _bottom(cause)
        if not isinstance(refusal, ssl.SSLError):
            return UntrustedCertificateError(address, _innermost(cause))
        return why_untrusted(cause, refusal, address, self.session.verify or False, SystemClock().now())

    def _sent(self, operation: str, address: str, message: bytes, headers: Mapping[str, str]) -> requests.Response:
        """Send a request, once more if it only reads and the server closed a kept connection in that moment."""
        send = partial(self.session.post, address, data=message, headers=headers, timeout=self.operation_timeout)
        try:
            return send()
        except requests.ConnectionError as cause:
            if not (operation.startswith("Get") and isinstance(_bottom(cause), HUNG_UP)):
                raise
        return send()

    def _refuse_what_is_no_soap(self, address: str, operation: str, response: requests.Response) -> None:
        status = response.status_code
        if status in (401, 403, 429):
            raise LoginRefusedError(address, self.user, status, _said(response))
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type in XML_TYPES and response.content:
            return
        if status == requests.codes.not_found:
            raise NoServiceError(address, status)
        cause = f"it is {media_type or 'of no stated type'}" if response.content else "it is empty"
        if said := _said(response):
            cause = f"{cause}, and says: {said}"
        raise UnreadableAnswerError(operation, cause, status)


def _said(response: requests.Response) -> str:
    """Return the server's own sentence on one line, if it sent plain text instead of an answer."""
    if not response.headers.get("Content-Type", "").startswith("text/plain"):
        return ""
    return " ".join(response.text.split())[:_LONGEST].removesuffix(".")


def trust(ca: Path | None, *, insecure: bool) -> bool | str:
    """Say whose certificates are good: the system's issuers, those in the PEM file `ca`, or any at all.

    BadOptionError when there is no such file.
    """
    if insecure:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # said once by the option itself
        return False
    if ca is None:
        return True
    if not ca.is_file():
        raise BadOptionError(f"The CA file {ca} does not exist; name a PEM file with --ca.")
    return str(ca)


def _operation(headers: Mapping[str, str]) -> str:
    """Name the operation of a request by its action, which ends in .../<operation>In."""
    action = headers.get("Content-Type", "").rpartition("/")[2]
    return action.strip('"').removesuffix("In")


def _bottom(error: BaseException) -> BaseException:
    """Find the first cause in a chain of library errors."""
    while True:
        below = error.__cause__ or error.__context__ or getattr(error, "reason", None)
        if not isinstance(below, BaseException):
            return error
        error = below


def _innermost(error: BaseException) -> str:
    """Say what lies at the bottom of a chain of library errors, without their object addresses."""
    first = _bottom(error)
    text = str(first) if not isinstance(first, OSError) else first.strerror or str(first)
    return text.rpartition(": ")[2] if " object at 0x" in text else text
