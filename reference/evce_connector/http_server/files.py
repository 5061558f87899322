"""How many connections the process has files for: one that cannot be accepted is worse than one that is closed."""

from __future__ import annotations

from dataclasses import replace

from evce_connector.http_server.messages import Limits

_OTHERS = 128
"""Files that the rest of the process may have open: database, log, the connector's own requests, another server."""
_EACH = 2
"""Files that a connection may take for a moment, while TLS is agreed on."""


def with_files_for(limits: Limits) -> Limits:
    """Return the limits with no more connections than the process can have files open.

    Where it may, it lets itself open more first.
    """
    try:
        import resource  # noqa: PLC0415 - Windows has none, and no such limit
    except ImportError:
        return limits
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _EACH * limits.connections + _OTHERS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return replace(limits, connections=max(1, min(limits.connections, (soft - _OTHERS) // _EACH)))
    return limits
