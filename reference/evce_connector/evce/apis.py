"""Which API and which login a profile stands for: the one place that tells the contract from a dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from evce_connector.evce.asking import Ask, Numbers
from evce_connector.evce.contract_api import ContractApi
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.api import DialectApi
from evce_connector.evce.dialect.paths import ABSENT, getter, parse
from evce_connector.evce.logins import Find, LoginTable
from evce_connector.evce.profile import Profile
from evce_connector.site.model import RawSite

CREDENTIALS = {"login": "{login}", "password": "{password}"}
"""What the contract's login is sent."""


class Api(Protocol):
    """What a controller is asked and told, in the contract's JSON, whatever it speaks itself.

    `ask` carries the requests out; its EvceErrors, and those of answers that do not fit, come to the caller.
    """

    def fetch(self, ask: Ask) -> RawSite:
        """Fetch who answers, and all objects; EvceShiftedListError when a list moved while it was read."""
        ...

    def forget_numbers(self) -> None:
        """Ask for the numbers of objects anew with the next fetch: some have become others."""
        ...

    def system(self, ask: Ask) -> Any:  # noqa: ANN401 - decoded JSON, read by the profile
        """Fetch name, API version and clock of the controller."""
        ...

    def get(self, ask: Ask, kind: str, id_: int) -> Any:  # noqa: ANN401 - as above
        """Fetch one object of the list `kind` (zones, stations, connectors) by its id in the contract."""
        ...

    def put_reduction(self, ask: Ask, zone: int, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Set a zone's reduction; returns the zone after the write."""
        ...

    def delete_reduction(self, ask: Ask, zone: int) -> Any:  # noqa: ANN401 - as above
        """Clear a zone's reduction; returns the zone after the write."""
        ...

    def put_availability(self, ask: Ask, connector: int, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Make a connector operative or inoperative; returns {status, connector}."""
        ...


def api_of(profile: Profile, numbers: Numbers, login: str = "") -> Api:
    """Return the API of the controllers that a profile describes.

    `numbers` are for what these name by texts, `login` is the configuration's, for writes that carry it. Clients of one
    controller may share it: of a dialect it knows the last lists, without which a write would ask for them anew.
    """
    return DialectApi(profile.dialect, numbers, login) if profile.dialect else ContractApi(profile)


def is_contract(profile: Profile) -> bool:
    """Tell whether a profile only spells the contract, as `probe` does: of a dialect it knows nothing."""
    return profile.dialect is None


def login_of(profile: Profile, authentication: str) -> LoginTable:
    """Return how to log in: as the profile says, else by `evce.authentication` as the contract has it."""
    if profile.dialect and profile.dialect.login:
        return profile.dialect.login
    if authentication == "basic":
        return LoginTable("basic")
    return LoginTable("token", profile.paths["login"], fields=CREDENTIALS, token="token", life="expiresIn")  # noqa: S106


def headers_of(profile: Profile) -> Mapping[str, str]:
    """Return what each request carries besides, with `{login}` and `{password}` in their places."""
    return profile.dialect.headers if profile.dialect else {}


def error_text_of(profile: Profile) -> Find | None:
    """Return what finds the reason in the answer to a refused request, None where it stands as in the contract."""
    return path_of(profile.dialect.error_text) if profile.dialect and profile.dialect.error_text else None


def path_of(text: str) -> Find:
    """Read a path of `[login]`."""
    read = getter(parse(text))

    def find(document: Json) -> Json:
        found = read(document, ())
        return None if found is ABSENT else found

    return find
