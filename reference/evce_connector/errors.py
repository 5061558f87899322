"""Everything that can go wrong and has a name: one root, one class per cause, text built from fields."""

from __future__ import annotations


class ConnectorError(Exception):
    """Root of all our errors; its text is one sentence that says what, where and what to do."""
