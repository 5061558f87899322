"""The service of Windows: WinSW runs on Windows alone, so its file is looked at by what WinSW's document names."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
from evce_connector.cli import cli
from lxml import etree

FILE = Path(__file__).parents[2] / "reference" / "deploy" / "windows" / "evce-connector.xml"
SERVICE = etree.parse(FILE).getroot()
KNOWN = {
    *("id", "name", "description", "executable", "arguments", "env", "serviceaccount", "startmode", "delayedAutoStart"),
    *("stoptimeout", "stopparentprocessfirst", "onfailure", "resetfailure", "logpath", "log"),
}
"""Elements of WinSW 2 that are used: it takes no notice of one that it does not know."""


def test_each_element_is_one_that_winsw_knows() -> None:
    assert {element.tag for element in SERVICE if isinstance(element.tag, str)} == KNOWN


def test_it_runs_a_command_with_options_that_there_are() -> None:
    name, *words = shlex.split(SERVICE.findtext("arguments", ""), posix=False)
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert {word for word in words if word.startswith("--")} <= {one for each in command.params for one in each.opts}


def test_it_runs_as_an_account_of_few_rights() -> None:
    account = SERVICE.find("serviceaccount")
    assert account is not None
    assert (account.findtext("domain"), account.findtext("user")) == ("NT AUTHORITY", "LocalService")


def test_it_is_started_again_when_it_fails() -> None:
    assert [dict(element.attrib) for element in SERVICE.iterfind("onfailure")] == [
        {"action": "restart", "delay": "10 sec"}
    ]
