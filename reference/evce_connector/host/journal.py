"""The connector's log: one line an event, as text or JSON, rotated, and with no secret in it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler

from pythonjsonlogger.json import JsonFormatter

from evce_connector.config import Configuration, ConfigurationError

TEXT = "%(asctime)s %(levelname)s %(message)s"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(threadName)s %(message)s"
HIDDEN = "~ Encrypted ~"
"""What stands in place of a secret, as on the guide's screens."""


class Redaction(logging.Filter):
    """Puts HIDDEN in place of every secret that would get into a line, whoever wrote it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; every record passes."""
        message = record.getMessage()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        for secret in self._secrets:
            message = message.replace(secret, HIDDEN)
            if record.exc_text:
                record.exc_text = record.exc_text.replace(secret, HIDDEN)
        record.msg, record.args = message, None
        record.exc_info = None  # its text is in exc_text, clean; the JSON formatter would write it anew
        return True


def secrets_of(configuration: Configuration) -> list[str]:
    """Return every password of a configuration."""
    return [section.secret() for section in (configuration.evce, configuration.ews, *configuration.ews.users)]


@contextmanager
def logging_to(configuration: Configuration) -> Iterator[None]:
    """Log as the configuration says while the context is open; ConfigurationError when the file cannot be written."""
    options = configuration.logging
    handler: logging.Handler = logging.StreamHandler()
    if options.file:
        try:
            handler = RotatingFileHandler(
                options.file, maxBytes=options.max_kilobytes * 1024, backupCount=options.keep, encoding="utf-8"
            )
        except OSError as error:
            raise ConfigurationError(
                [f"logging.file: {options.file!r} cannot be written: {error.strerror}."]
            ) from error
    handler.setFormatter(JsonFormatter(FIELDS) if options.format == "json" else logging.Formatter(TEXT))
    handler.addFilter(Redaction(secrets_of(configuration)))
    logger = logging.getLogger("evce_connector")
    level = logger.level
    logger.setLevel(options.level)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        handler.close()
