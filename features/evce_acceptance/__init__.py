"""Site acceptance: the features against a real charge controller and anyone's connector, without harm to the site.

    from pathlib import Path
    from evce_acceptance import Approval, accept, load_site, read_bundle
    from rich.console import Console

    load_site(Path("site.toml"))                   # SettingsError says what is wrong with the file
    status = accept(Console(), Path("site.toml"), Path("build/sat"), Approval(), None, attended=False)
    read_bundle(Path("build/sat/RUN.zip")).verdict    # and .checks, .readings, .exchanges

- `accept` is `evce-acceptance run`: read-only unless an `Approval` names who answers for writes. Its exit status: 0
  right, 1 wrong, 2 nothing was proven, 130 interrupted. `simulated_site` starts a site to try it on.
- `read_bundle` gives the `Run` in the zip that a run wrote; `verify_bundle` says what in a zip is not as it wrote it.
- `Oracle` computes what each of the guide's `datapoints` must show from the controller's own JSON.

A name is imported when it is first used, because a command that needs none of them must cost little.
"""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evce_acceptance.guide.datapoints import DataPoint, datapoints
    from evce_acceptance.guide.oracle import Oracle
    from evce_acceptance.report.bundle import BundleError
    from evce_acceptance.report.bundle import read as read_bundle
    from evce_acceptance.report.bundle import verify as verify_bundle
    from evce_acceptance.results.run import Check, Reading, Run, Verdict
    from evce_acceptance.running import RunError, accept
    from evce_acceptance.site.approval import Approval
    from evce_acceptance.site.settings import SettingsError, Site
    from evce_acceptance.site.settings import load as load_site
    from evce_acceptance.site.simulated import SimulatedSiteError, simulated_site

__all__ = [
    "Approval",
    "BundleError",
    "Check",
    "DataPoint",
    "Oracle",
    "Reading",
    "Run",
    "RunError",
    "SettingsError",
    "SimulatedSiteError",
    "Site",
    "Verdict",
    "accept",
    "datapoints",
    "load_site",
    "read_bundle",
    "simulated_site",
    "verify_bundle",
]

_HOMES = {
    "Approval": "site.approval:Approval",
    "BundleError": "report.bundle:BundleError",
    "Check": "results.run:Check",
    "DataPoint": "guide.datapoints:DataPoint",
    "Oracle": "guide.oracle:Oracle",
    "Reading": "results.run:Reading",
    "Run": "results.run:Run",
    "RunError": "running:RunError",
    "SettingsError": "site.settings:SettingsError",
    "SimulatedSiteError": "site.simulated:SimulatedSiteError",
    "Site": "site.settings:Site",
    "Verdict": "results.run:Verdict",
    "accept": "running:accept",
    "datapoints": "guide.datapoints:datapoints",
    "load_site": "site.settings:load",
    "read_bundle": "report.bundle:read",
    "simulated_site": "site.simulated:simulated_site",
    "verify_bundle": "report.bundle:verify",
}
"""Where each name stands in the package."""


if not TYPE_CHECKING:  # a type checker would take any name at all for one of these

    def __getattr__(name: str) -> object:
        """Import what a public name stands for; AttributeError when it is none."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = resolve_name(f"evce_acceptance.{_HOMES[name]}")
        return found

    def __dir__() -> list[str]:
        """Name what is imported already and what can be."""
        return sorted({*globals(), *__all__})
