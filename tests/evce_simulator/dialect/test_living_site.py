"""A site that lives is the same site in every dialect."""

from __future__ import annotations

from collections.abc import Callable

from evce_simulator import ManualClock

from tests.evce_simulator.conftest import Client
from tests.evce_simulator.dialect.spoken import logged_in

Run = Callable[..., Client]


def test_a_document_shows_the_living_site_of_its_moment(run: Run, clock: ManualClock) -> None:
    client = run("campus", live=True, profile="onedoc")
    client.session.headers["X-API-Key"] = "secret"
    clock.advance(4 * 3600)
    site = client.json("/site.json")["site"]
    model = client.simulator.model
    sockets = [one for group in site["groups"] for point in group["points"] for one in point["sockets"]]
    shown = {one["no"]: (one["status"], one["total_wh"], one["tx"]) for one in sockets}
    assert shown == {
        one["id"]: (one["status"], round(one["activeEnergy"] * 1000, 6), one["transactionId"])
        for one in model.connectors()
    }
    assert [one["active"] for one in site["groups"]] == [one["numberOfTransactions"] for one in model.zones()]
    assert sum(one["active"] for one in site["groups"]) > 0
    assert site["now"] == 1767592800000 + 4 * 3600 * 1000


def test_a_reduction_that_was_written_ends_by_the_sites_clock(onedoc: Client, clock: ManualClock) -> None:
    onedoc.put("/site/groups/1/limit", {"percent": 25, "until": 1767596400000, "kind": "percentage"})
    clock.advance(3599)
    assert onedoc.json("/site.json")["site"]["groups"][0]["allowed"]["a"] == 75
    clock.advance(1)
    group = onedoc.json("/site.json")["site"]["groups"][0]
    assert (group["limit"], group["allowed"]["a"]) == (None, 100)


def test_a_reduction_lowers_what_a_living_zone_draws(run: Run, clock: ManualClock) -> None:
    client = logged_in(run("campus", live=True, profile="areas"))
    clock.advance(4 * 3600)
    logged_in(client)
    areas = {one["ordinal"]: one for one in client.json("/areas?page=1&per_page=100")["data"]["items"]}
    busiest = max(areas.values(), key=lambda one: int(one["sessions"]))
    body = {"share_left": 0, "ends": "2026-01-06T06:00:00Z"}
    answer = client.send("PATCH", f"/areas/{busiest['uid']}/curtailment", json=body)
    assert answer.json()["data"]["limits"]["current"]["now"] == 0
    clock.advance(60)
    chargers = client.json("/chargers?page=1&per_page=100")["data"]["items"]
    drawn = [
        phase["power"]
        for charger in chargers
        if charger["area"]["uid"] == busiest["uid"]
        for outlet in charger["outlets"]
        if outlet["set_point"]["fixed"] == "no"
        for phase in outlet["meter"]["phases"]
    ]
    assert set(drawn) == {0}
