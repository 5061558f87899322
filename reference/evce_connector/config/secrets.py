"""Encrypts the secrets of a document one by one, each in its place: `password = {encrypted = "gAAAA..."}`.

With Fernet (AES-128-CBC with HMAC-SHA-256): a value that was changed, or is read with another key, is refused.
"""

from __future__ import annotations

from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from evce_connector.config.errors import SecretsError
from evce_connector.config.key import KEY, Key
from evce_connector.config.messages import Place
from evce_connector.config.secret_keys import MASK, TOKEN, Document, Options, key_name, secrets_of, with_secrets

_NO_TIME = 0
"""Fernet writes down when it encrypted; the settings say that already."""


class Secrets:
    """The secrets of the settings; `options` says which keys of other packages' processors are secret."""

    def __init__(self, key: Key, options: Options | None = None) -> None:
        self._key, self.options = key, options

    def encrypted(self, document: Document) -> Document:
        """Return a document whose secrets are all encrypted; a first key is made.

        SecretsError when one that is encrypted already cannot be read: beside a key of another time the new ones would
        be as lost. Also when there is no key and none can be made, and for what is a mask and no secret.
        """
        values = secrets_of(document, self.options)
        if masks := [key_name(place) for place, value in values.items() if value == MASK]:
            raise SecretsError([f"{key} is {MASK}, which only stands for a value: enter that." for key in masks])
        self.decrypted(document)
        if all(_token(value) or not isinstance(value, str) for value in values.values()):
            return document
        fernet = self._key.read() or self._key.make()
        return with_secrets(document, lambda _place, value: _encrypted(fernet, value), self.options)

    def decrypted(self, document: Document) -> Document:
        """Return a document with its secrets as they are; SecretsError names each that cannot be read."""
        read, troubles = self.readable(document)
        if troubles:
            raise SecretsError(troubles)
        return read

    def readable(self, document: Document) -> tuple[Document, list[str]]:
        """Return a document with those secrets that can be read, and a sentence for each that is left out."""
        values = secrets_of(document, self.options)
        if not any(_token(value) for value in values.values()):
            return document, []
        try:
            fernet, why = self._key.read(), f"{self._key.place} is missing, or holds nothing"
        except SecretsError as error:
            fernet, why = None, str(error).removesuffix(".")
        troubles: list[str] = []

        def read(place: Place, value: Any) -> Any:  # noqa: ANN401 - as TOML has it
            token = _token(value)
            if not token:
                return value
            text = _decrypted(fernet, token) if fernet else None
            if text is None:
                troubles.append(self._sentence(place, why if fernet is None else ""))
            return text

        return with_secrets(document, read, self.options), troubles

    def _sentence(self, place: Place, why: str) -> str:
        cause = why or f"it was encrypted with another key than that in {self._key.place}"
        back = f"Give back the key with which it was saved, in that file or in {KEY}"
        return f"{key_name(place)} cannot be decrypted: {cause}. {back}, or enter {key_name(place)} anew."


def _token(value: Any) -> str:  # noqa: ANN401 - as TOML has it
    """Return what an encrypted value holds; empty for one that is not encrypted."""
    return str(value[TOKEN]) if isinstance(value, dict) and value.keys() == {TOKEN} else ""


def _encrypted(fernet: Fernet, value: Any) -> Any:  # noqa: ANN401 - as TOML has it
    if not isinstance(value, str):
        return value  # already encrypted, or of a wrong type, which whoever checks the document names
    return {TOKEN: fernet.encrypt_at_time(value.encode(), _NO_TIME).decode()}


def _decrypted(fernet: Fernet, token: str) -> str | None:
    try:
        return fernet.decrypt(token).decode()
    except InvalidToken:
        return None
