"""Steps that set the logging interval and read the logs as Building Operation trends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ebo_simulator.display import state_name
from evce_acceptance.guide.cells import rows
from pytest_bdd import given, parsers, then, when

from features.driver.world import World

QUARTER = timedelta(minutes=15)


@given(parsers.parse("the logging interval is {minutes:d} minutes"))
def logging_interval(world: World, minutes: int) -> None:
    world.connector.configure("logs", interval_minutes=minutes)


@given(parsers.parse("samples are kept {days:d} days, unless told otherwise"))
def kept_by_default(days: int) -> None:
    del days  # nothing is configured


@given(parsers.parse("samples are kept {days:d} days, as configured"))
def kept_as_configured(world: World, days: int) -> None:
    world.connector.configure("logs", retention_days=days)


@when(parsers.parse("the logging interval is set to {minutes:d} minutes and the connector is started again"))
def new_interval(world: World, minutes: int) -> None:
    world.stop_connector()
    world.connector.configure("logs", interval_minutes=minutes)
    world.start()


@then(parsers.parse('the log "{name}" of "{folder}" ends with'))
def log_ends_with(world: World, name: str, folder: str, datatable: list[list[str]]) -> None:
    _, records = world.operation.browse().history(f"{folder}/OverallConsumptionLogs/{name}")
    expected = [(row["time"], row["value"], row["state"]) for row in rows(datatable)]
    found = [(f"{record.timestamp:%H:%M}", record.value, state_name(record.state)) for record in records]
    assert found[-len(expected) :] == expected


@then(parsers.parse('the log "{name}" of "{folder}" has the times {times}'))
def log_has_times(world: World, name: str, folder: str, times: str) -> None:
    assert times_of(world, name, folder) == times.split()


@then(parsers.parse('the log "{name}" of "{folder}" has no samples'))
def log_is_empty(world: World, name: str, folder: str) -> None:
    assert times_of(world, name, folder) == []


@then(parsers.parse('the log of "{folder}" has {count:d} samples from {begin} on, a quarter of an hour apart'))
def log_is_whole(world: World, folder: str, count: int, begin: str) -> None:
    start = datetime.fromisoformat(begin).astimezone(UTC)
    path = f"{folder}/OverallConsumptionLogs/ZoneActiveEnergy-Readings"
    _, records = world.operation.browse().history(path, start, start + count * QUARTER)
    assert [record.timestamp for record in records] == [start + number * QUARTER for number in range(count)]


def times_of(world: World, name: str, folder: str) -> list[str]:
    """Return the time of day of every sample of a log, oldest first."""
    _, records = world.operation.browse().history(f"{folder}/OverallConsumptionLogs/{name}")
    return [f"{record.timestamp:%H:%M}" for record in records]
