"""gSOAP's C++ server, made from the contract: the anchor of the reads. Left out, by name, where it cannot be made."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import evce_connector

WSDL = Path(evce_connector.__file__).parent / "ews" / "wire" / "DataExchange.wsdl"
SOURCE = Path(__file__).parent / "gsoap_server.cpp"
TOOLS = ("wsdl2h", "soapcpp2", "g++")
_HEADER = Path("/usr/include/stdsoap2.h")
_OPERATION = re.compile(r"virtual int (\w+)\((_ns1__\w+ \*\w+, _ns1__\w+ &\w+)\) SOAP_PURE_VIRTUAL")
_SERVICE = "soapDataExchangeSoap12Service"


def why_missing() -> str:
    """Say what keeps gSOAP's server from being made here; empty when nothing does."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not missing and not _HEADER.exists():
        missing = [_HEADER.name]
    return f"gSOAP is left out: {', '.join(missing)} not found (packages gsoap, libgsoap-dev, g++)" if missing else ""


def build() -> Path:
    """Generate and compile the server, once for each version of contract and source; returns the program."""
    version = hashlib.sha256(WSDL.read_bytes() + SOURCE.read_bytes()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"evce-bench-gsoap-{version}"
    program = folder / "server"
    if not program.exists():
        folder.mkdir(exist_ok=True)
        _run(folder, "wsdl2h", "-o", "ews.h", str(WSDL))
        _run(folder, "soapcpp2", "-S", "-2", "-i", "-L", "-x", "-I/usr/share/gsoap/import", "ews.h")
        service = (folder / f"{_SERVICE}.h").read_text(encoding="utf-8")
        (folder / "others.cpp").write_text(_others(service), encoding="utf-8")
        sources = ["soapC.cpp", f"{_SERVICE}.cpp", "others.cpp", str(SOURCE)]
        _run(folder, "g++", "-O2", "-w", "-I.", "-o", "server.new", *sources, "-lgsoap++")
        (folder / "server.new").replace(program)
    return program


def _others(service: str) -> str:
    """Define the operations that the benchmark does not call: not offered."""
    defined = [
        f"int DataExchangeSoap12Service::{name}({parameters}) {{ return SOAP_NO_METHOD; }}"
        for name, parameters in _OPERATION.findall(service)
        if name != "GetValues"
    ]
    return "\n".join([f'#include "{_SERVICE}.h"', *defined, ""])


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=170)  # noqa: S603 - the tools above
