"""What is said when the connector ends and its database did not take all that it was given: memory is lost then."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.host.stores import Stores
from evce_connector.processors.interface_alarm import short

LOGGER = logging.getLogger("evce_connector")


def write_or_tell(stores: Stores) -> None:
    """Write what waits in memory; where that fails, log what is lost.

    That is each line of the command ledger, the last event of each alarm, an acknowledgement for example, and how many
    there were of all else.
    """
    try:
        for write in stores.parts().values():
            write()
    except SQLAlchemyError as error:
        _tell(stores, short(error))


def _tell(stores: Stores, why: str) -> None:
    for line in stores.commands.waiting:
        LOGGER.error("The command ledger cannot be written (%s) and lacks this line: %s", why, line)
    for event in {event.alarm: event for event in stores.alarms.waiting}.values():
        LOGGER.error("The alarms cannot be written (%s) and lack this event: %s", why, event)
    lost = ", ".join(f"{count} {what}" for what, count in stores.waiting().items() if count)
    LOGGER.error("The database cannot be written (%s); what waited in memory is lost: %s", why, lost or "the last poll")
