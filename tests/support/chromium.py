"""The Chromium of this machine, for what is looked at in a browser."""

from __future__ import annotations

import os
import shutil

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The one without a window if it is there, whose pages take half of the time."""
OPTIONS = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
"""Its sandbox refuses to work for root."""
