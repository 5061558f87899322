"""What the package says of itself that a processor comes from: the guide's pages call it an assembly (C-5)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions

OWN = "evce-connector"
_KEYS = {
    "Assembly Description": ("summary",),
    "Assembly Company": ("author", "author_email", "maintainer"),
    "Assembly Copyright": ("license_expression", "license"),
    "Assembly Version": ("version",),
}
"""Where a package's data tell what the guide's page shows."""


def facts_of(processor: type) -> dict[str, str]:
    """Return class, package, description, company, copyright and version of a processor, as far as they are told."""
    package = _distribution(processor.__module__.partition(".")[0])
    facts = {"Class Name": f"{processor.__module__}.{processor.__qualname__}", "Assembly": package or "not installed"}
    return facts | dict(_told(package))


@cache
def _distribution(module: str) -> str:
    """Return the installed package that brings a module; empty when none does, as of a class in a test."""
    return OWN if module == "evce_connector" else next(iter(packages_distributions().get(module, ())), "")


def _told(package: str) -> Iterator[tuple[str, str]]:
    """Yield what the package's own data tell, by the names of the guide's page."""
    try:
        told = metadata(package).json if package else {}
    except PackageNotFoundError:
        told = {}
    for name, keys in _KEYS.items():
        found = next((told[key] for key in keys if told.get(key)), "not told")
        yield name, found if isinstance(found, str) else ", ".join(found)
