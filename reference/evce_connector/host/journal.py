"""The connector's log: one line an event, as text or JSON, rotated, and with no secret in it."""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from typing import Self
from urllib.parse import quote

from pythonjsonlogger.json import JsonFormatter

from evce_connector import owner_only, storage_url
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.model import Logging
from evce_connector.host.options import site_named

TEXT = "%(asctime)s %(levelname)s %(message)s"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(threadName)s %(message)s"
HIDDEN = "~ Encrypted ~"
"""What stands in place of a secret, as on the guide's screens."""
_UNTIL_THERE_IS_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""Why a file cannot be made now, and can be when somebody has looked after its disk."""


class Redaction(logging.Filter):
    """Puts HIDDEN in place of every secret that would get into a line, whoever wrote it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._forms = forms_of(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; every record passes."""
        message = record.getMessage()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text, self._forms)
        record.msg, record.args = redacted(message, self._forms), None
        record.exc_info = None  # its text is in exc_text, clean; the JSON formatter would write it anew
        return True


def secrets_of(configuration: Configuration) -> list[str]:
    """Return every password of a configuration: of the logins, of the database, and of other packages' processors."""
    logins = [section.secret() for section in (configuration.evce, configuration.ews, *configuration.ews.users)]
    return [*logins, *storage_url.passwords(configuration.storage.url), *_secrets_in(configuration.processors)]


def forms_of(secrets: Iterable[str]) -> list[str]:
    """Return how secrets may stand in a text: as they are, as in JSON, in Python or in a URL; the longest first."""
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    return sorted(forms, key=len, reverse=True)


def redacted(text: str, forms: Iterable[str]) -> str:
    """Return a text with HIDDEN in place of every form of a secret."""
    for form in forms:
        text = text.replace(form, HIDDEN)
    return text


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret), quote(secret, safe=""))
    for quoted in (json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret)):
        yield quoted[1:-1]


def _secrets_in(table: Mapping[str, object]) -> Iterator[str]:
    """Find what is secret by its name in tables that we do not know."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _secrets_in(value)
        elif isinstance(value, str) and any(word in key.lower() for word in ("password", "secret", "token")):
            yield value


class _LogFile(RotatingFileHandler):
    """A log that only its owner may read; files that are put aside keep the mode that they had.

    A line is written whole or not at all. One that cannot be, on a full disk, goes to standard error, and the file says
    how many there were as soon as it can be written again.
    """

    _missed, _why = 0, ""

    @classmethod
    def of(cls, options: Logging, *, delay: bool = False) -> Self:
        """Make the configured file, with `delay` not before the first line; OSError."""
        size = options.max_kilobytes * 1024
        return cls(options.file, maxBytes=size, backupCount=options.keep, encoding="utf-8", delay=delay)

    def _open(self) -> TextIOWrapper:
        return open(  # type: ignore[return-value]
            self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=owner_only.opener
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; nothing that the disk does is raised."""
        line = f"{self.format(record)}\n"
        try:
            if self.shouldRollover(record):
                self.doRollover()
            self._tell_missed()
            self._write_whole(line)
        except OSError as error:
            self._miss(line, error.strerror or str(error))

    def _write_whole(self, line: str) -> None:
        """Write past the stream, which would keep the rest of a line that the disk had no room for."""
        if self.stream is None:  # a file that could not be put aside, or opened anew, was closed
            self.stream = self._open()
        descriptor, left = self.stream.fileno(), line.encode("utf-8", "backslashreplace")
        end = os.fstat(descriptor).st_size
        try:
            while left:
                left = left[os.write(descriptor, left) :]
        except OSError:
            os.ftruncate(descriptor, end)
            raise

    def _miss(self, line: str, why: str) -> None:
        if not self._missed:
            _say(f"The log {self.baseFilename} cannot be written ({why}): its lines come here until it can be.\n")
        _say(line)
        self._missed, self._why = self._missed + 1, why

    def _tell_missed(self) -> None:
        if self._missed:
            lines = f"{self._missed} line{'s' * (self._missed > 1)}"
            words = f"The log could not be written ({self._why}): {lines} went to standard error instead."
            record = logging.LogRecord("evce_connector", logging.WARNING, __file__, 0, words, None, None)
            self._write_whole(f"{self.format(record)}\n")
            self._missed = 0

    def close(self) -> None:
        """End with how many lines are not there."""
        with suppress(OSError):
            self._tell_missed()
        super().close()


def _say(line: str) -> None:
    """Write on standard error, which a Windows service has none of, and whose reader may be gone."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(line)
        sys.stderr.flush()


def _log_file(options: Logging) -> logging.Handler:
    try:
        return _LogFile.of(options)
    except OSError as error:
        if error.errno in _UNTIL_THERE_IS_ROOM:  # that is told on standard error, and values are served
            return _LogFile.of(options, delay=True)
        raise ConfigurationError([f"logging.file: {options.file!r} cannot be written: {error.strerror}."]) from error


def _formatter(kind: str, site: str) -> logging.Formatter:
    """Return what writes a line, as text or as JSON, with the site in each where it has a name."""
    if kind == "json":
        return JsonFormatter(FIELDS, static_fields={"site": site} if site else None)
    named = f"[{site}] ".replace("%", "%%") if site else ""
    return logging.Formatter(TEXT.replace("%(message)s", f"{named}%(message)s"))


@contextmanager
def logging_to(configuration: Configuration) -> Iterator[None]:
    """Log as the configuration says while the context is open; ConfigurationError when the file cannot be written."""
    options = configuration.logging
    handler = _log_file(options) if options.file else logging.StreamHandler()
    handler.setFormatter(_formatter(options.format, site_named(configuration)))
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
