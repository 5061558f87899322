"""What the pages of the site need beside its tree: its logs, alarms and ledgers, and who writes."""

from __future__ import annotations

from dataclasses import dataclass

from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.commands import CommandLedger
from evce_connector.persistence.history import HistoryStore
from evce_connector.persistence.ledger import SiteLedger
from evce_connector.persistence.refused_writes import RefusedWrites
from evce_connector.points.write_request import Writer


@dataclass(frozen=True)
class SiteParts:
    """The very stores that the EWS server reads, and the writer that it writes by."""

    history: HistoryStore
    alarms: AlarmLog
    commands: CommandLedger
    refused: RefusedWrites
    changes: SiteLedger
    writer: Writer
