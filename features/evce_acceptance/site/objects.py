"""What the controller reports: objects as JSON, in lists by their names."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
Report = dict[str, list[Json]]
