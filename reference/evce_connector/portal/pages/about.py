"""The About page: which version this is, under which licence, and what it is built on."""

from __future__ import annotations

import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from flask import Blueprint, render_template

from evce_connector.portal.listing import Listing, listing

PACKAGE = "evce-connector"


@cache
def _packages() -> Listing:
    """List the packages that the connector needs and that are installed."""
    needed = sorted({name for line in requires(PACKAGE) or [] if (name := _name(line))})
    rows = [(name, found) for name in needed if (found := _version(name))]
    return listing("Packages that the connector is built on", ("Package", "Version"), rows)


def _name(line: str) -> str:
    """Return the package that a line of the requirements names; empty for one that an extra brings."""
    found = re.match(r"[A-Za-z0-9._-]+", line)
    return found[0] if found and "extra ==" not in line else ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def pages() -> Blueprint:
    """Make the page /about."""
    made = Blueprint("about", __name__)

    @made.get("/about")
    def page() -> str:
        facts = metadata(PACKAGE)
        return render_template(
            "about.html",
            version=version(PACKAGE),
            summary=facts["Summary"],
            licence="MIT",
            python=f"{platform.python_implementation()} {platform.python_version()} on {platform.system()}",
            packages=_packages(),
        )

    return made
