"""The project's verbs: `nox` runs what a change must pass, `nox -l` lists the rest."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each worker of each run would rewrite all assertions anew
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The Python that nox runs on: what says nothing of a Python is run on it alone."""
HERE = all(map(importlib.util.find_spec, ("evce_connector", "pytest", "locust", "mypy", "importlinter")))
"""Whether nox runs in an environment with `.[dev]`, as README makes it: then its sessions run there too."""
if HERE:
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
IN_MEMORY, ROOMY = Path("/dev/shm"), 4 * 2**30  # noqa: S108 - pytest makes folders of its own in it
"""A file system that waits for no disk, and the free bytes that it must have (a container gives it few by default).

Each scenario has a database of its own, and each commit waits for the disk: a tenth of their time.
"""
if "TMPDIR" not in os.environ and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ROOMY:
    os.environ["TMPDIR"] = str(IN_MEMORY)
nox.options.sessions = ["lint", "types", "tests", "bdd", "hostile", "load"]
nox.options.default_venv_backend = "none" if HERE else "virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False  # of the Pythons asked for, those that the machine lacks are skipped

HELPERS = [
    str(path) for path in sorted(Path("tests").rglob("[!_]*.py")) if not path.name.startswith(("test_", "conftest"))
]
"""What tests share: types are checked there too."""
HOSTILE = "tests/hostile"
"""Tests that measure time beside crowds of clients: those that only wait do so beside each other."""
KILLED = "tests/evce_connector/kills"
"""Tests that kill the connector while everything writes."""
ONCE = ["-m", "once and not release", "--ignore=tests/evce_simulator/test_contract_fuzzing.py"]
"""The longest tests; fuzzing, of which none is, takes seconds of each worker to be collected."""
BESIDE_OTHERS, BY_ITSELF = ["-m", "once and not quiet"], ["-m", "quiet"]
NOT_ONCE = ["-m", "not once"]
DIALECTS = ["areas", "links", "onedoc"]
OF_DIALECTS = "O-5 or P-1"
"""Requirements whose scenarios say most of a dialect, set-up and writes; `bdd -- --profile NAME` runs all."""
# More workers than the two cores: acceptance runs and scenarios over HTTP wait for sockets now and then. A file of
# tests stays on one worker, for what its fixtures hold; longest first (tests/conftest.py), so that none ends alone.
SPREAD = ["-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
ON_TWO = ["-n", "2", *SPREAD[2:]]
"""For few tests: each worker collects all of them, which takes it as long as a hundred."""
SHARED_OUT = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
ONE_BY_ONE = ["-n", "3", "--dist", "worksteal"]
"""For tests that wait most of the time and share no fixture: those of a file too run beside each other."""
SHORT = ["tests", f"--ignore={HOSTILE}", *NOT_ONCE]
_OF_NO_PYTHON = (
    "browser",
    "deploy",
    "docs",
    "evce_acceptance",
    "evce_connector/alarms",
    "evce_connector/cli/test_backups.py",
    "evce_connector/cli/test_check_and_run.py",
    "evce_connector/cli/test_damaged.py",
    "evce_connector/host/test_left_log.py",
    "evce_connector/host/test_new_addresses.py",
    "evce_connector/host/test_planted_secrets.py",
    "evce_connector/host/test_read_only.py",
    "evce_connector/points",
    "evce_connector/portal",
    "evce_connector/probe",
    "evce_connector/processors",
    "evce_connector/profile_tools",
    "evce_connector/takeover",
    "evce_connector/writes",
    "evce_simulator/dialect",
    "evce_simulator/test_contract_fuzzing.py",
    "evce_simulator/test_lifelike_site.py",
    "evce_simulator/test_moving_site.py",
    "integration",
    "load",
    "support/test_house_rules.py",
)
OF_NO_PYTHON = [f"--ignore=tests/{path}" for path in _OF_NO_PYTHON]
"""What these say of pages, documents, databases, formulas, alarms, writes, house rules, secrets in output and whole
sites is the same on every Python; the tests of load look at a program that only they and its users run."""


def install(session: nox.Session, extras: str) -> None:
    """Install the project with extras, unless the session runs where all of them are."""
    if session.virtualenv.is_sandboxed:
        session.install("-e", f".[{extras}]")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and house rules."""
    install(session, "lint")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check types (mypy strict)."""
    install(session, "tests,types")
    session.run("mypy")
    session.run("mypy", "-p", "evce_acceptance")
    session.run("mypy", "--explicit-package-bases", *HELPERS)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests but the longest."""
    install(session, "tests")
    session.run("pytest", *(session.posargs or [*SHORT, *SPREAD]))


@nox.session(python=[python for python in PYTHONS if python != OWN], venv_backend="virtualenv")
def python(session: nox.Session) -> None:
    """Run the same on another Python, but what says nothing of one; of a test with parameters, its first case."""
    install(session, "tests")
    session.run("pytest", *(session.posargs or [*SHORT, *ON_TWO, *OF_NO_PYTHON, "--one-of-each"]))


@nox.session
def bdd(session: nox.Session) -> None:
    """Run the Gherkin features, and see that what the requirements name as proof is there.

    In process with every example, over HTTP and on PostgreSQL each scenario with its first one; `-- --rows all` runs
    all of them everywhere, `-- --profile areas` lets the charge controller speak a dialect.
    """
    install(session, "tests")
    if session.posargs:
        session.run("pytest", "features", *session.posargs)
    else:
        session.run("python", "-m", "features.trace", "--collect", silent=True)
        session.run("pytest", "features", "-n", "4", "--rows", "first")


@nox.session
def hostile(session: nox.Session) -> None:
    """Put the connector among clients that stall, flood and send nonsense, and its database out of order: 2 minutes."""
    install(session, "tests")
    if session.posargs:
        session.run("pytest", HOSTILE, *session.posargs)
    else:
        session.run("pytest", HOSTILE, *ONE_BY_ONE, *NOT_ONCE)


@nox.session
def long(session: nox.Session) -> None:
    """Run the longest tests: kills, a year, wheels, browsers and acceptance of whole sites."""
    install(session, "tests")
    session.run("pytest", "tests", f"--ignore={HOSTILE}", *SPREAD, *ONCE)


@nox.session
def release(session: nox.Session) -> None:
    """Run what says at length what `long` says in short: a whole year, every wrong connector and server accepted."""
    install(session, "tests")
    session.run("pytest", "tests", f"--ignore={HOSTILE}", *SPREAD, "-m", "release")


@nox.session
def crowds(session: nox.Session) -> None:
    """Put the connector among hundreds of clients that stall, flood, guess and ask for much."""
    install(session, "tests")
    session.run("pytest", HOSTILE, *SHARED_OUT, *BESIDE_OTHERS)


@nox.session
def quiet(session: nox.Session) -> None:
    """Run what of that measures a few ms: it wants a machine that does nothing else."""
    install(session, "tests")
    session.run("pytest", HOSTILE, *BY_ITSELF)


@nox.session
def dialects(session: nox.Session) -> None:
    """Run the features of set-up and writes on a controller that speaks each of the shipped dialects, or `-- NAME`."""
    install(session, "tests")
    for dialect in session.posargs or DIALECTS:
        session.run("pytest", "features", "-n", "2", "--target", "in-process", "--profile", dialect, "-m", OF_DIALECTS)


@nox.session
def sample(session: nox.Session) -> None:
    """Run a sample of wrong connectors, each of which must be noticed."""
    install(session, "tests")
    session.run("python", "-m", "features.mutants", "--kind", "generated", "--sample", "6")


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure which lines and branches the tests run, the longest too, and see that it is 95 % at least: 15 minutes."""
    install(session, "tests")
    session.run("pytest", "tests", f"--ignore={HOSTILE}", *SPREAD, "-m", "not release", "--cov", "--cov-report=term")


@nox.session
def kills(session: nox.Session) -> None:
    """Kill writing connectors (-9), and see that nothing is lost or doubled: `-- --sqlite 1000 --postgresql 300`.

    It says how far it is, and ends with a table of what was compared and how soon the next start answered.
    """
    parser = argparse.ArgumentParser(prog="nox -s kills --", allow_abbrev=False)
    parser.add_argument("--sqlite", type=int, default=1000, help="kills on SQLite, over all writers")
    parser.add_argument("--postgresql", type=int, default=300, help="kills on PostgreSQL")
    wanted = {f"KILLS_{kind.upper()}": str(kills) for kind, kills in vars(parser.parse_args(session.posargs)).items()}
    install(session, "tests")
    session.run("pytest", KILLED, "-n", "2", "-o", "console_output_style=count", env=wanted)


def _ends_as_it(session: nox.Session, *command: str) -> None:
    """Run a command with what stands behind `--`, and end with its own exit status, of which nox would make 1."""
    folders = os.pathsep.join([*(session.bin_paths or []), os.environ["PATH"]])
    program = shutil.which(command[0], path=folders) or session.error(f"{command[0]} is not installed.")
    line = [program, *command[1:], *session.posargs]
    status = subprocess.run(line, env=os.environ | {"PATH": folders}, check=False).returncode  # noqa: S603 - our own command
    if status:
        sys.exit(status)


@nox.session
def sat(session: nox.Session) -> None:
    """Accept a site: `-- --site site.toml`; without it a simulated one is accepted; also `-- plan ...`."""
    install(session, "acceptance,simulators")
    others = {"plan", "diff", "pdf", "restore", "resume", "sign", "verify", "watch"}
    _ends_as_it(session, "evce-acceptance", *([] if others.intersection(session.posargs[:1]) else ["run"]))


@nox.session
def shadow(session: nox.Session) -> None:
    """Compare two connectors of one site for hours: `-- --pair pair.toml --hours 4`."""
    install(session, "acceptance,simulators")
    _ends_as_it(session, "evce-acceptance", "shadow")


@nox.session
def mutants(session: nox.Session) -> None:
    """Run wrong connectors, and see that features, and of some modules tests, notice each; writes MUTANTS.md."""
    install(session, "tests")
    session.run("python", "-m", "features.mutants", *session.posargs)


@nox.session
def seen(session: nox.Session) -> None:
    """Look at wrong connectors made by hand as an acceptance run does, and write SEEN.md: what is seen, and why not."""
    install(session, "tests")
    session.run("python", "-m", "features.seen", *session.posargs)


@nox.session
def load(session: nox.Session) -> None:
    """Put the connector under load for 20 seconds; `-- --profile site` for another profile."""
    install(session, "load")
    session.run("python", "-m", "load", *(session.posargs or ["--profile", "smoke"]))


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the connector beside what others would build, and on each kind of database."""
    install(session, "load,tests")
    session.run("python", "-m", "load.bench", "--output", "build/bench.json", *session.posargs)


@nox.session(venv_backend="virtualenv")
def sbom(session: nox.Session) -> None:
    """List what the connector is made of when it is installed alone, with PostgreSQL: build/sbom.json, by CycloneDX."""
    session.install(".[postgres]")
    Path("build").mkdir(exist_ok=True)
    with session.chdir("build"):
        tool = Path(session.create_tmp()) / "tool"
        session.run("python", "-m", "venv", str(tool), silent=True)
        binaries = tool / ("Scripts" if sys.platform == "win32" else "bin")
        session.run(str(binaries / "python"), "-m", "pip", "install", "--quiet", "cyclonedx-bom", external=True)
        made = ("environment", session.virtualenv.location, "--pyproject", "../pyproject.toml", "--output-reproducible")
        session.run(str(binaries / "cyclonedx-py"), *made, "-o", "sbom.json", external=True)


@nox.session
def tables(session: nox.Session) -> None:
    """Write every table and document that derives from data."""
    install(session, "tests")
    session.run("python", "-m", "features.tables", "--write")
    session.run("python", "-m", "features.failures", "--write")
    session.run("python", "-m", "connector_documents", "--write")


@nox.session
def pictures(session: nox.Session) -> None:
    """Make the pictures of the documents anew, from what is there now; `-- trend.png zone.svg` for some: 3 minutes."""
    install(session, "tests")
    session.run("python", "-m", "tests.pictures", *session.posargs)


@nox.session
def site(session: nox.Session) -> None:
    """Make a site of the documents in build/site, to be read anywhere without a network; a dead link fails it."""
    install(session, "site")
    anew = ("--fail-on-warning", "--keep-going", "--fresh-env", "--write-all", "--quiet")
    session.run("sphinx-build", *anew, "-c", "reference/docs/site", "-d", "build/site-read", ".", "build/site")
    session.log("Open build/site/index.html")


@nox.session
def trace(session: nox.Session) -> None:
    """Run the features and the tests that requirements name, and write what shows which requirement."""
    install(session, "tests")
    session.run("python", "-m", "features.trace", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Show the site as its operator would see it."""
    install(session, "simulators")
    session.run("evce-connector", "demo", *session.posargs)
