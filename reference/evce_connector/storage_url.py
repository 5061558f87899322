"""Finds the passwords inside an SQLAlchemy URL, so that none is shown wherever the URL is."""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_plus

_HIDDEN = "***"
"""What SQLAlchemy itself writes in place of a password."""
_SCHEME = re.compile(r"[\w+.-]+://")
_LOGIN = re.compile(r"(://[^:/]*:)(.*)(?=@)", re.DOTALL)
"""A password ends at the last @: one that holds an @ itself, though it must not, is hidden as a whole."""
_OPTION = re.compile(r"([?&](?:password|passwd|sslpassword)=)([^&]*)")
"""Drivers take passwords as options, too."""


def shown(url: str) -> str:
    """Return a URL as it may be shown; of what is none nothing, for it may be a password in the wrong place.

    >>> shown("postgresql://ebo:secret@db.example/evce?sslpassword=other")
    'postgresql://ebo:***@db.example/evce?sslpassword=***'
    """
    if not _SCHEME.match(url):
        return "given"
    return _OPTION.sub(rf"\1{_HIDDEN}", _LOGIN.sub(rf"\1{_HIDDEN}", url))


def passwords(url: str) -> list[str]:
    """Return every password of a URL, as it is written and as it is meant (%40 is an @).

    >>> passwords("postgresql://ebo:p%40ss@db.example/evce")
    ['p%40ss', 'p@ss']
    """
    written = [match[2] for pattern in (_LOGIN, _OPTION) for match in pattern.finditer(url)]
    meant = [decoded for text in written for decoded in (unquote(text), unquote_plus(text))]
    return list(dict.fromkeys(text for text in (*written, *meant) if text))


def is_ambiguous(url: str) -> bool:
    """Tell whether more than one @ stands behind the scheme: a part of the password would be taken for the host."""
    return _LOGIN.search(url) is not None and url.count("@") > 1
