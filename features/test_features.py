"""Binds every scenario of every feature file of the specification."""

from pytest_bdd import scenarios

scenarios(".")
