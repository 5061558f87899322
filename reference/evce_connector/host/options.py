"""From the configuration to what the client and the server take."""

from __future__ import annotations

from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.model import Evce
from evce_connector.evce.client import EvceOptions
from evce_connector.ews.settings import EwsSettings, Role, User


def evce_options(section: Evce) -> EvceOptions:
    """Return the client's options."""
    return EvceOptions(
        base_url=section.base_url,
        login=section.login,
        password=section.secret(),
        authentication=section.authentication,
        verify_tls=section.verify_tls,
        connect_timeout=section.connect_timeout_seconds,
        read_timeout=section.read_timeout_seconds,
    )


def ews_settings(configuration: Configuration) -> EwsSettings:
    """Return the server's settings; ConfigurationError names what cannot work."""
    section = configuration.ews
    users = [User(section.username, section.secret(), Role.WRITER)]
    users += [User(user.username, user.secret(), Role(user.role)) for user in section.users]
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
