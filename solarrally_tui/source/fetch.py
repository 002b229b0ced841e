"""Fetches one commit of a public repository into a folder, and runs nothing that is in it."""

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Final

LIMIT_SECONDS: Final = 120.0
_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?/[A-Za-z0-9._~/-]+")
_REF: Final = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")

_SETTINGS: Final = (
    "protocol.allow=never",
    "protocol.https.allow=always",
    "core.hooksPath=/dev/null",
    # A link in the source must not lead out of the folder.
    "core.symlinks=false",
    "core.fsmonitor=false",
    "credential.helper=",
    "http.followRedirects=initial",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.detachedHead=false",
)
_KEPT: Final = ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH")


class FetchError(Exception):
    """The source could not be had; the text is for people."""


class AddressError(ValueError):
    """What was given is no address or reference that may be fetched."""


def is_address(place: str) -> bool:
    """Whether a text means a repository elsewhere and not a folder here."""
    return "://" in place or bool(re.match(r"[\w.-]+@[\w.-]+:", place))


def fetch(address: str, ref: str, folder: Path, limit: float = LIMIT_SECONDS) -> str:
    """Fetch a branch, tag or full commit id into an empty folder; return the commit.

    limit: seconds in all. Raises AddressError before anything is done, and FetchError.
    """
    if not _ADDRESS.fullmatch(address):
        raise AddressError(f"{address} is not an https:// address of a Git repository.")
    if ref and not _REF.fullmatch(ref):
        raise AddressError(f"{ref} is not a branch, tag or commit.")
    _git(folder, limit, "init", "--quiet", "--template=")
    _git(
        folder, limit, "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules",
        "--", address, ref or "HEAD",
    )  # fmt: skip
    _git(folder, limit, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    return _git(folder, limit, "rev-parse", "HEAD").strip()


def _git(folder: Path, limit: float, *words: str) -> str:
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    try:
        child = subprocess.Popen(
            ["git", *settings, *words], cwd=folder, env=_environment(folder), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise FetchError("Git is not installed. Install it, or check a folder.") from None
    try:
        told, complaint = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        # Its helpers belong to its group, and they hold the connection.
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        raise FetchError(f"The source did not arrive within {limit:.0f} seconds.") from None
    if child.returncode:
        raise FetchError(_words(complaint))
    return told


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which no setting of this computer or of the source counts."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in _KEPT}
    return kept | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "HOME": str(folder),
        "LC_ALL": "C",
    }


def _words(complaint: str) -> str:
    """Return Git's last complaint as a sentence."""
    lines = [line for line in complaint.splitlines() if line.strip()]
    last = lines[-1].removeprefix("fatal: ").removeprefix("error: ") if lines else "no reason given"
    return f"Git could not fetch the source: {last.rstrip('.')}."
