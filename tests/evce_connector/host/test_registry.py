"""A processor of another package: found by its entry point, run when the configuration names it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evce_connector import config
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.host.registry import candidates, classes
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from tests.support.joined import Document

Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]

MODULE = """
from typing import ClassVar
from pydantic import Field
from evce_connector.config import Section
from evce_connector.processors.base import Processor, Prompt

class Fields(Section):
    greeting: str = Field("Hello", min_length=1, description="What it says")

class Greeter(Processor):
    name: ClassVar[str] = "greeter"
    Options: ClassVar[type[Section]] = Fields

    def execute(self, stop):
        return [Prompt(self.options.greeting)]
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Install a package with one processor, as pip would leave it behind."""

    def put(module: str, entry: str) -> None:
        folder = tmp_path / "site"
        information = folder / f"{module}-1.0.dist-info"
        information.mkdir(parents=True)
        (folder / f"{module}.py").write_text(MODULE, encoding="utf-8")
        (information / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8"
        )
        text = f"[evce_connector.processors]\n{entry}\n"
        (information / "entry_points.txt").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(folder))

    return put


def made(service: ConnectorService) -> list[Any]:
    return [job.processor for job in service.processors.jobs.values() if job.processor.name == "greeter"]


def test_an_installed_processor_is_found(install: Callable[[str, str], None]) -> None:
    install("greeter_one", "greeter = greeter_one:Greeter")
    assert candidates()["greeter"].__name__ == "Greeter"


def test_it_does_not_run_unless_the_configuration_names_it(
    install: Callable[[str, str], None], simulate: Simulate, serve: Serve
) -> None:
    install("greeter_two", "greeter = greeter_two:Greeter")
    assert made(serve(simulate().url)) == []


@pytest.mark.parametrize(("fields", "greeting"), [({}, "Hello"), ({"greeting": "Moin"}, "Moin")])
def test_it_gets_its_fields_from_the_configuration(
    install: Callable[[str, str], None], simulate: Simulate, serve: Serve, fields: dict[str, str], greeting: str
) -> None:
    install("greeter_three", "greeter = greeter_three:Greeter")
    (processor,) = made(serve(simulate().url, processors={"greeter": fields}))
    assert processor.options.greeting == greeting


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"greeting": ""}, "processors.greeter.greeting: "),
        ({"greetin": "x"}, "processors.greeter.greetin is an unknown key (did you mean greeting?)."),
    ],
)
def test_a_wrong_field_is_named_with_its_place(
    install: Callable[[str, str], None], simulate: Simulate, serve: Serve, fields: dict[str, str], line: str
) -> None:
    install("greeter_four", "greeter = greeter_four:Greeter")
    with pytest.raises(ConfigurationError) as error:
        serve(simulate().url, processors={"greeter": fields})
    assert str(error.value).startswith(line)


def test_a_processor_that_nobody_installed_is_named(simulate: Simulate, serve: Serve) -> None:
    with pytest.raises(ConfigurationError, match=r"processors\.oracle: no installed package offers it"):
        serve(simulate().url, processors={"oracle": {}})


@pytest.mark.parametrize("entry", ["greeter = missing_module:Greeter", "greeter = greeter_five:Nothing"])
def test_a_package_that_cannot_be_loaded_is_named(install: Callable[[str, str], None], entry: str) -> None:
    install("greeter_five", entry)
    with pytest.raises(ConfigurationError, match=r"processors\.greeter cannot be loaded: "):
        candidates()


@pytest.mark.parametrize(
    ("name", "table"), [("EvceSetupProcessor", "setup"), ("EvceProcessor", "status"), ("EvceLogsProcessor", "logs")]
)
def test_the_connector_s_own_processors_are_refused_with_where_their_keys_stand(
    simulate: Simulate, serve: Serve, name: str, table: str
) -> None:
    own = rf"processors\.{name} is the connector's own and runs anyway: its keys are in \[{table}\]\.$"
    with pytest.raises(ConfigurationError, match=own):
        serve(simulate().url, processors={name: {}})


def test_none_of_the_connector_s_own_processors_is_offered_as_one_of_others() -> None:
    assert candidates() == {}


def test_what_is_no_processor_is_named(install: Callable[[str, str], None]) -> None:
    install("greeter_six", "greeter = greeter_six:Fields")
    with pytest.raises(ConfigurationError, match=r"processors\.greeter: greeter_six:Fields is no class derived from"):
        candidates()


OWN = ("EvceSetupProcessor", "EvceProcessor", "EvceLogsProcessor")


def configured(document: Document, threads: int = 5, **rows: dict[str, Any]) -> Configuration:
    """Configure processors by their classes, and how many run at once."""
    tables = [{"name": name, "class_name": name} | fields for name, fields in rows.items()]
    return config.parse(document | {"host": {"threads": threads}, "processor_configurations": tables}, {})


def test_a_class_that_there_is_not_is_named_with_those_that_there_are(document: Document) -> None:
    with pytest.raises(ConfigurationError) as refused:
        classes(configured(document, EvceStatusProcessor={}))
    assert str(refused.value).startswith(
        "processor_configurations: EvceStatusProcessor has the class EvceStatusProcessor, which is not there; there "
        "are EvceLogsProcessor, EvceProcessor, EvceSetupProcessor."
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_that_leave_none_to_set_up_are_refused(document: Document, threads: int) -> None:
    with pytest.raises(ConfigurationError) as refused:
        classes(configured(document, threads, **{key: {} for key in OWN}))
    assert str(refused.value) == (
        f"host.threads is {threads}, and EvceProcessor, EvceLogsProcessor run all the time: no other processor would "
        "ever run. Give it 3 or more."
    )


@pytest.mark.parametrize(
    ("threads", "rows"),
    [
        (3, {key: {} for key in OWN}),
        (2, {"EvceSetupProcessor": {}, "EvceProcessor": {}, "EvceLogsProcessor": {"is_active": False}}),
        (1, {"EvceProcessor": {}}),
    ],
    ids=["one more", "one that is not active", "nothing else"],
)
def test_threads_that_are_enough_are_taken(document: Document, threads: int, rows: dict[str, dict[str, Any]]) -> None:
    assert [one.class_name for one in classes(configured(document, threads, **rows))] == list(rows)
