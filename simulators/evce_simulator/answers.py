"""JSON answers of both ports."""

from __future__ import annotations

import json
from typing import Any

from flask import Response


def answer(body: Any) -> Response:  # noqa: ANN401 - any JSON
    """Make a JSON answer with the words as they are, accents and all; only half a surrogate pair is written escaped."""
    return Response(
        json.dumps(body, ensure_ascii=False).encode(errors="backslashreplace"), content_type="application/json"
    )
