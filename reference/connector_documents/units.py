"""The units in `deploy/systemd`: as `evce-connector service install` writes them for a program in /opt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evce_connector.host.systemd import unit_for
from evce_connector.host.unit import CONFIGURATIONS, NAME, USUAL, Unit

PROGRAM = f"/opt/{NAME}/bin/{NAME}"
_FOLDER = Path(__file__).parents[1] / "deploy" / "systemd"


@dataclass(frozen=True)
class UnitDocument:
    """A unit's file, which is written like a document."""

    unit: Unit

    @property
    def DOCUMENT(self) -> Path:  # noqa: N802 - as the modules of the other documents have it
        """Where it stands."""
        return _FOLDER / self.unit.file_name

    def document(self) -> str:
        """Write it."""
        return self.unit.text()


ONE = UnitDocument(Unit([PROGRAM], CONFIGURATIONS / f"{NAME}.toml", USUAL))
TEMPLATE = UnitDocument(unit_for(None, [PROGRAM], is_template=True))
