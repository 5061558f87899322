"""Binds the scenarios that hold for any site; the run's recorder leaves out those that are tagged for none."""

from evce_acceptance.folders import SPECIFICATION
from pytest_bdd import scenarios

FEATURES = ("any_site", "datapoints", "site_by_hand", "site_writes", "tree")

scenarios(*(str(SPECIFICATION / f"{name}.feature") for name in FEATURES))
