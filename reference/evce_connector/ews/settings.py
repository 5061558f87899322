"""How the EWS server is set up: address, users, what it offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from evce_connector.ews.wire.contract import OPERATIONS
from evce_connector.http_server.messages import Limits


class Role(StrEnum):
    """What a user may do."""

    READER = "reader"
    WRITER = "writer"


@dataclass(frozen=True, slots=True)
class User:
    """A user of the EWS server; writers may set values and acknowledge alarms."""

    name: str
    password: str = field(repr=False)
    role: Role = Role.READER


@dataclass(frozen=True, slots=True)
class Lockout:
    """When wrong logins are slowed; right ones never are.

    `failures` of one user at one address are free, and `address_failures` of all users at it together; each takes up an
    `interval` (s), and who has none left is judged once in it. One is forgiven after `forgiven_after` s, a minute: a
    person who mistyped has all five again after a coffee, and a guesser who comes back for each free one gains nothing
    over once a second. `delay` is in real s: so long a refusal that tells to wait is held back on its connection.
    """

    failures: int = 5
    address_failures: int = 25
    interval: float = 1.0
    forgiven_after: float = 60.0
    delay: float = 1.0


@dataclass(frozen=True, slots=True)
class EwsSettings:
    """Settings of the EWS server; ValueError names what cannot work.

    `address` gives host, port (0 takes a free one) and the case-sensitive path; `algorithms` are offered in their
    order, each in a header of its own. `fault_status` is the HTTP status of SOAP faults: 500 by the book, 200 as
    Building Operation sends. `max_body` and `max_answer` are in bytes, `nonce_lifetime` and `max_expires` in s; a
    request may hold `max_ids` ids, and a user a part of all subscriptions. `public_url` is the URL of the service at a
    proxy that clients go through; empty without one.
    """

    address: str = "http://127.0.0.1:8093/EcoStruxure/DataExchange"
    public_url: str = ""
    realm: str = ""
    server_name: str = "EVCE Ews Server"
    users: tuple[User, ...] = ()
    algorithms: tuple[str, ...] = ("MD5", "SHA-256")
    fault_status: int = 500
    max_body: int = 1024 * 1024
    max_ids: int = 5000
    max_answer: int = 64 * 1024 * 1024
    operations: frozenset[str] = frozenset(OPERATIONS)
    certificate: str | None = None
    private_key: str | None = None
    page_size: int = 1000
    max_subscriptions: int = 100
    max_subscriptions_per_user: int = 25
    max_expires: float = 24 * 3600.0
    nonce_lifetime: float = 300.0
    lockout: Lockout = Lockout()
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.algorithms) - {"MD5", "SHA-256"}) or not self.algorithms:
            raise ValueError(f"digest algorithms are MD5 and SHA-256, not {unknown}")
        if strange := sorted(self.operations - set(OPERATIONS)):
            raise ValueError(f"EWS has no operation {strange[0]}")
        if urlsplit(self.address).scheme == "https" and not (self.certificate and self.private_key):
            raise ValueError("an https address needs a certificate and a private key")

    @property
    def host(self) -> str:
        """Host to listen at."""
        return urlsplit(self.address).hostname or "127.0.0.1"

    @property
    def port(self) -> int:
        """Port to listen at; 0 for a free one."""
        parts = urlsplit(self.address)
        standard = 443 if parts.scheme == "https" else 80
        return standard if parts.port is None else parts.port

    @property
    def path(self) -> str:
        """Path of the service, case sensitive."""
        return urlsplit(self.address).path or "/"

    def url(self, host: str, port: int) -> str:
        """Return the address as it is reached at a host and port."""
        scheme = urlsplit(self.address).scheme
        bracketed = f"[{host}]" if ":" in host else host
        return f"{scheme}://{bracketed}:{port}{self.path}"
