"""What no connector can be started with: `run`, `check` and the pages refuse it by this one list, in the same words."""

from __future__ import annotations

from collections.abc import Callable

from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.checks import no_ca_file
from evce_connector.evce import profile as profiles
from evce_connector.evce.profile import ProfileError
from evce_connector.host import registry
from evce_connector.host.options import evce_options, ews_settings
from evce_connector.host.shown import PAGES
from evce_connector.http_server.tls import CertificateError, server_context


def refuse(configuration: Configuration) -> None:
    """Raise ConfigurationError for a configuration that no connector can be started with, as far as can be seen."""
    if troubles := troubles_of(configuration):
        raise ConfigurationError(troubles)


def refuse_to_save(configuration: Configuration) -> None:
    """Raise ConfigurationError for the same, and for a CA file that is not there, with which no poll would succeed.

    A connector goes on without that file, as without the controller; whoever saves another one is told at once.
    """
    missing = no_ca_file(configuration.evce.verify_tls)
    if troubles := troubles_of(configuration) + ([f"evce.verify_tls: {missing}."] if missing else []):
        raise ConfigurationError(troubles)


def troubles_of(configuration: Configuration) -> list[str]:
    """Say all that is wrong with what a configuration points at: each sentence names its key; nothing is changed."""
    troubles: list[str] = []
    for look in _LOOKS:
        try:
            look(configuration)
        except ConfigurationError as error:
            troubles += error.troubles
    return troubles


def _profile(configuration: Configuration) -> None:
    try:
        profiles.load(configuration.evce.profile)
    except ProfileError as error:
        raise ConfigurationError([f"evce.profile: {sentence}" for sentence in error.sentences]) from error


def _login(configuration: Configuration) -> None:
    evce_options(configuration.evce)


def _ews_certificate(configuration: Configuration) -> None:
    ews = configuration.ews
    if ews.certificate and ews.private_key:
        _certificate("ews", ews.certificate, ews.private_key, "the EWS server")


def _pages_certificate(configuration: Configuration) -> None:
    portal = configuration.portal
    if portal.enabled and portal.address.startswith("https:") and portal.certificate is not None:
        _certificate("portal", portal.certificate, portal.private_key, PAGES)


def _certificate(table: str, certificate: str, private_key: str | None, whose: str) -> None:
    try:
        server_context(certificate, private_key, whose)
    except CertificateError as error:
        raise ConfigurationError([f"{table}.certificate and {table}.private_key: {error}"]) from error


_LOOKS: tuple[Callable[[Configuration], object], ...] = (
    registry.classes,
    _profile,
    _login,
    ews_settings,
    _ews_certificate,
    _pages_certificate,
)
