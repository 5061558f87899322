"""A bundle is signed and checked by commands, with keys as people have them."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_acceptance.cli import main
from evce_acceptance.report import bundle, signature

from tests.evce_acceptance.report.example_run import example

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine")
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run() -> Run:
    def made(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(main, [str(one) for one in arguments])
        return result.exit_code, result.output

    return made


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return bundle.write(example(), tmp_path / "sat")


def make_key(folder: Path, name: str) -> tuple[Path, str]:
    """Make a key without a passphrase; returns it, and the line that lets its owner sign."""
    file = folder / name
    command = [str(shutil.which("ssh-keygen")), "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file)]
    subprocess.run(command, check=True)  # noqa: S603 - a fixed command
    return file, f"{name} {Path(f'{file}.pub').read_text(encoding='utf-8')}"


def test_who_signed_is_named_by_the_file_of_signers(run: Run, written: Path, tmp_path: Path) -> None:
    key, line = make_key(tmp_path, "a.tester")
    (tmp_path / "signers").write_text(line, encoding="utf-8")
    assert run("sign", written, "--key", key) == (0, f"Signature: {written}.sig\n")
    status, said = run("verify", written, "--signers", tmp_path / "signers")
    assert (status, said.splitlines()[-1]) == (0, "Signed by a.tester")


def test_a_client_checks_it_with_openssh_alone(run: Run, written: Path, tmp_path: Path) -> None:
    key, line = make_key(tmp_path, "a.tester")
    (tmp_path / "signers").write_text(line, encoding="utf-8")
    run("sign", written, "--key", key)
    options = ["-f", tmp_path / "signers", "-I", "a.tester", "-n", "evce-acceptance", "-s", f"{written}.sig"]
    with written.open("rb") as content:
        subprocess.run([str(shutil.which("ssh-keygen")), "-Y", "verify", *options], stdin=content, check=True)  # noqa: S603 - a fixed command


def test_without_signers_the_key_is_named(run: Run, written: Path, tmp_path: Path) -> None:
    run("sign", written, "--key", make_key(tmp_path, "a.tester")[0])
    status, said = run("verify", written)
    assert (status, "Signed by the key SHA256:" in said) == (0, True)


def test_a_signature_of_somebody_else_is_refused(run: Run, written: Path, tmp_path: Path) -> None:
    (tmp_path / "signers").write_text(make_key(tmp_path, "a.tester")[1], encoding="utf-8")
    run("sign", written, "--key", make_key(tmp_path, "stranger")[0])
    status, said = run("verify", written, "--signers", tmp_path / "signers")
    assert (status, "was made by nobody whom" in said) == (1, True)


@pytest.mark.parametrize("with_signers", [True, False])
def test_a_bundle_that_was_made_anew_is_not_the_signed_one(
    run: Run, written: Path, tmp_path: Path, *, with_signers: bool
) -> None:
    key, line = make_key(tmp_path, "a.tester")
    (tmp_path / "signers").write_text(line, encoding="utf-8")
    run("sign", written, "--key", key)
    other = example()
    other.checks.pop()
    bundle.write(other, written.parent, written.name)
    status, _ = run("verify", written, *["--signers", tmp_path / "signers"] * with_signers)
    assert status == 1


def test_a_changed_bundle_is_neither_signed_nor_verified(run: Run, written: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("new.txt", "later")
    key, _ = make_key(tmp_path, "a.tester")
    for command in (("verify", written), ("sign", written, "--key", key)):
        status, said = run(*command)
        assert (status, "new.txt is not in SHA256SUMS: it was put in later." in said) == (1, True)
    assert not signature.beside(written).exists()


def test_a_bundle_without_a_signature_says_so(run: Run, written: Path, tmp_path: Path) -> None:
    (tmp_path / "signers").write_text(make_key(tmp_path, "a.tester")[1], encoding="utf-8")
    assert run("verify", written)[1].endswith("It is not signed.\n")
    status, said = run("verify", written, "--signers", tmp_path / "signers")
    assert (status, "Nobody signed it" in said) == (1, True)


def test_a_second_signature_does_not_replace_the_first(run: Run, written: Path, tmp_path: Path) -> None:
    key, _ = make_key(tmp_path, "a.tester")
    run("sign", written, "--key", key)
    status, said = run("sign", written, "--key", key)
    assert (status, "is there already" in said) == (1, True)


def test_what_is_no_key_is_said_to_be_so(run: Run, written: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key", encoding="utf-8")
    status, said = run("sign", written, "--key", tmp_path / "key")
    assert (status, "cannot be signed with" in said) == (1, True)


def test_a_machine_without_openssh_is_told_what_to_install(
    run: Run, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _ = make_key(tmp_path, "a.tester")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "package openssh-client" in run("sign", written, "--key", key)[1]
