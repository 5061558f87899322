"""A new password of the controller needs no restart: its file is read anew when a login is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from features.driver.waiting import until
from tests.support.joined import PASSWORD

INTERVAL = 15.0
"""Seconds from one poll to the next, also after a first refusal."""


def test_a_refused_login_is_tried_again_with_what_the_password_file_holds_by_then(
    simulate: Callable[..., EvceSimulator],
    serve: Callable[..., ConnectorService],
    document: dict[str, dict[str, Any]],
    clock: ManualClock,
    tmp_path: Path,
) -> None:
    file = tmp_path / "secret"
    file.write_text(PASSWORD, encoding="utf-8")
    del document["evce"]["password"]
    service = serve(simulate().url, evce={"password_file": str(file)})
    service.set_up()
    file.write_text("the password of before", encoding="utf-8")
    stop = threading.Event()
    polling = threading.Thread(target=service.status_processor.execute, args=(stop,))
    polling.start()
    try:
        until(lambda: "refuses the login" in str(service.items.interface.get("EvceState")))
        file.write_text(PASSWORD, encoding="utf-8")
        until(clock.waiting)
        clock.advance(INTERVAL)
        until(lambda: service.items.interface.get("EvceState") == "good")
    finally:
        stop.set()
        polling.join()
