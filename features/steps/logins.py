"""Steps about what a technician enters: addresses, names, passwords."""

from __future__ import annotations

import pytest
from ebo_simulator import EboError, EwsFault
from pytest_bdd import given, parsers, then, when

from features.driver import connector, controller
from features.driver.building_operation import BuildingOperation
from features.driver.world import World

WRONG = "wrong-one"


@given(parsers.parse("the EWS server offers the digest algorithms {names}"))
def digest_algorithms(world: World, names: str) -> None:
    world.connector.configure("ews", digest=names.split(", "))


@given(parsers.parse('the realm of the EWS server is "{realm}"'))
def realm(world: World, realm: str) -> None:
    world.connector.configure("ews", realm=realm)


@given("the realm of the EWS server is left empty")
def empty_realm(world: World) -> None:
    world.connector.configure("ews", realm="")


@given(parsers.parse('the server\'s name is "{name}"'))
def server_name(world: World, name: str) -> None:
    world.connector.configure("ews", server_name=name)


@given(parsers.parse('the address of the EWS server is "{address}"'))
def ews_address(world: World, address: str) -> None:
    world.connector.configure("ews", address=address)


@given(parsers.parse('the base URL is "{url}"'))
def base_url(world: World, url: str) -> None:
    world.connector.configure("evce", base_url=url)


@given(parsers.parse("the connector logs in to the controller by {way}"))
def way_to_log_in(world: World, way: str) -> None:
    world.connector.configure("evce", authentication={"basic authentication": "basic", "token": "token"}[way])


@given(parsers.parse('the connector\'s {what} for the controller is "{text}"'))
def wrong_for_controller(world: World, what: str, text: str) -> None:
    world.connector.configure("evce", **{what: text})


@given("the connector is told to refuse other versions")
def refuse_other_versions(world: World) -> None:
    world.connector.configure("evce", refuse_other_versions=True)


@when(parsers.parse("Building Operation logs in with {what}"), target_fixture="operation")
def log_in(world: World, what: str) -> BuildingOperation:
    logins = {
        "a wrong password": {"password": WRONG},
        "an unknown user": {"user": "nobody"},
        "the user's name in capitals": {"user": connector.USER.upper()},
        "the path in another case": {"address": world.connector.address.lower()},
        "the right password": {"password": connector.PASSWORD},
    }
    return world.log_in(**logins[what])


@when(parsers.parse("Building Operation tries {count:d} wrong passwords"))
def guess(world: World, count: int) -> None:
    for number in range(count):
        with pytest.raises(EboError):
            world.log_in(password=f"{WRONG}-{number}").browse()


@given(parsers.parse('the EWS server has the {role} "{name}"'))
def further_user(world: World, role: str, name: str) -> None:
    user = {"username": name, "password": connector.PASSWORD, "role": role}
    world.connector.configure("ews", users=[*world.connector.settings["ews"].get("users", []), user])


@when(parsers.parse('Building Operation logs in as the user "{name}"'), target_fixture="operation")
def log_in_as_user(world: World, name: str) -> BuildingOperation:
    return world.log_in(user=name)


@then(parsers.parse("setting a reduction is refused by the fault {name}"))
def setting_is_refused(operation: BuildingOperation, name: str) -> None:
    with pytest.raises(EwsFault) as fault:
        operation.client.set_values({"Zones/1/ZoneReduction": "5"})
    assert fault.value.name == name


@then(parsers.parse("setting a reduction of zone {zone:d} to {value:d} succeeds"))
def setting_succeeds(operation: BuildingOperation, zone: int, value: int) -> None:
    (result,) = operation.client.set_values({f"Zones/{zone}/ZoneReduction": str(value)})
    assert (result.success, result.message) == (True, "")


@then(parsers.parse("it is turned away: {reason}"))
def turned_away(operation: BuildingOperation, reason: str) -> None:
    with pytest.raises(EboError) as refusal:
        operation.browse()
    assert reason in str(refusal.value)


@then(parsers.parse('it is let in and sees "{folder}"'))
def let_in(operation: BuildingOperation, folder: str) -> None:
    assert operation.has(folder)


@then(parsers.parse('the top of the tree is called "{name}"'))
def root_is_called(world: World, name: str) -> None:
    assert world.operation.folder("").name == name


@then("nothing that it says holds a password")
def no_password_is_told(world: World) -> None:
    words = " ".join(world.connector.prompts)
    assert WRONG not in words or "'wrong-one'" in words
    assert controller.PASSWORD not in words


@when("the controller's password is changed")
def password_changes(world: World) -> None:
    world.controller.simulator.accounts.password = WRONG


@when("the controller's password is changed back")
def password_is_back(world: World) -> None:
    world.controller.simulator.accounts.password = controller.PASSWORD


@then(parsers.parse("\"EVCE Interface\" shows that the login '{login}' is refused"))
def interface_shows_refusal(world: World, login: str) -> None:
    assert f"refuses the login '{login}'" in world.operation.shown("EVCE Interface", "EvceState")
