"""A command that shows a failure again, ready to paste: a fault that can be repeated is half mended."""

from __future__ import annotations

import shlex
from pathlib import Path

from evce_acceptance.results.run import Check, Exchange, Verdict
from evce_acceptance.site.settings import Login, Site

CONTROLLER = "controller"


def command_for(check: Check, site: Site, exchanges: list[Exchange]) -> str:
    """Return the command that shows again what a failing check saw; empty where none does.

    Items are read by `ebo-simulator`, which also asks an endpoint that failed who it is; the controller is asked by
    curl. A password is read from the file that the site's file names, or asked for: no command holds one.
    """
    if not check.verdict.fails_run:
        return ""
    if check.items:
        return _ebo("values", site.connector, "--version", site.connector.version, check.items[0])
    if check.verdict is not Verdict.ERROR or not exchanges:
        return ""
    last = exchanges[-1]
    if last.party == CONTROLLER and site.controller:
        return _curl(last.url, site.controller)
    return _ebo("info", site.connector)


def _ebo(command: str, login: Login, *more: str) -> str:
    password = ["--password-file", str(login.password_file)] if login.password_file else []
    return shlex.join(
        ["ebo-simulator", command, "--url", login.url, "--user", login.user, *password, *_trust(login, "--ca"), *more]
    )


def _curl(url: str, login: Login) -> str:
    return shlex.join(["curl", "--include", "--user", login.user, *_trust(login, "--cacert"), url])


def _trust(login: Login, issuer: str) -> list[str]:
    """Return the options that trust a certificate as the site's file does; `issuer` is the one that names a file."""
    if isinstance(login.verify_tls, Path):
        return [issuer, str(login.verify_tls)]
    return [] if login.verify_tls else ["--insecure"]
