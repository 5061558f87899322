"""Whether the connector's two neighbours can be reached as a configuration says: controller and EWS clients (C-13)."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from evce_connector.config import Configuration
from evce_connector.config.checks import listens_anywhere, no_ca_file, port_of
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient
from evce_connector.evce.dialect.api import ABOVE
from evce_connector.evce.errors import EvceVersionError
from evce_connector.evce.profile import Profile
from evce_connector.evce.version import is_version
from evce_connector.host.findings import Finding, Look, found_by
from evce_connector.host.options import evce_options, ews_settings
from evce_connector.http_server.listening import why_not

COST = (
    "evce.profile: each poll asks for the {} of every {} by a request of its own: see that the controller bears it, "
    "and set status.interval_seconds to 30 if it does not."
)


def tls(configuration: Configuration) -> list[Finding]:
    """Say what is wrong with how the controller's address is to be trusted."""
    evce = configuration.evce
    if not evce.base_url.startswith("https:"):
        return [Finding("warning", "evce.base_url is http: the EVCE password crosses the network in clear.")]
    if evce.verify_tls is False:
        return [Finding("warning", "evce.verify_tls is false: anyone on the network can pose as the controller.")]
    missing = no_ca_file(evce.verify_tls)
    return [Finding("error", f"evce.verify_tls: {missing}.")] if missing else []


def controller(configuration: Configuration, make_client: Callable[[], EvceClient] | None = None) -> list[Finding]:
    """Ask the controller who it is, and say in which version it answers; by a client of its own, unless one is given.

    A ConnectorError says why it does not, EvceVersionError that its version is refused.
    """
    profile = profiles.load(configuration.evce.profile)
    with make_client() if make_client else EvceClient(evce_options(configuration.evce), profile) as client:
        system = profile.read_system(client.system())
    if is_version(system.api_version, profile.api_version):
        return [
            Finding("good", f"The charge controller answers with API version {system.api_version}."),
            *cost(profile),
        ]
    if configuration.evce.refuse_other_versions:
        raise EvceVersionError(system.api_version, profile.api_version)
    found = system.api_version or "unknown"
    text = f"The charge controller speaks API version {found}; only {profile.api_version} is supported."
    return [Finding("warning", text), *cost(profile)]


def cost(profile: Profile) -> list[Finding]:
    """Say which lists of a dialect take many requests a poll."""
    dialect = profile.dialect
    lists = [one for one in (dialect.stations, dialect.connectors) if one.place == "each"] if dialect else []
    return [Finding("warning", COST.format(one.kind, ABOVE[one.kind].removesuffix("s"))) for one in lists]


def server(configuration: Configuration, *, ours: bool = False) -> list[Finding]:
    """See whether the EWS server's port is free, by taking it for a moment; with `ours` this connector has it now."""
    ews_settings(configuration)
    anywhere = listens_anywhere(configuration.ews.address)
    warnings = [Finding("warning", f"ews.address: {anywhere}.")] if anywhere else []
    if trouble := taken(configuration.ews.address, any_port=ours):
        return [Finding("error", f"ews.address: {trouble}")]
    return [*warnings, Finding("good", f"The EWS server can listen at {configuration.ews.address}.")]


def taken(address: str, *, any_port: bool = False) -> str:
    """Say why a server cannot listen at an address now, or at any port of its host; empty when it can.

    It listens there for a moment.
    """
    host, port = urlsplit(address).hostname or "", 0 if any_port else port_of(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            return ""
    except OSError as error:
        return why_not(host, port, error)


def tried(configuration: Configuration, serving: str, at_controller: Look) -> list[Finding]:
    """Look at both neighbours before they are saved, and name what is not set."""
    lacking = [Finding("error", f"{key} is not set.") for key in configuration.lacking]
    return lacking + looked_at(configuration, serving, at_controller)


def looked_at(configuration: Configuration, serving: str, at_controller: Look) -> list[Finding]:
    """Look at both neighbours as far as the configuration names them.

    `serving` is where this connector serves already, empty if nowhere; `at_controller` asks the controller.
    """
    looks: list[Look] = [] if _lacks(configuration, "evce.") else [tls, at_controller]
    address = configuration.ews.address
    if address == serving:
        return [*found_by(looks, configuration), Finding("good", f"The EWS server serves at {serving}.")]
    ours = bool(serving) and port_of(address) == port_of(serving)
    return found_by([*looks, *([] if _lacks(configuration, "ews.") else [partial(server, ours=ours)])], configuration)


def _lacks(configuration: Configuration, table: str) -> bool:
    return any(key.startswith(table) for key in configuration.lacking)
