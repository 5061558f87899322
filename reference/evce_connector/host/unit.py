"""The systemd unit of the connector: what it may do on the machine, and where its files are.

One unit runs one connector; a template runs one for each site, named behind the @. The connector's user exists while
it runs and owns its folder of data alone. Passwords and keys stay root's: systemd hands them over at each start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from evce_connector.config.secret_keys import Document

NAME = "evce-connector"
CONFIGURATIONS = PurePosixPath("/etc") / NAME
"""The folder of the configuration, or of the folders of the sites, each with its own."""
SITE = "%i"
"""What systemd puts the name of a site for."""


class Secret(NamedTuple):
    """A key of the configuration that names a file which only root may read."""

    section: str
    key: str
    usual: str
    """The file's usual name, beside the configuration."""


SECRETS = (
    Secret("evce", "password_file", "evce.password"),
    Secret("ews", "password_file", "ews.password"),
    Secret("ews", "private_key", "ews.key"),
    Secret("portal", "private_key", "portal.key"),
)
USUAL = {SECRETS[0]: SECRETS[0].usual, SECRETS[1]: SECRETS[1].usual}
"""What is handed over where no configuration says it: the two passwords, from files beside it."""


def secrets_of(document: Document) -> dict[Secret, str]:
    """Return the files that a configuration names for secrets, as it names them."""
    found = {}
    for secret in SECRETS:
        section = document.get(secret.section)
        value = section.get(secret.key) if isinstance(section, dict) else None
        if isinstance(value, str) and value:
            found[secret] = value
    return found


@dataclass(frozen=True)
class Unit:
    """A unit: the program with its first arguments, the configuration, and the secrets that are handed over."""

    program: Sequence[str]
    configuration: PurePosixPath
    secrets: dict[Secret, str]
    is_template: bool = False

    @property
    def file_name(self) -> str:
        """The name of the unit's file."""
        return f"{NAME}@.service" if self.is_template else f"{NAME}.service"

    @property
    def folder(self) -> str:
        """The folder of data, below /var/lib."""
        return f"{NAME}-{SITE}" if self.is_template else NAME

    def text(self) -> str:
        """Write the unit."""
        line = [*map(_quoted, self.program), "run", "--config", self._path(self.configuration)]
        of_site = f" of the site {SITE}" if self.is_template else ""
        return _TEXT.format(
            about=f"EV charge controller over EcoStruxure Web Services{of_site}",
            line=" ".join(line),
            folder=self.folder,
            credentials="".join(map(self._handed_over, self.secrets.items())),
        )

    def _handed_over(self, secret_and_file: tuple[Secret, str]) -> str:
        """Hand a file over, and let the connector take it from there."""
        secret, file = secret_and_file
        source, variable = self.configuration.parent / file, f"EVCE_CONNECTOR_{secret.section}_{secret.key}".upper()
        from_file = f"LoadCredential={secret.usual}:{self._path(source, quotes=False)}"
        return f"{from_file}\nEnvironment={variable}=%d/{secret.usual}\n"

    def _path(self, path: PurePosixPath, *, quotes: bool = True) -> str:
        """Write a path as systemd reads it; the site's name stays what systemd puts in."""
        text = str(path).replace("%", "%%")
        text = text.replace(f"/%{SITE}/", f"/{SITE}/") if self.is_template else text
        return _in_quotes(text) if quotes else text


def _quoted(argument: str) -> str:
    """Write an argument of a command as systemd reads it.

    >>> _quoted("/opt/my tools/100%/bin")
    '"/opt/my tools/100%%/bin"'
    """
    return _in_quotes(argument.replace("%", "%%"))


def _in_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"' if any(sign in escaped for sign in " \t\"'\\;") else escaped


_TEXT = """\
# Written by `evce-connector service install`; changes belong into `systemctl edit`, where the next writing keeps them.
[Unit]
Description={about}
Documentation=man:systemd.exec(5)
Wants=network-online.target
After=network-online.target
# However long a port is taken or another connector holds the database: it goes on trying.
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={line}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=10
# A newer version first copies a large database, which may take long.
TimeoutStartSec=infinity
TimeoutStopSec=30
# It gives a sign of life each 30 s, unless one of its threads has died or hangs.
WatchdogSec=60

DynamicUser=yes
StateDirectory={folder}
StateDirectoryMode=0700
UMask=0077
# Where the first password of the pages is kept if the database is PostgreSQL.
Environment=XDG_DATA_HOME=%S/{folder}
# Root's files that the configuration named when this was written, handed over at each start: other contents take a
# restart, and other files that this is written anew.
{credentials}
# A site of 10,000 connectors takes 318 MB before anybody has read it.
MemoryMax=1G
TasksMax=256

CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""
