"""A bundle's signature beside it, by `ssh-keygen -Y`: with a key that people have, and checked without this project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

NAMESPACE = "evce-acceptance"
"""What a signature is for: one that was made for something else is none."""
TOOL = "ssh-keygen"
_FINGERPRINT = re.compile(r"SHA256:\S+")


class SignatureError(Exception):
    """A signature could not be made, or does not hold; the message says why and what to do."""


def beside(bundle: Path) -> Path:
    """Return where the signature of a bundle stands."""
    return bundle.with_name(f"{bundle.name}.sig")


def sign(bundle: Path, key: Path) -> Path:
    """Sign a bundle by a private key (OpenSSH's; its passphrase is asked for), and return the signature's file.

    SignatureError when the key cannot be used, or a signature is there already.
    """
    if beside(bundle).exists():
        raise SignatureError(f"{beside(bundle)} is there already; move it away to sign again.")
    done = _run("sign", "-f", str(key), "-n", NAMESPACE, str(bundle), asks=True)
    if done.returncode or not beside(bundle).exists():
        raise SignatureError(f"{bundle} cannot be signed with {key}: {_said(done)}")
    return beside(bundle)


def signed_by(bundle: Path, signers: Path | None) -> str:
    """Return who signed a bundle, as the file of signers names him; without one, by which key it was signed.

    `signers` has a line for each, `NAME ssh-ed25519 AAAA...`, as ssh-keygen(1) says of allowed signers. SignatureError
    when bundle or signature was changed, or none of these signed it.
    """
    if not beside(bundle).exists():
        raise SignatureError(f"Nobody signed it: there is no {beside(bundle)}.")
    signature = ["-s", str(beside(bundle))]
    if signers is None:
        done = _run("check-novalidate", "-n", NAMESPACE, *signature, content=bundle)
        if done.returncode:
            raise SignatureError(f"{beside(bundle)} does not belong to {bundle}: one of both was changed.")
        return f"the key {''.join(_FINGERPRINT.findall(done.stdout)[:1])}; --signers FILE says whose it is"
    found = _run("find-principals", "-f", str(signers), *signature)
    if found.returncode or not found.stdout.strip():
        raise SignatureError(f"{beside(bundle)} was made by nobody whom {signers} names.")
    name = found.stdout.splitlines()[0].split(",")[0]
    done = _run("verify", "-f", str(signers), "-I", name, "-n", NAMESPACE, *signature, content=bundle)
    if done.returncode:
        raise SignatureError(f"The signature of {name} does not hold for {bundle}: {_said(done)}")
    return name


def _run(
    action: str, *options: str, content: Path | None = None, asks: bool = False
) -> subprocess.CompletedProcess[str]:
    """Let ssh-keygen work on a content; one that `asks` reads from the terminal, and says there what it wants."""
    program = shutil.which(TOOL)
    if program is None:
        raise SignatureError(f"Signatures need {TOOL} of OpenSSH, which is not installed: package openssh-client.")
    with open(content or os.devnull, "rb") as given:  # noqa: PTH123 - os.devnull is no path
        return subprocess.run(  # noqa: S603 - no shell
            [program, "-Y", action, *options],
            stdin=None if asks else given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last line that ssh-keygen said."""
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1] if lines else f"{TOOL} ended with {done.returncode}"
