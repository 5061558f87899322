"""`evce-acceptance sign` and `verify`: who stands for a bundle, and whether it is as the run wrote it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from evce_acceptance.commands.begin import BUNDLE, make_console
from evce_acceptance.report import bundle, signature
from evce_acceptance.results.untested import verdict_in_words

NOT_SO = 1
"""Exit status of a bundle that was changed, or is not signed by whom it should."""


@click.command()
@click.argument("path", metavar="BUNDLE", type=BUNDLE)
@click.option("--key", type=BUNDLE, required=True, help="Private key of OpenSSH, as ssh-keygen -t ed25519 makes it.")
def sign(path: Path, key: Path) -> None:
    """Sign BUNDLE: the signature stands beside it, and anybody can check it with ssh-keygen.

    Exit status: 0 signed, 1 not.
    """
    _tell(_signed(path, key))


@click.command()
@click.argument("path", metavar="BUNDLE", type=BUNDLE)
@click.option("--signers", type=BUNDLE, help="File with a line NAME KEYTYPE KEY for each who may sign.")
def verify(path: Path, signers: Path | None) -> None:
    """Say whether BUNDLE is as the run wrote it, and who signed it.

    Exit status: 0 it is, 1 it was changed, or is not signed by whom it should.
    """
    _tell(_verified(path, signers))


def _tell(sentences: Iterable[str]) -> None:
    console = make_console()
    try:
        for sentence in sentences:
            console.print(sentence, markup=False, soft_wrap=True)
    except (signature.SignatureError, bundle.BundleError) as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(NOT_SO)


def _signed(path: Path, key: Path) -> Iterator[str]:
    bundle.read(path)  # nobody stands for what was changed
    yield f"Signature: {signature.sign(path, key)}"


def _verified(path: Path, signers: Path | None) -> Iterator[str]:
    run = bundle.read(path)
    yield f"{run.site}, run of {run.started}: {verdict_in_words(run)}"
    yield "All files are as the run wrote them."
    if signers is None and not signature.beside(path).exists():
        yield "It is not signed."
    else:
        yield f"Signed by {signature.signed_by(path, signers)}"
