"""A connector with one change of features/mutants, as a process of its own; for acceptance runs that should notice.

Run as a module with the mutant's id ("" for the connector as it is), a folder, the controller's address, what its
reductions say ("taken" or "left"), and how fast time runs. It says its EWS address, and ends when its input does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from features.mutants.patches import Importer
from features.mutants.table import mutants

PASSWORDS = {"controller": "Charge-22", "connector": "Building-7"}


def serve(id_: str, folder: Path, controller: str, reductions: str, speed: float) -> None:
    """Serve until the input ends."""
    if id_:
        (wrong,) = (one for one in mutants() if one.id == id_)
        Importer(wrong.patch).install()
    from evce_connector import config  # noqa: PLC0415 - after the change, which is made as modules are imported
    from evce_connector.clock import ScaledClock  # noqa: PLC0415
    from evce_connector.evce.profile import PROFILES  # noqa: PLC0415
    from evce_connector.host.service import ConnectorService  # noqa: PLC0415

    profile = folder / "profile.toml"
    text = (PROFILES / "v6.toml").read_text(encoding="utf-8")
    profile.write_text(text.replace('reduction_percent = "taken"', f'reduction_percent = "{reductions}"'), "utf-8")
    settings = {
        "evce": {
            "base_url": controller,
            "login": "bms",
            "password": PASSWORDS["controller"],
            "profile": str(profile),
        },
        "ews": {
            "address": "http://127.0.0.1:0/EcoStruxure/DataExchange",
            "username": "ebo",
            "password": PASSWORDS["connector"],
        },
        "portal": {"enabled": False},
        "storage": {"url": f"sqlite:///{(folder / 'connector.db').as_posix()}"},
    }
    with ConnectorService(config.parse(settings, environment={}), ScaledClock(speed)) as service:
        sys.stdout.write(f"{service.ews.address}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4], float(sys.argv[5]))
