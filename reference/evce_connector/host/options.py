"""From the configuration to what the client and the server take."""

from __future__ import annotations

from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.neighbours import Evce, Ews, PasswordSection
from evce_connector.evce.client import EvceOptions
from evce_connector.ews.settings import EwsSettings, Role, User

CERTIFICATE = (
    "a certificate and a private key: ews.certificate and ews.private_key, in a configuration file or the environment"
)


def site_named(configuration: Configuration) -> str:
    """Return the name by which this site is told from others, `storage.site` or `ews.server_name`; empty if neither."""
    server = configuration.ews.server_name
    return configuration.storage.site or (server if server != Ews.model_fields["server_name"].default else "")


def evce_options(section: Evce) -> EvceOptions:
    """Return the client's options; ConfigurationError when the file of its password cannot be read."""
    return EvceOptions(
        base_url=section.base_url,
        login=section.login,
        password=_secret("evce", section),
        authentication=section.authentication,
        verify_tls=section.verify_tls,
        connect_timeout=section.connect_timeout_seconds,
        read_timeout=section.read_timeout_seconds,
    )


def ews_settings(configuration: Configuration) -> EwsSettings:
    """Return the server's settings; ConfigurationError names what cannot work."""
    section = configuration.ews
    users = [User(section.username, _secret("ews", section), Role.WRITER)]
    users += [
        User(user.username, _secret(f"ews.users.{number}", user), Role(user.role))
        for number, user in enumerate(section.users)
    ]
    if section.address.startswith("https:") and not (section.certificate and section.private_key):
        raise ConfigurationError([f"ews.address: an https address needs {CERTIFICATE}."])
    try:
        return EwsSettings(
            address=section.address,
            public_url=section.public_url,
            realm=section.realm,
            server_name=section.server_name,
            users=tuple(users),
            algorithms=tuple(section.digest),
            max_ids=section.max_ids,
            fault_status=section.fault_status,
            certificate=section.certificate,
            private_key=section.private_key,
        )
    except ValueError as error:
        raise ConfigurationError([f"ews: {error}."]) from error


def _secret(table: str, section: PasswordSection) -> str:
    """Return the password of a table; ConfigurationError names its key."""
    try:
        return section.secret()
    except ConfigurationError as error:
        raise ConfigurationError([f"{table}.{trouble}" for trouble in error.troubles]) from error
