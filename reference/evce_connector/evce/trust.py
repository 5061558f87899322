"""What a controller shows, and whether it is believed: for whoever decides what to trust."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from evce_connector.evce.certificate import Certificate, connection, greeted, root_of
from evce_connector.evce.errors import EvceUnreachableError
from evce_connector.evce.tls_causes import Asked, sentence, tls_cause


def shown(asked: Asked) -> tuple[Certificate, ...]:
    """Fetch the certificates that a controller shows, its own first; nothing is believed of them and nothing sent.

    EvceUnreachableError when none is shown, and when the lines are cut.
    """
    try:
        greeting = greeted(asked.url, asked.timeout, asked.lines)
    except ValueError as error:  # UnicodeError among them
        raise EvceUnreachableError(asked.url, "that is no address of a controller, or no certificate") from error
    if greeting.chain:
        return greeting.chain
    why = greeting.refusal
    words = sentence(why, asked, greeting) if isinstance(why, ssl.SSLError) else ""
    said = f" ({why.strerror or why})" if why else ""
    raise EvceUnreachableError(asked.url, words or f"no certificate is shown there{said}") from why


def to_trust(chain: tuple[Certificate, ...]) -> Certificate | None:
    """Return the one to trust of those that are shown: the issuer at their end, or one that has signed itself.

    None where the issuer is not shown.
    """
    return root_of(chain) or root_of(chain[:1])


def distrust(asked: Asked) -> str:
    """Say why a controller is not believed with what is given to trust; empty when it is. Nothing is sent to it."""
    context = create_urllib3_context()
    try:
        context.load_verify_locations(asked.verify if isinstance(asked.verify, str) else DEFAULT_CA_BUNDLE_PATH)
        with (
            connection(asked.url, asked.timeout, asked.lines) as plain,
            context.wrap_socket(plain, server_hostname=urlsplit(asked.url).hostname or ""),
        ):
            return ""
    except OSError as error:
        return tls_cause(error, asked) or f"it was not reached again ({error.strerror or error})"
