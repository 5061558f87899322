"""Reads an envelope without trusting it: no DTD, no entities, UTF-8 only, nothing of it repeated in a fault."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from evce_connector.ews.wire.faults import SOAP_11, SOAP_12, MustUnderstand, VersionMismatch, invalid_request

_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_TRUE = ("1", "true")
_OUR_ROLES = frozenset(
    {
        "",
        "http://schemas.xmlsoap.org/soap/actor/next",
        f"{SOAP_12}/role/next",
        f"{SOAP_12}/role/ultimateReceiver",
    }
)
_UNDERSTOOD = frozenset({"http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"})
_NOT_UTF8 = "The request must be encoded in UTF-8."


class Envelope(NamedTuple):
    """A request: the namespace of its SOAP version, and the one element of its body."""

    namespace: str
    content: etree._Element


def parse(body: bytes) -> Envelope:
    """Read an envelope.

    VersionMismatch when it is of another SOAP than 1.1 and 1.2, MustUnderstand when it insists on a header, and another
    EwsFault when it is no XML or holds no single request.
    """
    root = _parse_xml(body)
    namespace, _, name = root.tag[1:].rpartition("}")
    if name != "Envelope" or namespace not in (SOAP_11, SOAP_12):
        raise VersionMismatch
    bodies = root.findall(f"{{{namespace}}}Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        raise invalid_request("The envelope must have one Body with one request in it.")
    if any(_is_foreign(header, namespace) for block in root.iterfind(f"{{{namespace}}}Header") for header in block):
        raise MustUnderstand
    return Envelope(namespace, bodies[0][0])


def _is_foreign(header: etree._Element, namespace: str) -> bool:
    """Tell whether a header must be understood by us (SOAP 1.2 part 1, section 5.2; 1.1, section 4.2) and is not.

    Headers for another role are not ours to judge. Of those that clients send, WS-Addressing's say what we know anyway:
    that the request is for us, and that the answer comes on its connection. WS-Security's would have to be checked.
    """
    must = header.get(f"{{{namespace}}}mustUnderstand", "").strip()
    if must not in _TRUE:
        return False
    role = header.get(f"{{{namespace}}}{'actor' if namespace == SOAP_11 else 'role'}", "").strip()
    return role in _OUR_ROLES and etree.QName(header).namespace not in _UNDERSTOOD


def namespace_of(body: bytes) -> str:
    """Guess the SOAP version of a body that cannot be read, for the fault that answers it."""
    return SOAP_11 if SOAP_11.encode() in body[:1000] and SOAP_12.encode() not in body[:1000] else SOAP_12


def _parse_xml(body: bytes) -> etree._Element:
    if not body.strip():
        raise invalid_request("The request has no body; a SOAP envelope is expected.")
    if b"\0" in body[:4] or body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise invalid_request(_NOT_UTF8)
    if b"<!DOCTYPE" in body:
        raise invalid_request("Document type definitions are refused.")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        if "encoding" in (error.msg or ""):
            raise invalid_request(_NOT_UTF8) from error
        line, column = error.position
        raise invalid_request(f"The request is not well-formed XML (line {line}, column {column}).") from error
    if (root.getroottree().docinfo.encoding or "utf-8").lower() not in _UTF8:
        raise invalid_request(_NOT_UTF8)
    return root
