"""Controllers that keep reductions otherwise than they were sent: in steps, in power, with an end that is not said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce.profile import PROFILES
from evce_connector.persistence.commands import Command
from evce_connector.points.write_request import WriteRequest
from evce_connector.site.model import Reduction, Zone
from evce_connector.site.values import State, Value
from evce_connector.writes.release import reductions, release
from evce_connector.writes.settling import ended_as
from evce_connector.writes.write_through import EvceWriter

from tests.support.joined import JoinedSite

START, UNTIL = datetime(2026, 3, 2, 6, 0, tzinfo=UTC), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
VALUE = 'value = "percent"'
VALIDITY = 'validity = { at = "until", time = "ms" }\n'
BODY = 'body = { percent = "{taken}", until = "{validity}", kind = "percentage" }'
Join = Callable[..., JoinedSite[ManualClock]]


@pytest.fixture
def join(tmp_path: Path) -> Iterator[Join]:
    """Make the guide's site, whose controller speaks `onedoc` with some lines changed, each of which must be there.

    The connector's profile may lack what it `forgets`.
    """
    with ExitStack() as stack:

        def made(*changes: tuple[str, str], forgets: str = "") -> JoinedSite[ManualClock]:
            text = (PROFILES / "onedoc.toml").read_text(encoding="utf-8")
            for old, new in changes:
                assert old in text, old
                text = text.replace(old, new, 1)
            file = tmp_path / "own.toml"
            file.write_text(text, encoding="utf-8")
            other = tmp_path / "other.toml"
            other.write_text(text.replace(forgets, "") if forgets else text, encoding="utf-8")
            controller = {"profile": str(file), "live": False}
            site = stack.enter_context(
                JoinedSite(tmp_path, ManualClock(START), "guide", controller=controller, evce={"profile": str(other)})
            )
            site.set_up()
            site.poll()
            return site

        yield made


def write(site: JoinedSite[ManualClock], **values: Value) -> list[str]:
    """Set items of zone 1 in one SetValues; returns what is told of each."""
    requests = [WriteRequest(site.item(f"Zones/1/{name}"), value) for name, value in values.items()]
    writer = EvceWriter(site.service.context, site.service.stores.commands)
    return [result.message for result in writer.write(requests, "ebo", "127.0.0.1")]


IN_AMPERES = (
    (VALUE, 'value = { at = "amps", counts = "A" }'),
    (BODY, 'body = { amps = "{limit_a}", until = "{validity}", kind = "percentage" }\nround = 1'),
)


def test_a_limit_that_comes_in_steps_is_confirmed_and_shown_as_the_controller_has_it(join: Join) -> None:
    site = join(*IN_AMPERES)
    site.model.set_zone(1, maxCurrent=63)
    assert write(site, ZoneReduction=50.0, ZoneValidity=UNTIL) == ["", ""]
    value, state = site.see("Zones/1/ZoneReduction")
    assert (value, state) == (pytest.approx(100 - 100 * 31 / 63), State.GOOD)
    assert site.see("Zones/1/ZoneValidity") == (UNTIL, State.GOOD)


def test_a_controller_that_rounds_without_a_word_about_it_in_the_profile_is_told_as_another_reduction(
    join: Join,
) -> None:
    site = join(*IN_AMPERES, forgets="\nround = 1")
    site.model.set_zone(1, maxCurrent=63)
    why = "OPERATION_FAILED: the controller confirms another reduction: 49.2063 % until 2026-03-02T09:30:00Z"
    assert write(site, ZoneReduction=50.0, ZoneValidity=UNTIL)[0] == why


@pytest.mark.parametrize(("unit", "limit"), [("kW", 43.125), ("W", 43125)])
def test_a_limit_in_power_is_written_and_read_as_that_of_three_phases_at_230_v(
    join: Join, unit: str, limit: float
) -> None:
    site = join(
        (VALUE, f'value = {{ at = "power", counts = "{unit}" }}'),
        (BODY, f'body = {{ power = "{{limit_{unit.lower()}}}", until = "{{validity}}", kind = "percentage" }}'),
    )
    assert write(site, ZoneReduction=37.5, ZoneValidity=UNTIL) == ["", ""]
    assert site.model.zone(1)["reduction"]["value"] == 37.5
    assert site.see("Zones/1/ZoneReduction") == (37.5, State.GOOD)
    assert limit == pytest.approx(0.625 * 100 * (0.69 if unit == "kW" else 690))


def test_a_share_instead_of_per_cent_is_written_and_read(join: Join) -> None:
    site = join(
        (VALUE, 'value = { at = "left", counts = "left", unit = "share" }'),
        (BODY, 'body = { left = "{left_share}", until = "{validity}", kind = "percentage" }'),
    )
    assert site.see("Zones/1/ZoneReduction") == (10, State.GOOD)
    assert write(site, ZoneReduction=37.5, ZoneValidity=UNTIL) == ["", ""]
    assert site.see("Zones/1/ZoneReduction") == (37.5, State.GOOD)


@pytest.mark.parametrize("form", ["seconds-left", "duration"])
def test_a_validity_that_is_told_as_time_left_is_kept_as_it_was_written(join: Join, form: str) -> None:
    sent = "{duration}" if form == "duration" else "{seconds}"
    site = join(
        (VALIDITY, f'validity = {{ at = "left", time = "{form}" }}\n'),
        (BODY, f'body = {{ percent = "{{taken}}", for = "{sent}", kind = "percentage" }}'),
    )
    assert write(site, ZoneReduction=37.5, ZoneValidity=UNTIL) == ["", ""]
    for _ in range(3):
        site.clock.advance(29.6)
        site.poll()
        assert site.see("Zones/1/ZoneValidity") == (UNTIL, State.GOOD)
    site.model.set_zone(1, reduction={"value": 37.5, "validity": "2026-03-02T12:00:00Z"})
    site.poll()
    assert site.see("Zones/1/ZoneValidity") == (datetime(2026, 3, 2, 12, tzinfo=UTC), State.GOOD)


def test_a_validity_that_the_controller_does_not_say_is_ours_and_uncertain_where_another_has_written(
    join: Join,
) -> None:
    site = join((VALIDITY, ""), (BODY, 'body = { percent = "{taken}", for = "{seconds}", kind = "percentage" }'))
    assert site.see("Zones/1/ZoneReduction") == (10, State.GOOD)
    assert site.see("Zones/1/ZoneValidity")[1] is State.UNCERTAIN
    assert "cannot be read: write ZoneReduction and ZoneValidity together" in write(site, ZoneReduction=20.0)[0]
    assert write(site, ZoneReduction=37.5, ZoneValidity=UNTIL) == ["", ""]
    site.poll()
    assert site.see("Zones/1/ZoneValidity") == (UNTIL, State.GOOD)
    assert write(site, ZoneReduction=40.0) == [""]
    assert site.model.zone(1)["reduction"]["validity"] == "2026-03-02T09:30:00Z"
    site.clock.advance(30)
    site.model.set_reduction(1, 5, datetime(2026, 3, 2, 12, tzinfo=UTC))
    site.poll()
    assert site.see("Zones/1/ZoneReduction") == (5, State.GOOD)
    assert site.see("Zones/1/ZoneValidity")[1] is State.UNCERTAIN


UNSAID = (
    (VALIDITY, ""),
    (BODY, 'body = { percent = "{taken}", for = "{seconds}", kind = "percentage" }'),
)


def test_a_reduction_of_which_nobody_knows_the_end_holds_until_it_is_gone(join: Join) -> None:
    site = join(*UNSAID)
    assert site.see("Interface/Zones/1/ConfirmedReduction") == (10, State.GOOD)
    assert site.see("Interface/Zones/1/ConfirmedSetPoint") == (90, State.GOOD)
    assert site.see("Interface/Zones/1/ReductionEndsAt")[1] is State.UNCERTAIN
    site.clock.advance(30)
    site.model.clear_reduction(1)
    site.poll()
    assert site.see("Interface/Zones/1/ConfirmedReduction") == (0, State.GOOD)


def test_a_validity_alone_keeps_a_reduction_of_which_nobody_knows_the_end(join: Join) -> None:
    site = join(*UNSAID)
    assert write(site, ZoneValidity=UNTIL) == [""]
    reduction = site.model.zone(1)["reduction"]
    assert (reduction["value"], reduction["validity"]) == (10, "2026-03-02T09:30:00Z")


def test_a_reduction_of_0_takes_back_one_of_which_nobody_knows_the_end(join: Join) -> None:
    site = join(*UNSAID)
    assert write(site, ZoneReduction=0.0) == [""]
    assert site.see("Zones/1/ZoneReduction") == (0, State.GOOD)


def test_a_reduction_of_which_nobody_knows_the_end_is_released_as_such(join: Join) -> None:
    site = join(*UNSAID)
    with site.service.make_client() as client:
        told = [one.text for one in release(client, site.service.stores.commands, site.clock, reductions(client))]
    assert told == ["Zone Z1 (1): reduction of 10 % without a known end is released."]


@pytest.mark.parametrize(
    ("item", "asked", "value", "until", "has"),
    [
        ("ZoneReduction", "50", 50.79, UNTIL, True),
        ("ZoneReduction", "50", 52, UNTIL, False),
        ("ZoneValidity", "2026-03-02T09:30:00Z", 50, datetime(2026, 3, 2, 9, 30, 4, tzinfo=UTC), True),
        ("ZoneValidity", "2026-03-02T09:30:00Z", 50, datetime(2026, 3, 2, 9, 30, 7, tzinfo=UTC), False),
    ],
)
def test_a_line_that_was_open_is_completed_by_what_the_controller_may_round(
    join: Join, item: str, asked: str, value: float, until: datetime, has: bool
) -> None:
    site = join(*IN_AMPERES, (VALIDITY, 'validity = { at = "left", time = "seconds-left" }\n'))
    line = Command("2026-03-02T06:00:00Z", "ebo", "127.0.0.1", f"Zones/1/{item}", "0", asked, success=False)
    zone = Zone(1, "Z1", "STATIC", 63, 31, 21, 0, Reduction(value, "percentage", "", until, "absolute"))
    ended = ended_as(line, zone, site.service.profile)
    assert ended is not None
    assert ended.success is has
