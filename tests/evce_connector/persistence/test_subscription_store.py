from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from evce_connector.persistence.subscriptions import (
    EventType,
    Limits,
    Subscription,
    SubscriptionStore,
    TooManySubscriptionsError,
    Wanted,
)
from sqlalchemy import Engine

from tests.evce_connector.persistence.conftest import START

HOUR = timedelta(hours=1)
ONE = Subscription("one", "ebo", EventType.ALARMS, 1, Wanted(("a", "ü"), 0, 500, ("t",)), START + HOUR)


@pytest.fixture
def store(engine: Engine) -> SubscriptionStore:
    return SubscriptionStore(engine)


def test_a_subscription_is_the_same_after_a_restart(store: SubscriptionStore, engine: Engine) -> None:
    store.add(ONE, START, Limits(9, 9))
    assert SubscriptionStore(engine).get("one", "ebo", START) == ONE


def test_it_belongs_to_its_owner_and_runs_out(store: SubscriptionStore) -> None:
    store.add(ONE, START, Limits(9, 9))
    assert store.get("one", "other", START) is None
    assert store.get("one", "ebo", START + HOUR) is None


def test_renewing_and_ending_are_kept(store: SubscriptionStore, engine: Engine) -> None:
    store.add(ONE, START, Limits(9, 9))
    store.renew(ONE, START + 3 * HOUR)
    store.terminate(store.get("one", "ebo", START + 2 * HOUR))
    found = SubscriptionStore(engine).get("one", "ebo", START + 2 * HOUR)
    assert (found.terminated, found.expires) == (True, START + 3 * HOUR)


def test_the_bound_counts_the_living_and_what_ended_makes_room(store: SubscriptionStore, engine: Engine) -> None:
    store.add(ONE, START, Limits(1, 1))
    with pytest.raises(TooManySubscriptionsError, match="1 subscriptions"):
        store.add(replace(ONE, id="two"), START, Limits(1, 1))
    store.terminate(ONE)
    store.add(replace(ONE, id="two"), START, Limits(1, 1))
    assert len(store) == len(SubscriptionStore(engine)) == 1


def test_what_ran_out_is_forgotten_when_the_next_one_comes(store: SubscriptionStore, engine: Engine) -> None:
    store.add(ONE, START, Limits(1, 1))
    store.add(replace(ONE, id="two", expires=START + 3 * HOUR), START + HOUR, Limits(1, 1))
    assert len(SubscriptionStore(engine)) == 1
