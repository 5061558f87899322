"""What is said of a profile that cannot be used, whatever its form."""

from __future__ import annotations

from evce_connector.errors import ConnectorError


class ProfileError(ConnectorError):
    """A profile file that cannot be used."""
