"""The command line, as a technician and as a script use it."""

import csv
import errno
import json
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from ebo_simulator.cli import main
from ebo_simulator.options import SHARED
from ebo_simulator.profiles import profiles

from tests.ebo_simulator.canned import Subscriptions
from tests.ebo_simulator.ews_stub import SOAP_TYPE, Stub, StubServer, fault

Command = Callable[..., Result]
ZONE = "EVCE Zones/Z1"
LOG = f"{ZONE}/OverallConsumptionLogs/ZoneOverallActivePowerPhase1-Readings"


@pytest.fixture
def ebo(server: StubServer) -> Command:
    """Run a command against the stub."""
    login = {"EBO_URL": server.url, "EBO_USER": "ebo", "EBO_PASSWORD": "s3cret"}
    return lambda *arguments: CliRunner().invoke(main, arguments, env=login)


def test_tree_shows_every_value_beside_its_name(ebo: Command) -> None:
    shown = ebo("tree").output

    assert "└── EVCE Zones" in shown
    assert "ZoneOverallActivePowerPhase1  0.00 kW [Offline]" in shown
    assert "Station-EVSimu1_Alarm [alarm]  Active" in shown
    assert "ZoneOverallActivePowerPhase1-Readings [history]" in shown


def test_tree_of_a_folder_ends_with_its_list_view(ebo: Command) -> None:
    lines = ebo("tree", ZONE).output.splitlines()

    header = next(number for number, line in enumerate(lines) if "Description" in line)
    assert any("ZoneMaxCurrent(A)" in line and "100 A" in line for line in lines[header:])


def test_tree_as_json_nests_folders_and_points(ebo: Command) -> None:
    root = json.loads(ebo("tree", "--json").output)

    zone = root["folders"][0]["folders"][0]
    point = next(point for point in zone["points"] if point["name"] == "ZoneReduction")
    assert (point["kind"], point["value"], point["shown"], point["writeable"]) == ("value", "10.0", "10.00", True)


def test_tree_draws_the_list_view_as_svg(ebo: Command, tmp_path: Path) -> None:
    file = tmp_path / "zone.svg"

    ebo("tree", ZONE, "--svg", str(file))

    drawn = file.read_text("utf-8")
    assert drawn.startswith("<svg")
    assert "12/16/2149&#160;8:27:56&#160;AM" in drawn
    assert "url(http" not in drawn.replace('"', "")


def test_tree_names_what_is_listed_and_not_served(ebo: Command, stub: Stub) -> None:
    gone = stub.items.pop("max")
    list_again = stub._GetContainerItems

    def listing(request: object) -> object:
        stub.items["max"] = gone
        answer = list_again(request)
        del stub.items["max"]
        return answer

    stub.replace["GetContainerItems"] = listing

    assert "Listed but not served: max (INVALID_ID)" in ebo("tree").stderr


def test_values_of_a_folder_and_of_a_point_are_read(ebo: Command) -> None:
    shown = ebo("values", f"{ZONE}/EVSimu1", f"{ZONE}/ZoneId").output

    assert "ConnectorSetPointCurrent" in shown
    assert "ZoneMaxCurrent" not in shown


def test_values_as_json_carry_raw_and_shown_values(ebo: Command) -> None:
    (point,) = json.loads(ebo("values", f"{ZONE}/ZoneValidity", "--json", "--culture", "sv-SE").output)

    assert (point["value"], point["shown"]) == ("2149-12-16T08:27:56Z", "2149-12-16 08:27:56")


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_info_shows_the_server_and_its_operations(ebo: Command, form: list[str]) -> None:
    shown = ebo("info", *form).output

    assert "EVCE Ews Server" in shown
    assert "GetValues" in shown


def test_the_version_of_the_profile_is_spoken_unless_another_is_given(ebo: Command) -> None:
    assert json.loads(ebo("info", "--json", "--profile", "as-p").output)["version"] == "1.1"
    assert json.loads(ebo("info", "--json", "--profile", "as-p", "--version", "1.2").output)["version"] == "1.2"


def test_set_writes_and_says_so(ebo: Command, stub: Stub) -> None:
    result = ebo("set", f"{ZONE}/ZoneReduction=25")

    assert (result.exit_code, stub.items["reduction"]["Value"]) == (0, "25")
    assert "done" in result.output


def test_set_exits_with_1_when_a_value_is_refused(ebo: Command) -> None:
    result = ebo("set", f"{ZONE}/ZoneId=9", "--json")

    assert result.exit_code == 1
    assert json.loads(result.output)[f"{ZONE}/ZoneId"]["message"] == "VALUE_NOT_WRITEABLE"


def test_set_without_an_equals_sign_says_how_to_write_it(ebo: Command) -> None:
    assert "write PATH=VALUE" in ebo("set", "ZoneId").stderr


@pytest.mark.usefixtures("subscriptions")
@pytest.mark.parametrize(
    "arguments",
    [
        ("acknowledge", f"{ZONE}/EVSimu1/Station-EVSimu1_Alarm"),
        ("force", f"{ZONE}/ZoneReduction=5"),
        ("unforce", f"{ZONE}/ZoneReduction"),
    ],
)
def test_acknowledging_and_forcing_tell_their_results(ebo: Command, arguments: tuple[str, ...]) -> None:
    result = ebo(*arguments)

    assert result.exit_code == 0
    assert "done" in result.output


@pytest.mark.usefixtures("subscriptions")
def test_a_refused_acknowledge_is_shown_with_its_reason(ebo: Command) -> None:
    result = ebo("acknowledge", "nowhere")

    assert result.exit_code == 1
    assert "refused: INVALID_ID" in result.output


@pytest.mark.usefixtures("subscriptions")
def test_history_is_printed_as_on_the_screen(ebo: Command) -> None:
    shown = ebo("history", LOG).output

    assert "3/1/2026 10:15:00 AM" in shown
    assert "0.58 kW [Uncertain]" in shown


@pytest.mark.usefixtures("subscriptions")
def test_history_goes_to_csv_and_picture(ebo: Command, tmp_path: Path) -> None:
    table, picture = tmp_path / "h.csv", tmp_path / "h.png"

    result = ebo("history", ZONE, "--csv", str(table), "--plot", str(picture))

    assert (result.exit_code, result.output) == (0, "")
    rows = list(csv.reader(table.read_text("utf-8").splitlines()))
    assert rows[:2] == [["path", "time", "value", "unit", "state"], [LOG, "2026-03-01T10:00:00Z", "0.13", "kW", "0"]]
    assert picture.stat().st_size > 1000


@pytest.mark.usefixtures("subscriptions")
def test_history_as_json_holds_the_records(ebo: Command) -> None:
    bounds = ("--from", "2026-03-01T10:00:00", "--to", "2026-03-01T11:00:00Z")

    (series,) = json.loads(ebo("history", LOG, "--json", *bounds).output)

    assert series["records"][0] == {"value": "0.13", "state": 0, "timestamp": "2026-03-01T10:00:00Z"}


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [(("history", LOG, "--from", "noon"), "write 2030-01-31"), (("run", "--duration", "soon"), "write 90s, 15m")],
)
def test_a_time_that_cannot_be_read_says_how_to_write_it(ebo: Command, arguments: tuple[str, ...], hint: str) -> None:
    result = ebo(*arguments)

    assert result.exit_code == 2
    assert hint in result.stderr


@pytest.mark.usefixtures("subscriptions")
def test_alarms_are_shown_with_the_cursor(ebo: Command) -> None:
    shown = ebo("alarms").output

    assert "EVSimu1 is unavailable [seen]" in shown
    assert "required" in shown
    assert "LastUpdate: c1" in shown


@pytest.mark.usefixtures("subscriptions")
def test_alarms_since_a_cursor_as_json(ebo: Command) -> None:
    found = json.loads(ebo("alarms", "--since", "c1", "--json").output)

    assert ([event["state"] for event in found["events"]], found["last_update"]) == ([2], "c2")


@pytest.mark.usefixtures("subscriptions")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("alarm-history",), "Normal"),
        (("alarm-history", f"{ZONE}/EVSimu1/Station-EVSimu1_Alarm", "--json"), '"source_name": "StationIsConnected"'),
        (("system-events",), "ebo came in"),
        (("system-events", "--json"), '"type": "Login"'),
        (("types",), "alarms: EVCE Fault, EVCE Availability\nsystem events: Login"),
        (("types", "--json", "--version", "1.1"), '"EVCE Fault"'),
        (("where", f"{ZONE}/ZoneId"), "EVCE Zones > Z1"),
        (("where", ZONE, "--json"), '"EVCE Zones"'),
        (("enums", "boolean"), "1 = yes"),
        (("enums", "--json"), '"text": "yes"'),
        (("aggregate", LOG), '"period": 3600'),
    ],
)
def test_the_other_reading_commands_show_what_the_server_says(
    ebo: Command, arguments: tuple[str, ...], expected: str
) -> None:
    result = ebo(*arguments)

    assert result.exit_code == 0
    assert expected in result.output


@pytest.mark.usefixtures("subscriptions")
def test_an_enumeration_that_does_not_exist_is_named(ebo: Command) -> None:
    assert "other: INVALID_ID" in ebo("enums", "other").stderr


def changing(stub: Stub) -> None:
    """Let the set point rise by 1 A with each read."""

    def answer(request: object) -> object:
        row = stub.items["set-point"]
        row["Value"] = str(int(row["Value"]) + 1)
        return stub._GetValues(request)

    stub.replace["GetValues"] = answer


def test_watch_as_json_prints_a_line_for_each_change_below_the_path(ebo: Command, stub: Stub) -> None:
    changing(stub)

    result = ebo("watch", f"{ZONE}/EVSimu1", "--json", "--count", "2", "--interval", "0.01")

    lines = [json.loads(line) for line in result.output.splitlines()]
    assert [(line["id"], line["value"], line["shown"]) for line in lines] == [
        ("set-point", "33", "33 A"),
        ("set-point", "34", "34 A"),
    ]


def test_watch_leaves_out_what_is_elsewhere(ebo: Command, stub: Stub) -> None:
    changing(stub)

    assert ebo("watch", f"{ZONE}/OverallConsumptionLogs", "--json", "--count", "1").output == ""


def test_watch_draws_the_tree_and_counts_the_changes(ebo: Command, stub: Stub) -> None:
    changing(stub)

    result = ebo("watch", "--count", "1")

    assert "ConnectorSetPointCurrent  33 A" in result.output
    assert "1 changed at" in result.output


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_watch_goes_on_when_the_server_fails_for_a_while(ebo: Command, stub: Stub, form: list[str]) -> None:
    answers = iter([(500, SOAP_TYPE, fault("TimeOut", "TIMEOUT", "Busy.")), None])
    stub.replace["GetValues"] = lambda request: next(answers) or stub._GetValues(request)

    result = ebo("watch", "--count", "2", "--interval", "0.01", *form)

    assert result.exit_code == 0
    assert form == [] or "TimeOut: TIMEOUT; Busy" in json.loads(result.output)["error"]


@pytest.mark.parametrize("command", ["watch", "run"])
def test_ctrl_c_stops_cleanly(ebo: Command, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ebo_simulator.clock.SystemClock.wait", interrupted)

    result = ebo(command)

    assert (result.exit_code, result.stderr.splitlines()[0]) == (0, "Stopped.")


def test_subscribe_prints_notifications_and_unsubscribes(ebo: Command, subscriptions: Subscriptions) -> None:
    arguments = ("--count", "2", "--interval", "0.01", "--expires", "5m")

    lines = [json.loads(line) for line in ebo("subscribe", f"{ZONE}/ZoneId", *arguments).output.splitlines()]

    assert lines[0]["expires"] == 600
    assert "zone-id" in [value["id"] for value in lines[1]["values"]]
    assert lines[2]["values"] == []
    assert subscriptions.seen == {}


def test_subscribe_renews_in_time_and_stops_with_ctrl_c(
    ebo: Command, subscriptions: Subscriptions, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ebo_simulator.clock.SystemClock.wait", interrupted)
    subscriptions.expires = "PT0.000001S"

    result = ebo("subscribe", ZONE, "--children", "--event", "values")

    assert "Stopped." in result.stderr
    assert len(stub.asked("Renew")) == 1
    assert subscriptions.seen == {}


@pytest.mark.usefixtures("subscriptions")
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_run_polls_like_the_profile_and_prints_statistics(ebo: Command, form: list[str]) -> None:
    result = ebo("run", "--profile", "as-p", "--duration", "0.1s", *form)

    assert result.exit_code == 0
    assert "GetContainerItems" in result.output
    assert form == [] or json.loads(result.output)["rounds"] == {"values": 1, "alarms": 1}


def test_run_counts_the_errors_and_names_what_is_not_offered(ebo: Command, stub: Stub) -> None:
    stub.replace["GetValues"] = lambda _: (500, SOAP_TYPE, fault("TimeOut", "TIMEOUT", "Busy."))

    told = ebo("run", "--profile", "as-p", "--duration", "0.1s").stderr

    assert "the server does not offer it: alarms" in told
    assert "1 x TimeOut\nThe last: The EWS server answered with the fault TimeOut: TIMEOUT; Busy." in told


def test_a_wrong_password_is_one_line_and_status_1(server: StubServer) -> None:
    result = CliRunner().invoke(main, ["tree", "--url", server.url, "--user", "ebo", "--password", "wrong"])

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


def test_a_file_that_cannot_be_written_is_named(ebo: Command, tmp_path: Path) -> None:
    result = ebo("tree", ZONE, "--svg", str(tmp_path / "no" / "folder.svg"))

    assert result.exit_code == 1
    assert "folder.svg" in result.stderr


def test_a_reader_that_stops_reading_is_no_error(ebo: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def hung_up(*_: object, **__: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("click.echo", hung_up)

    assert ebo("tree", "--json").stderr == ""


def test_the_readme_names_every_command_option_and_profile() -> None:
    text = (files("ebo_simulator") / "README.md").read_text("utf-8")

    words = [f"`{name}" for name in main.commands]
    words += [f"`{name}`" for option in SHARED for name in options_of(option)]
    words += [f"| `{name}` |" for name in profiles()]
    assert [word for word in words if word not in text] == []


def options_of(option: Callable[..., object]) -> list[str]:
    """Give the spellings of a shared option."""
    command = click.command()(option(lambda: None))
    return [name for parameter in command.params for name in parameter.opts]


@pytest.mark.parametrize("module", ["ebo_simulator", "evce_simulator"])
def test_a_simulator_runs_as_a_module_too(module: str) -> None:
    command = [sys.executable, "-m", module, "--help"]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own
    assert result.stdout.startswith(f"Usage: python -m {module} [OPTIONS] COMMAND")


def test_what_stands_in_square_brackets_is_shown_like_all_else(ebo: Command, stub: Stub) -> None:
    stub.items["reduction"]["Unit"] = "[old] unit"
    assert "[old] unit" in ebo("values", ZONE).output
    assert "[old] unit" in ebo("tree", ZONE).output
