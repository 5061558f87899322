"""A C client that gSOAP makes of the served WSDL does what Building Operation, itself built on gSOAP, does."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import requests
from evce_connector.clock import ManualClock
from evce_connector.ews.server import EwsServer, EwsStores
from evce_connector.ews.settings import EwsSettings
from evce_connector.points.tree import Tree
from evce_connector.store.alarm_states import Acknowledge, Condition
from evce_connector.store.history import Sample
from evce_connector.values import State

from tests.ews.conftest import WRITER, Notebook, Serve

PLUGINS = Path("/usr/share/gsoap/plugin")
NEEDED = ("wsdl2h", "soapcpp2", "gcc", "pkg-config")
MISSING = [tool for tool in NEEDED if shutil.which(tool) is None]
if not (PLUGINS / "httpda.c").exists():
    MISSING.append("gSOAP's http_da plugin")
if not Path("/usr/include/openssl/ssl.h").exists():
    MISSING.append("libssl-dev")

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"gSOAP client: {', '.join(MISSING)} not installed")

EXPECTED = """\
version 1.2, 19 operations
container Server: 0 values, 0 histories, 0 alarms
container Site: 0 values, 0 histories, 0 alarms
container Zones/1: 5 values, 0 histories, 0 alarms
container Zones/1/OverallConsumptionLogs: 0 values, 1 histories, 0 alarms
container Stations/1: 2 values, 0 histories, 1 alarms
read 0.0, state 0
write succeeded
history of 2 records in kW, the last 2.5 at 1767226500
alarm Stations/1/Alarm, priority 100: faulted
acknowledge succeeded
subscribed for PT30M
notified of Zones/1/ZoneName
then of 0 changes
fault MISSING_ID_LIST
"""


FREE = "http://127.0.0.1:0/EcoStruxure/DataExchange"


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=50, check=False)  # noqa: S603 - the tools under test
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make stubs of the served WSDL and compile the client with gSOAP's own digest plugin."""
    folder = tmp_path_factory.mktemp("gsoap")
    with EwsServer(Tree("any"), EwsSettings(address=FREE), ManualClock()) as server:
        (folder / "served.wsdl").write_bytes(requests.get(f"{server.address}?wsdl", timeout=5).content)
    _run(folder, "wsdl2h", "-c", "-o", "contract.h", "served.wsdl")
    _run(folder, "soapcpp2", "-c", "-C", "-L", "-x", "contract.h")
    flags = _run(folder, "pkg-config", "--cflags", "gsoapssl").split()
    sources = [str(Path(__file__).with_name("gsoap_client.c")), "soapC.c", "soapClient.c"]
    sources += [str(PLUGINS / f"{name}.c") for name in ("httpda", "smdevp", "threads")]
    libraries = ["-lgsoapssl", "-lssl", "-lcrypto", "-lz", "-lpthread"]
    _run(folder, "gcc", "-O0", "-w", "-I.", f"-I{PLUGINS}", *flags, *sources, *libraries, "-o", "client")
    return folder / "client"


@pytest.fixture
def site(stores: EwsStores, tree: Tree, clock: ManualClock) -> None:
    """Two samples in the log, and a station that is faulted."""
    log = "Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings"
    stores.history.append([(log, Sample(clock.now(), 1.5, State.GOOD))])
    clock.advance(900)
    stores.history.append([(log, Sample(clock.now(), 2.5, State.GOOD))])
    condition = Condition(True, 100, "EVCE Fault", "faulted", Acknowledge.REQUIRED)
    stores.alarms.move([(tree.get("Stations/1/Alarm"), condition)], clock.now())


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_gsoap_client_discovers_reads_writes_acknowledges_and_subscribes(
    client: Path, serve: Serve, notebook: Notebook, algorithm: str
) -> None:
    with serve(address=FREE, algorithms=(algorithm,)) as server:
        shown = _run(client.parent, str(client), server.address, WRITER.name, WRITER.password)
    assert shown == EXPECTED
    assert notebook.written == [("Zones/1/ZoneReduction", 12.5)]
