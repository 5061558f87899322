"""A connector with samples and alarms, served whole and in pages; nothing runs by itself, time stands still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from evce_connector.clock import ManualClock
from evce_connector.ews.server import EwsServer

from tests.evce_acceptance.ews.bench import SAMPLES, Bench
from tests.support.joined import JoinedSite


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Serve the guide's site: a station's alarm has come and gone, and is there again."""
    clock = ManualClock()
    with JoinedSite(tmp_path_factory.mktemp("site"), clock) as joined:
        service, model = joined.service, joined.model
        service.set_up()
        for sample in range(SAMPLES):
            if sample == 1:
                model.fault(1)
            if sample == 3:
                model.repair(1)
            service.poll()
            service.log()
            clock.advance(900)
        model.fault(1)
        for _ in range(5):
            clock.advance(15)
            service.poll()
            service.step()
        service.ews.start()
        settings = replace(service.ews.settings, page_size=2)
        paged = EwsServer(service.items.tree, settings, clock, stores=service.stores.of_ews())
        with paged:
            yield Bench(service, service.ews.address, paged.address)
