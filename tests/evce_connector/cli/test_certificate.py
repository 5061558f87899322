"""`evce-connector certificate`: nothing is saved that nobody has compared, and nothing is overwritten."""

from __future__ import annotations

import json
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from evce_connector.cli import certificate as commands
from evce_connector.cli import cli
from evce_connector.errors import ConnectorError
from evce_connector.evce.errors import EvceUnreachableError
from evce_connector.http_server.tls import server_context

from tests.support.tls import Made, context, make, serving


def run(*arguments: str | Path, answer: str = "") -> Result:
    """Run the command; an error of ours is raised as it is."""
    result = CliRunner().invoke(cli, ["certificate", *map(str, arguments)], input=answer)
    if isinstance(result.exception, ConnectorError):
        raise result.exception
    return result


@contextmanager
def controller(made: Made, folder: Path, shown: int = 1) -> Iterator[str]:
    """Serve a certificate as a controller does; yields its address."""
    with serving(context(made, folder, shown)) as port:
        yield f"https://localhost:{port}"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody sit at a terminal."""
    monkeypatch.setattr(commands, "can_ask", lambda: True)


@pytest.mark.usefixtures("asked")
def test_a_certificate_that_somebody_compared_is_saved_and_believed(tmp_path: Path) -> None:
    made, file = make("evce", "localhost", "10.1.2.3"), tmp_path / "ca.pem"
    with controller(made, tmp_path) as url:
        result = run("fetch", f"{url}/api/v2", "--output", file, answer="y\n")
    assert result.exit_code == 0, result.output
    assert file.read_bytes() == made.pem
    begins, ends = made.certificate.not_valid_before_utc, made.certificate.not_valid_after_utc
    assert result.output.splitlines()[:6] == [
        f"The controller at {url} shows:",
        "  Subject  CN=evce",
        "  Names    localhost, 10.1.2.3",
        "  Issuer   itself",
        f"  Valid    {begins:%Y-%m-%d} to {ends:%Y-%m-%d}",
        f"  SHA-256  {made.fingerprint}",
    ]
    assert "Is this the fingerprint that the controller shows, or its technician tells?" in result.output
    assert f'[evce]\nverify_tls = "{file}"\n' in result.output
    assert result.output.endswith("With it the controller is believed.\n")


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_what_nobody_said_yes_to_is_not_saved(tmp_path: Path, answer: str) -> None:
    with controller(make("evce", "localhost"), tmp_path) as url:
        result = run("fetch", url, "--output", tmp_path / "ca.pem", answer=answer)
    assert (result.exit_code, (tmp_path / "ca.pem").exists()) == (2, False)


def test_without_a_terminal_the_fingerprint_has_to_be_given(tmp_path: Path) -> None:
    with controller(make("evce", "localhost"), tmp_path) as url:
        result = run("fetch", url, "--output", tmp_path / "ca.pem")
    assert (result.exit_code, (tmp_path / "ca.pem").exists()) == (2, False)
    assert "Give --yes FINGERPRINT" in result.stderr


@pytest.mark.parametrize("written", ["{}", "sha256 Fingerprint={}"])
def test_a_fingerprint_that_was_compared_before_can_be_given_as_other_programs_write_it(
    tmp_path: Path, written: str
) -> None:
    made = make("evce", "localhost")
    given = written.format(made.fingerprint.lower().replace(":", " "))
    with controller(made, tmp_path) as url:
        assert run("fetch", url, "--output", tmp_path / "ca.pem", "--yes", given).exit_code == 0
    assert (tmp_path / "ca.pem").read_bytes() == made.pem


def test_another_fingerprint_than_the_given_one_is_not_saved(tmp_path: Path) -> None:
    with controller(make("evce", "localhost"), tmp_path) as url:
        result = run("fetch", url, "--output", tmp_path / "ca.pem", "--yes", make("other").fingerprint)
    assert (result.exit_code, (tmp_path / "ca.pem").exists()) == (2, False)
    assert result.stderr == "Nothing is saved: the controller shows no certificate with that fingerprint.\n"


def test_what_is_no_fingerprint_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError, match="--yes takes a SHA-256 fingerprint, 64 hexadecimal digits"):
        run("fetch", "https://127.0.0.1:9", "--output", tmp_path / "ca.pem", "--yes", "yes")


@pytest.mark.parametrize("compared", ["its own", "its issuer's"])
def test_of_a_chain_the_issuer_at_its_end_is_saved_by_either_fingerprint(tmp_path: Path, compared: str) -> None:
    issuer = make("Site CA")
    made = make("evce", "localhost", issuer=issuer)
    given = (made if compared == "its own" else issuer).fingerprint
    with controller(made, tmp_path, shown=2) as url:
        result = run("fetch", url, "--output", tmp_path / "ca.pem", "--yes", given)
    assert (tmp_path / "ca.pem").read_bytes() == issuer.pem
    assert [made.fingerprint in result.output, issuer.fingerprint in result.output] == [True, True]


def test_an_issuer_that_is_not_shown_is_named_and_nothing_is_saved(tmp_path: Path) -> None:
    made = make("evce", "localhost", issuer=make("Site CA"))
    with (
        controller(made, tmp_path) as url,
        pytest.raises(ConnectorError, match=r"The certificate of its issuer, CN=Site CA, is not shown, so nothing is"),
    ):
        run("fetch", url, "--output", tmp_path / "ca.pem", "--yes", made.fingerprint)
    assert not (tmp_path / "ca.pem").exists()


def test_a_controller_that_is_believed_already_needs_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = make("Public CA")
    known = str(issuer.saved(tmp_path / "known.pem"))
    monkeypatch.setattr("evce_connector.evce.trust.DEFAULT_CA_BUNDLE_PATH", known)
    with controller(make("evce", "localhost", issuer=issuer), tmp_path) as url:
        result = run("fetch", url, "--output", tmp_path / "ca.pem")
    assert (result.exit_code, (tmp_path / "ca.pem").exists()) == (0, False)
    assert "This machine believes it already: verify_tls = true needs no file." in result.output


def test_what_is_still_wrong_with_a_saved_certificate_is_said(tmp_path: Path) -> None:
    made = make("evce", "evce.example")
    with (
        controller(made, tmp_path) as url,
        pytest.raises(
            ConnectorError, match=r"not believed with that file alone: its certificate is for evce\.example, not"
        ),
    ):
        run("fetch", url, "--output", tmp_path / "ca.pem", "--yes", made.fingerprint)
    assert (tmp_path / "ca.pem").read_bytes() == made.pem


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    made, file = make("evce", "localhost"), tmp_path / "ca.pem"
    file.write_text("mine", encoding="utf-8")
    with controller(made, tmp_path) as url, pytest.raises(ConnectorError, match=r"ca\.pem is there already and stays"):
        run("fetch", url, "--output", file, "--yes", made.fingerprint)
    assert file.read_text(encoding="utf-8") == "mine"


def test_that_a_file_is_there_is_said_before_the_controller_is_asked(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("mine", encoding="utf-8")
    with pytest.raises(ConnectorError, match="is there already and stays as it is: give another file with --output"):
        run("fetch", "https://127.0.0.1:9", "--output", tmp_path / "ca.pem")


@pytest.mark.parametrize("url", ["localhost:8443", "http://localhost", "https://me:secret@localhost", "https://a b"])
def test_what_is_no_https_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ConnectorError) as error:
        run("fetch", url)
    assert "https" in str(error.value)
    assert "secret" not in str(error.value)


def test_a_port_without_tls_is_told_as_that() -> None:
    with (
        serving(None) as port,
        pytest.raises(EvceUnreachableError, match="it closes the connection while TLS is agreed"),
    ):
        run("fetch", f"https://localhost:{port}")


def test_what_is_made_serves_the_hosts_and_its_key_is_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    result = run("make", "--name", "bms.lan", "--name", "10.1.2.3", "--output", folder, "--days", "90")
    assert result.exit_code == 0, result.output
    made = x509.load_pem_x509_certificate((folder / "connector.pem").read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(one.value) for one in names} == {"localhost", "127.0.0.1", "bms.lan", "10.1.2.3"}
    assert (made.not_valid_after_utc - made.not_valid_before_utc).days == 91
    assert stat.S_IMODE((folder / "connector.key").stat().st_mode) == 0o600
    assert b"PRIVATE" not in (folder / "connector.pem").read_bytes()
    server_context(folder / "connector.pem", folder / "connector.key", "the EWS server")
    assert f'[ews]\ncertificate = "{folder}/connector.pem"\nprivate_key = "{folder}/connector.key"\n' in result.output
    assert "BEGIN" not in result.output


@pytest.mark.parametrize("there", ["connector.pem", "connector.key"])
def test_neither_file_is_made_where_one_is_there(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine", encoding="utf-8")
    with pytest.raises(ConnectorError, match=f"{there} is there already and stays as it is"):
        run("make", "--name", "bms.lan", "--output", tmp_path)
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [(there, "mine")]


@pytest.mark.parametrize("name", ["", "a b", "bms.lan:8443", "https://bms.lan", "bms.lan/", "a..b", "me@bms.lan"])
def test_what_is_no_host_gets_no_certificate(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConnectorError, match="is no host"):
        run("make", "--name", name, "--output", tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_a_file_is_shown_with_all_its_certificates_and_the_key_in_it(tmp_path: Path) -> None:
    old, new, file = make("old", days=(-9, -2)), make("new", days=(2, 9)), tmp_path / "all.pem"
    file.write_bytes(old.pem + new.pem + b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    output = run("show", file).output
    assert [old.fingerprint in output, new.fingerprint in output] == [True, True]
    assert [", which is over\n" in output, ", which has not begun\n" in output] == [True, True]
    assert output.endswith("A private key stands in this file too: give it to nobody.\n")
    assert "AAAA" not in output


def test_a_file_is_shown_to_a_program_by_what_a_person_is_shown(tmp_path: Path) -> None:
    made, file = make("evce", "localhost", "10.1.2.3", days=(0, 9)), tmp_path / "all.pem"
    file.write_bytes(made.pem + b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    (said,) = json.loads(run("show", file, "--json").stdout)
    assert said == {
        "fingerprint": made.fingerprint,
        "subject": "CN=evce",
        "issuer": "CN=evce",
        "names": ["localhost", "10.1.2.3"],
        "since": f"{made.certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}",
        "until": f"{made.certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
        "own": True,
    }


def test_a_file_without_a_certificate_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "none.pem"
    file.write_text("none", encoding="utf-8")
    with pytest.raises(ConnectorError, match=r"none\.pem holds no certificate \(PEM\)"):
        run("show", file)


def test_a_file_of_the_other_form_is_told_with_the_command_that_turns_it_round(tmp_path: Path) -> None:
    file = tmp_path / "ca.cer"
    file.write_bytes(ssl.PEM_cert_to_DER_cert(make("evce").pem.decode("ascii")))
    with pytest.raises(ConnectorError, match="openssl x509 -inform der -in"):
        run("show", file)
