"""What keeps a server from listening at its address, in the same words whoever tries: the server itself, or a check."""

from __future__ import annotations

import os


def why_not(host: str, port: int, error: OSError) -> str:
    """Say that nobody can listen at an address, why, and what to do; a sentence that goes on behind the key's name.

    >>> import errno
    >>> why_not("127.0.0.1", 8093, OSError(errno.EADDRINUSE, "in use (while attempting to bind)"))
    'cannot listen at 127.0.0.1:8093: Address already in use. Stop the program that uses it, or give another port.'
    """
    known = error.errno is not None and error.errno > 0  # of looking up a name it is another kind of number
    why = os.strerror(error.errno) if known and error.errno else error.strerror or str(error)
    return f"cannot listen at {host}:{port}: {why}. Stop the program that uses it, or give another port."
