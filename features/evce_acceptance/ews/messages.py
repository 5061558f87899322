"""Requests as they are sent, and places in answers: plain text, for a conformance test must write anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from evce_acceptance.ews.contract import NAMESPACE, operations
from lxml import etree

SOAP = "http://www.w3.org/2003/05/soap-envelope"
SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"


def content_type(operation: str) -> str:
    """Return the media type of a request, with the action."""
    return f'application/soap+xml; charset=utf-8; action="{NAMESPACE}/{operation}In"'


def request(operation: str, version: str, content: str = "", **attributes: str) -> str:
    """Write the request element of an operation."""
    tag = operations()[operation].request
    others = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<{tag} xmlns="{NAMESPACE}" version="{version}"{others}>{content}</{tag}>'


def envelope(body: str, header: str = "", namespace: str = SOAP) -> bytes:
    """Put a request into an envelope."""
    text = f'<s:Envelope xmlns:s="{namespace}">{header}<s:Body>{body}</s:Body></s:Envelope>'
    return f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()


def element(name: str, *content: str) -> str:
    """Put written content between the tags of an element."""
    return f"<{name}>{''.join(content)}</{name}>"


def fields(**texts: str | None) -> str:
    """Write an element with a text for each name; None leaves it out."""
    return "".join(element(name, escape(text)) for name, text in texts.items() if text is not None)


def listed(name: str, texts: Iterable[str], inner: str = "Id") -> str:
    """Write a list of ids."""
    return element(name, *(element(inner, escape(text)) for text in texts))


def text(node: etree._Element | None, path: str) -> str:
    """Return the text at a path of names below an element; empty where it is not there."""
    found = None if node is None else node.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return "" if found is None else found.text or ""


def has(node: etree._Element, name: str) -> bool:
    """Tell whether an element has a child of that name."""
    return node.find(f"{{*}}{name}") is not None


def every(node: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Yield all elements of a name, at any depth."""
    return iter(()) if node is None else node.iter(f"{{*}}{name}")


def local(node: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return str(node.tag).rpartition("}")[2]
