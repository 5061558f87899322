"""Each trouble with the controller's TLS has a sentence of its own, whoever asks."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from evce_connector.clock import ManualClock, SystemClock
from evce_connector.evce.certificate import Greeting
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceCutError, EvceUnreachableError
from evce_connector.evce.tls_causes import Asked, tls_cause
from evce_connector.probe.asking import Asking, ProbeError, Target

from tests.support.joined import PASSWORD
from tests.support.tls import Made, context, make, serving

MakeClient = Callable[..., EvceClient]
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve by TLS until the test ends; returns the address, by the host that is asked for."""
    with ExitStack() as stack:

        def served(with_: ssl.SSLContext | None, host: str = "localhost") -> str:
            return f"https://{host}:{stack.enter_context(serving(with_))}"

        yield served


@pytest.fixture
def why(make_client: MakeClient) -> Callable[..., str]:
    """Return a function that asks a controller, and returns why it does not answer."""

    def asked(url: str, verify: bool | str | Path = True) -> str:
        client = make_client(url, verify_tls=verify if isinstance(verify, bool) else str(verify))
        with pytest.raises(EvceUnreachableError) as error:
            client.system()
        assert PASSWORD not in str(error.value)
        return error.value.cause

    return asked


Why = Callable[..., str]


def fetch(url: str) -> str:
    return f"evce-connector certificate fetch {url}"


def test_a_certificate_for_other_hosts_is_told_with_the_names_that_it_has(
    serve: Serve, why: Why, tmp_path: Path
) -> None:
    made = make("evce", "evce.example", "10.1.2.3")
    url = serve(context(made, tmp_path))
    assert why(url, made.saved(tmp_path / "ca.pem")) == (
        "its certificate is for evce.example, 10.1.2.3, not for localhost: write one of these into evce.base_url, or "
        "have one made for localhost"
    )


def test_the_name_of_a_certificate_for_one_other_host_is_what_to_write(serve: Serve, why: Why, tmp_path: Path) -> None:
    made = make("evce", "evce.example")
    url = serve(context(made, tmp_path), "127.0.0.1")
    assert why(url, made.saved(tmp_path / "ca.pem")) == (
        "its certificate is for evce.example, not for 127.0.0.1: write evce.example into evce.base_url, or have one "
        "made for 127.0.0.1"
    )


def test_a_certificate_for_many_hosts_does_not_fill_the_sentence(serve: Serve, why: Why, tmp_path: Path) -> None:
    made = make("evce", *(f"h{number}.example" for number in range(40)))
    url = serve(context(made, tmp_path))
    assert "h3.example, h4.example and 35 more, not for localhost" in why(url, made.saved(tmp_path / "ca.pem"))


def test_a_certificate_that_names_no_host_is_told_as_that(serve: Serve, why: Why, tmp_path: Path) -> None:
    made = make("evce")
    url = serve(context(made, tmp_path))
    assert why(url, made.saved(tmp_path / "ca.pem")) == (
        "its certificate names no host, only CN=evce: have one made that names localhost"
    )


def test_an_expired_certificate_is_told_with_its_day_and_this_machines(serve: Serve, why: Why, tmp_path: Path) -> None:
    made = make("evce", "localhost", days=(-9, -2))
    url = serve(context(made, tmp_path))
    ended, today = made.certificate.not_valid_after_utc, SystemClock().now()
    assert why(url, made.saved(tmp_path / "ca.pem")) == (
        f"its certificate has expired on {ended:%Y-%m-%d}, and the clock of this machine says {today:%Y-%m-%d}: have "
        "it renewed, or set this machine's clock right"
    )


def test_what_expired_today_is_told_with_the_time(serve: Serve, make_client: MakeClient, tmp_path: Path) -> None:
    ended = datetime(2026, 3, 1, 12, tzinfo=UTC)
    made = make("evce", "localhost", now=ended, days=(-1, 0))
    url, file = serve(context(made, tmp_path)), str(made.saved(tmp_path / "ca.pem"))
    with pytest.raises(EvceUnreachableError) as error:
        make_client(url, verify_tls=file).system()
    assert isinstance(error.value.__cause__, requests.exceptions.SSLError)
    clock = ManualClock(ended + timedelta(minutes=5))
    assert tls_cause(error.value.__cause__, Asked(url, file, 1, clock=clock)) == (
        "its certificate has expired on 2026-03-01 12:00 UTC, and the clock of this machine says 2026-03-01 12:05 UTC: "
        "have it renewed, or set this machine's clock right"
    )


def test_an_issuer_that_has_expired_is_told_as_the_issuer(serve: Serve, why: Why, tmp_path: Path) -> None:
    issuer = make("Site CA", days=(-9, -2))
    url = serve(context(make("evce", "localhost", issuer=issuer), tmp_path, shown=2))
    found = why(url, issuer.saved(tmp_path / "ca.pem"))
    assert found.startswith("the certificate of its issuer, CN=Site CA, has expired on 20")


def test_an_issuer_in_the_file_that_has_expired_is_told_with_the_file(serve: Serve, why: Why, tmp_path: Path) -> None:
    issuer = make("Site CA", days=(-9, -2))
    url, file = serve(context(make("evce", "localhost", issuer=issuer), tmp_path)), issuer.saved(tmp_path / "ca.pem")
    assert why(url, file) == (
        f"a certificate of its issuers ({file}) has expired: have it renewed, or set this machine's clock right"
    )


def test_a_certificate_of_the_future_is_told_with_its_day_and_this_machines(
    serve: Serve, why: Why, tmp_path: Path
) -> None:
    made = make("evce", "localhost", days=(2, 9))
    url = serve(context(made, tmp_path))
    begins, today = made.certificate.not_valid_before_utc, SystemClock().now()
    assert why(url, made.saved(tmp_path / "ca.pem")) == (
        f"its certificate is not valid before {begins:%Y-%m-%d}, and the clock of this machine says {today:%Y-%m-%d}: "
        "set the clocks of it and of this machine right"
    )


def test_a_certificate_that_has_signed_itself_is_told_with_fingerprint_and_command(
    serve: Serve, why: Why, tmp_path: Path
) -> None:
    made = make("evce", "localhost")
    url = serve(context(made, tmp_path))
    assert why(url) == (
        "its certificate is not trusted: it has signed itself (SHA-256 fingerprint "
        f"{made.fingerprint}): compare that with what the controller or its technician tells, and trust it by "
        f"{fetch(url)}, which saves the file for evce.verify_tls"
    )


def test_a_certificate_that_was_renewed_is_told_as_another_than_the_files(
    serve: Serve, why: Why, tmp_path: Path
) -> None:
    old, new = make("evce", "localhost"), make("evce renewed", "localhost")
    url, file = serve(context(new, tmp_path)), old.saved(tmp_path / "ca.pem")
    assert f"it has signed itself and is not the one in {file} (SHA-256 fingerprint {new.fingerprint}): " in why(
        url, file
    )


def test_an_unknown_issuer_that_is_not_shown_is_named_and_to_be_asked_for(
    serve: Serve, why: Why, tmp_path: Path
) -> None:
    made = make("evce", "localhost", issuer=make("Site CA"))
    url = serve(context(made, tmp_path))
    assert why(url) == (
        f"its certificate is not trusted: it was issued by CN=Site CA (SHA-256 fingerprint "
        f"{made.fingerprint}): ask who runs the controller for the certificate of that issuer (PEM), and write its "
        f"file into evce.verify_tls; {fetch(url)} shows more"
    )


def test_an_unknown_issuer_that_is_shown_can_be_fetched(serve: Serve, why: Why, tmp_path: Path) -> None:
    made = make("evce", "localhost", issuer=make("Site CA"))
    url = serve(context(made, tmp_path, shown=2))
    assert why(url) == (
        "its certificate is not trusted: it was issued by CN=Site CA (SHA-256 fingerprint "
        f"{made.fingerprint}): its issuer's is shown too, compare and trust it by {fetch(url)}, which saves the file "
        "for evce.verify_tls"
    )


def test_an_issuer_that_did_not_sign_is_not_offered(serve: Serve, why: Why, tmp_path: Path) -> None:
    made = make("evce", "localhost", issuer=make("Site CA"))
    shown = Made(made.certificate, made.key, (make("Site CA"),))
    assert "ask who runs the controller" in why(serve(context(shown, tmp_path, shown=2)))


def test_a_ca_file_that_is_not_there_is_named_with_the_command_that_makes_it(
    serve: Serve, why: Why, tmp_path: Path
) -> None:
    url, file = serve(context(make("evce", "localhost"), tmp_path)), tmp_path / "ca.pem"
    assert why(url, file) == (
        f"the CA file {file} of evce.verify_tls is not there: correct that, or save the file with {fetch(url)} "
        "--output FILE"
    )


def test_a_ca_file_without_a_certificate_is_told_as_that(serve: Serve, why: Why, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate", encoding="utf-8")
    found = why(serve(context(make("evce", "localhost"), tmp_path)), file)
    assert found.startswith(f"the CA file {file} of evce.verify_tls holds no certificate (PEM): correct that, or ")


def test_a_controller_of_old_versions_alone_is_told_as_that(serve: Serve, why: Why, tmp_path: Path) -> None:
    made = make("evce", "localhost")
    old = context(made, tmp_path)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    assert why(serve(old), made.saved(tmp_path / "ca.pem")) == (
        "it and this machine share no version of TLS: let the controller speak TLS 1.2 or 1.3, or update it"
    )


def test_a_controller_of_other_ciphers_alone_is_told_as_that(serve: Serve, why: Why, tmp_path: Path) -> None:
    made = make("evce", "localhost")
    odd = context(made, tmp_path)
    odd.maximum_version = ssl.TLSVersion.TLSv1_2
    odd.set_ciphers("AECDH-AES128-SHA:@SECLEVEL=0")
    assert why(serve(odd), made.saved(tmp_path / "ca.pem")) == (
        "it and this machine share no cipher of TLS: let the controller offer ECDHE with AES-GCM, or update it"
    )


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_controller_that_wants_a_certificate_of_ours_is_told_as_that(
    serve: Serve, why: Why, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    made = make("evce", "localhost")
    strict = context(made, tmp_path)
    strict.minimum_version = strict.maximum_version = version
    strict.verify_mode = ssl.CERT_REQUIRED
    assert why(serve(strict), made.saved(tmp_path / "ca.pem")) == (
        "it wants a certificate of its client, and the connector has none: let the controller take login and password "
        "alone"
    )


def test_a_controller_that_hangs_up_while_tls_is_agreed_on_is_told_as_that(serve: Serve, why: Why) -> None:
    assert why(serve(None)) == (
        "it closes the connection while TLS is agreed on: wait if it has just started, else correct host and port in "
        "evce.base_url"
    )


def test_a_look_that_is_cut_ends_the_request_as_cut(
    serve: Serve, make_client: MakeClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(serve(context(make("evce", "localhost"), tmp_path)))

    def cut(_: Asked) -> Greeting:
        client.cut()
        return Greeting()

    monkeypatch.setattr(Asked, "greeting", cut)
    with pytest.raises(EvceCutError):
        client.system()


def test_what_has_no_sentence_of_its_own_is_told_by_its_reason() -> None:
    odd = ssl.SSLError(1, "odd")
    odd.reason = "EXCESSIVE_MESSAGE_SIZE"
    assert tls_cause(requests.exceptions.SSLError(odd), Asked("https://127.0.0.1:9", verify=True, timeout=1)) == (
        "no TLS can be agreed on with it (excessive message size): see whether evce.base_url names its https port, and "
        "whether it speaks TLS 1.2 or 1.3"
    )


def test_the_probe_names_its_own_option_where_plain_http_is_spoken_to_tls(serve: Serve, tmp_path: Path) -> None:
    url = serve(context(make("evce", "localhost"), tmp_path)).replace("https:", "http:")
    with (
        pytest.raises(ProbeError, match=r"it speaks TLS at this port: write https:// into --evce\.$"),
        Asking(Target(url, "login", PASSWORD), SystemClock(), lambda _: None) as asking,
    ):
        asking.look("/")


def test_the_probe_tells_the_same_by_the_names_of_its_options(serve: Serve, tmp_path: Path) -> None:
    made = make("evce", "localhost")
    url = serve(context(made, tmp_path))
    with (
        pytest.raises(ProbeError, match=rf"has signed itself.* {made.fingerprint}\): .* saves the file for --ca\.$"),
        Asking(Target(url, "login", PASSWORD), SystemClock(), lambda _: None) as asking,
    ):
        asking.look("/")
