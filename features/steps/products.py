"""Steps that read the site as the products that speak EWS do."""

from __future__ import annotations

from dataclasses import replace

from ebo_simulator import Kind
from evce_acceptance.guide.cells import column
from pytest_bdd import parsers, then, when

from features.driver.building_operation import BuildingOperation
from features.driver.world import World

PRODUCTS = {"an Enterprise Server": "es", "an AS-P": "as-p", "Power Monitoring Expert": "pme"}


@when(parsers.parse("{product} reads the site"), target_fixture="operation")
def product_reads(world: World, product: str) -> BuildingOperation:
    return world.operation_like(PRODUCTS[product])


@then(parsers.parse("it is answered in EWS {version}"))
def answered_in(operation: BuildingOperation, version: str) -> None:
    assert operation.client.get_web_service_information().version == version


@then(parsers.parse("it sees {values:d} data points, {histories:d} history items and {alarms:d} alarm in EVCE Zones"))
def sees_items(operation: BuildingOperation, values: int, histories: int, alarms: int) -> None:
    kinds = [point.kind for point in operation.everything() if point.path.startswith("EVCE Zones/")]
    assert [kinds.count(kind) for kind in (Kind.VALUE, Kind.HISTORY, Kind.ALARM)] == [values, histories, alarms]


@then("it sees the values that an Enterprise Server sees")
def sees_same_values(world: World, operation: BuildingOperation) -> None:
    seen = operation.screen()
    assert seen
    assert seen == world.operation.screen()


@then("no data point names an enumeration")
def no_enumerations(operation: BuildingOperation) -> None:
    assert {point.enum_id for point in operation.everything()} == {""}


@then("every Boolean names an enumeration")
def booleans_name_enumerations(operation: BuildingOperation) -> None:
    booleans = [point for point in operation.everything() if point.type == "Boolean"]
    assert booleans
    assert all(point.enum_id for point in booleans)


@then(parsers.parse('Booleans name "{boolean}", StationStatus names "{status}", and nothing else names one'))
def enumerations_are_right(operation: BuildingOperation, boolean: str, status: str) -> None:
    for point in operation.everything():
        expected = boolean if point.type == "Boolean" else status if point.name == "StationStatus" else ""
        assert (point.path, point.enum_id) == (point.path, expected)


@then("no operation is offered but those of EWS 1.1")
def operations_offered(operation: BuildingOperation, datatable: list[list[str]]) -> None:
    offered = set(operation.client.get_web_service_information().operations)
    assert {"GetWebServiceInformation", "GetValues"} <= offered <= set(column(datatable))


@then("browsing tells of every value item what reading it tells")
def browsing_is_reading(operation: BuildingOperation) -> None:
    folders = [folder.id for folder in operation.browse().tree.folders.values()]
    listed = {item.id: item for box in operation.client.get_container_items(folders).containers for item in box.values}
    assert listed
    read = {item.id: replace(item, value="", state=None) for item in operation.client.get_items(list(listed)).values}
    assert listed == read
