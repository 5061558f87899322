"""A C client that gSOAP makes of the served WSDL does what Building Operation, itself built on gSOAP, does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import requests

from tests.clients.programs import HERE, Program, need
from tests.clients.proxy import Proxy
from tests.clients.site import READ, Site, running_site
from tests.clients.test_clients import judge

pytestmark = pytest.mark.once

PLUGINS = Path("/usr/share/gsoap/plugin")
PACKAGES = "gsoap libgsoap-dev libssl-dev zlib1g-dev pkg-config gcc"
PROBE = (
    "sh",
    "-c",
    f"command -v wsdl2h soapcpp2 gcc && pkg-config gsoapssl openssl zlib && test -e {PLUGINS}/httpda.c",
)


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=50, check=False)  # noqa: S603 - the tools under test
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Make stubs of the served WSDL and compile the client with gSOAP's own digest plugin."""
    need(PACKAGES, PROBE)
    folder = tmp_path_factory.mktemp("gsoap")
    with running_site(folder) as site:
        (folder / "served.wsdl").write_bytes(requests.get(f"{site.address}?wsdl", timeout=20).content)
    _run(folder, "wsdl2h", "-c", "-o", "contract.h", "served.wsdl")
    _run(folder, "soapcpp2", "-c", "-C", "-L", "-x", "contract.h")
    flags = _run(folder, "pkg-config", "--cflags", "gsoapssl").split()
    sources = [str(HERE / "gsoap_client.c"), "soapC.c", "soapClient.c"]
    sources += [str(PLUGINS / f"{name}.c") for name in ("httpda", "smdevp", "threads")]
    libraries = ["-lgsoapssl", "-lssl", "-lcrypto", "-lz", "-lpthread"]
    _run(folder, "gcc", "-O0", "-w", "-I.", f"-I{PLUGINS}", *flags, *sources, *libraries, "-o", "client")
    return Program("gsoap", (str(folder / "client"),), PACKAGES, PROBE, computes_sha_256=True)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_gsoap_client_does_every_step_subscribes_and_understands_a_fault(
    client: Program, tmp_path: Path, algorithm: str, subtests: pytest.Subtests
) -> None:
    with running_site(tmp_path, digest=[algorithm]) as site:
        steps = judge(site, client, site.address, subtests)
    assert steps["subscribe"] == {"expires": "PT30M", "notified": READ[0], "changes": 0}
    assert steps["fault"] == {"reason": "MISSING_ID_LIST"}


def test_a_gsoap_client_does_every_step_through_nginx(
    client: Program, site: Site, proxy: Proxy, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    with proxy.pass_to(site.address, tmp_path):
        judge(site, client, f"http://{proxy.place}/EcoStruxure/DataExchange", subtests)
