"""Steps that change what stands on the site, and see what becomes of the tree."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from features.driver.world import World

OFFLINE = 3


@when(parsers.parse('station "{name}" moves to zone "{zone}"'))
def station_moves(world: World, name: str, zone: str) -> None:
    world.controller.change("station", name, zoneId=world.controller.find("zone", zone)["id"])


@when(parsers.parse("a station with OCPP identifier {identifier} is added"))
def station_is_added(world: World, identifier: str) -> None:
    world.controller.add("station", zoneId=1, ocppIdentifier=identifier)


@when(parsers.parse('the connectors of station "{name}" get ids that are {more:d} more'))
def connectors_get_other_ids(world: World, name: str, more: int) -> None:
    controller = world.controller
    home = controller.find("station", name)["id"]
    for connector in controller.model.connectors(station=home):
        controller.model.remove_connector(connector["id"])
        controller.model.add("connector", **connector | {"id": connector["id"] + more})


@when(parsers.parse("{days:d} days pass without the connector"))
def days_pass(world: World, days: int) -> None:
    world.stop_connector()
    world.clock.advance(86400 * days)
    world.connector.serve()


@when("the set-up processor runs and prunes")
def set_up_prunes(world: World) -> None:
    world.connector.service.set_up(prune=True)
    world.browse_again()


@then(parsers.parse('the folder "{path}" has the id "{id_}"'))
def folder_has_id(world: World, path: str, id_: str) -> None:
    assert world.operation.folder(path).id == id_


@then(parsers.parse('nothing stands at "{path}"'))
def nothing_stands(world: World, path: str) -> None:
    assert not world.operation.has(path)


@then(parsers.parse('"{folder}" shows that "{name}" is Offline'))
def is_offline(world: World, folder: str, name: str) -> None:
    assert world.operation.browse().raw(f"{folder}/{name}").state == OFFLINE


@then(
    parsers.re(r'the ledger of the site tells: (?P<id_>\S+) (?P<kind>\w+)( from "(?P<old>[^"]*)" to "(?P<new>.*)")?$')
)
def ledger_tells(world: World, id_: str, kind: str, old: str | None, new: str | None) -> None:
    lines = [line for line in world.connector.service.stores.site_ledger.lines() if line.id == id_]
    (line,) = (line for line in lines if line.kind == kind)
    assert old is None or (line.old, line.new) == (old, new)
