"""A bare server as one would write it first: cheroot, and lxml that builds the answer element by element. A child."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cheroot import wsgi
from lxml import etree

from load.messages import NAMESPACE
from load.processes import serve

_SOAP = "http://www.w3.org/2003/05/soap-envelope"
PATH = "/EcoStruxure/DataExchange"

Values = dict[str, tuple[str, str]]
"""State and value by id."""


def answer(body: bytes, values: Values) -> bytes:
    """Answer a GetValues."""
    root = etree.fromstring(body)
    envelope = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"s": _SOAP, "d": NAMESPACE})
    response = etree.SubElement(etree.SubElement(envelope, f"{{{_SOAP}}}Body"), f"{{{NAMESPACE}}}GetValuesResponse")
    response.set("version", "1.2")
    items = etree.SubElement(response, f"{{{NAMESPACE}}}GetValuesItems")
    for id_ in root.iter(f"{{{NAMESPACE}}}Id"):
        state, value = values[id_.text or ""]
        item = etree.SubElement(items, f"{{{NAMESPACE}}}ValueItem")
        for name, text in (("Id", id_.text), ("State", state), ("Value", value)):
            etree.SubElement(item, f"{{{NAMESPACE}}}{name}").text = text
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")


def main() -> None:
    """Serve the values of the file that the argument names."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    values = {id_: (state, value) for id_, state, value in (line.split("\t") for line in lines)}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = answer(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])), values)
        start_response(
            "200 OK", [("Content-Type", "application/soap+xml; charset=utf-8"), ("Content-Length", str(len(body)))]
        )
        return [body]

    server = wsgi.Server(("127.0.0.1", 0), application)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    serve({"url": f"http://127.0.0.1:{server.bind_addr[1]}{PATH}"}, {})
    server.stop()
    thread.join()


if __name__ == "__main__":
    main()
