"""Faults: what a client gets when a whole call cannot be answered, in the form of docs/ews.md (Ids and the tree)."""

from __future__ import annotations

from evce_connector.errors import ConnectorError
from evce_connector.ews.wire.contract import FAULT_NAMESPACE
from evce_connector.ews.wire.text import escape

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
CONTENT_TYPES = {SOAP_11: "text/xml; charset=utf-8", SOAP_12: "application/soap+xml; charset=utf-8"}

_CODES_11 = {"Sender": "Client", "Receiver": "Server"}
_OURS = {"Operation_Failed", "TimeOut"}
"""Faults that are the server's doing; all others are the sender's."""
_REASONS = {"InvalidRequest": "INVALID_REQUEST"}


class EwsServerError(ConnectorError):
    """The EWS server cannot run as it is configured."""


class AddressInUseError(EwsServerError):
    """Another program listens at the address, or this machine does not have it."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"ews.address: {cause}")


class EwsFault(ConnectorError):  # noqa: N818 - a fault is what SOAP calls it
    """A whole call that cannot be answered: the fault's name in the contract and a text for humans.

    The text must not repeat what the client sent (CVE-2025-6438). `status` is the HTTP status where it is not the
    configured one for faults.
    """

    def __init__(self, name: str, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.name = name
        self.status = status

    @property
    def code(self) -> str:
        """SOAP 1.2 fault code."""
        return "Receiver" if self.name in _OURS else "Sender"

    @property
    def reason(self) -> str:
        """Reason text: the name in upper case."""
        return _REASONS.get(self.name, self.name.upper())


class VersionMismatch(EwsFault):
    """The envelope is of neither SOAP version."""

    def __init__(self) -> None:
        super().__init__("InvalidRequest", "The request is no SOAP 1.2 (or 1.1) envelope.")

    @property
    def code(self) -> str:
        """SOAP 1.2 fault code."""
        return "VersionMismatch"


class MustUnderstand(EwsFault):
    """The envelope has a header that must be understood, and is not."""

    def __init__(self) -> None:
        text = "The request has a header with mustUnderstand that this server does not know, such as WS-Security's."
        super().__init__("InvalidRequest", text)

    @property
    def code(self) -> str:
        """SOAP 1.2 fault code."""
        return "MustUnderstand"


def invalid_request(text: str, status: int | None = None) -> EwsFault:
    """Return the fault of a request that cannot be read."""
    return EwsFault("InvalidRequest", text, status)


def not_supported(text: str) -> EwsFault:
    """Return the fault of an operation that is not offered."""
    return EwsFault("Operation_Not_Supported", text)


def write_fault(fault: EwsFault, namespace: str = SOAP_12) -> bytes:
    """Write a fault as an envelope of the SOAP version that the client speaks."""
    detail = f'<f:Fault_{fault.name} xmlns:f="{FAULT_NAMESPACE}">{escape(str(fault))}</f:Fault_{fault.name}>'
    if namespace == SOAP_11:
        code = _CODES_11.get(fault.code, fault.code)
        body = f"<faultcode>s:{code}</faultcode><faultstring>{fault.reason}</faultstring><detail>{detail}</detail>"
    else:
        body = (
            f"<s:Code><s:Value>s:{fault.code}</s:Value></s:Code>"
            f'<s:Reason><s:Text xml:lang="en">{fault.reason}</s:Text></s:Reason><s:Detail>{detail}</s:Detail>'
        )
    return wrap(f"<s:Fault>{body}</s:Fault>".encode(), namespace=namespace)


def wrap(*content: bytes, namespace: str = SOAP_12) -> bytes:
    """Put a message into an envelope; its parts are joined here and nowhere before, for an answer may be large."""
    head = b'<?xml version="1.0" encoding="utf-8"?>\n<s:Envelope xmlns:s="%s"><s:Body>' % namespace.encode()
    return b"".join((head, *content, b"</s:Body></s:Envelope>"))
