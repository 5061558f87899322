"""What a configuration can be wrong by."""

from __future__ import annotations

from evce_connector.errors import ConnectorError


class ConfigurationError(ConnectorError):
    """A configuration that cannot be used; one sentence a trouble, each naming its key."""

    def __init__(self, troubles: list[str]) -> None:
        self.troubles = troubles
        super().__init__("\n".join(troubles))


class SecretsError(ConfigurationError):
    """Secrets that cannot be encrypted or decrypted: each sentence says which, and where their key should be."""
