"""Imports spyne on every Python: spyne carries an old copy of six that modern Pythons refuse, and is talkative."""

from __future__ import annotations

import logging
import sys
import warnings

import six
import six.moves

_MOVES = (
    "collections_abc",
    "http_cookies",
    "urllib",
    "urllib.parse",
    "urllib.request",
    "urllib.error",
)


def _stand_in() -> None:
    """Enter today's six where spyne looks for its copy; nothing happens when spyne was imported before."""
    if "spyne.util.six" in sys.modules:
        return
    if not hasattr(six, "get_function_name"):
        six.get_function_name = lambda function: function.__name__
    sys.modules["spyne.util.six"] = six
    sys.modules["spyne.util.six.moves"] = six.moves
    for name in _MOVES:
        module = __import__(f"six.moves.{name}", fromlist=["_"])
        sys.modules[f"spyne.util.six.moves.{name}"] = module


with warnings.catch_warnings():
    # spyne imports cgi, which Python 3.12 announces as leaving; legacy-cgi stands in from 3.13 on.
    warnings.simplefilter("ignore")
    _stand_in()
    import spyne
    from spyne.context import MethodContext
    from spyne.protocol.soap import Soap12
    from spyne.server import ServerBase

for _name in ("spyne", "spyne.protocol", "spyne.protocol.xml", "spyne.application", "spyne.interface", "spyne.model"):
    # A client's mistake is answered with a fault; spyne would log it as an error, with whole requests.
    logging.getLogger(_name).setLevel(logging.CRITICAL)

__all__ = ["MethodContext", "ServerBase", "Soap12", "spyne"]
