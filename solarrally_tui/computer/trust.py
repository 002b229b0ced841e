"""Certificate authorities that this computer's settings name: checked before they are used."""

import os
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from solarrally_tui.computer.folders import exists
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.text.plain import Plain

FOR_AWS: Final = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
"""Variables that AWS's library reads; the first that is set counts."""
FOR_WEB: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables that the HTTP client and Python itself read."""
FOR_SITE: Final = ("SOLARRALLY_CA_FILE",)
"""Our own variable: replaces the authorities for AWS IoT and the site's address."""
_KEY_LOG: Final = "SSLKEYLOGFILE"


def named_file(variables: Sequence[str]) -> tuple[str, str]:
    """Return the variable of several that counts, and the path that it names; empty without."""
    return next(((name, os.environ[name]) for name in variables if os.environ.get(name)), ("", ""))


def check(variables: Sequence[str]) -> None:
    """Refuse a variable that names no certificates. Raises ComputerError."""
    name, path = named_file(variables)
    if name:
        check_file(name, path)
    _check_key_log()


def check_file(place: str, path: str) -> None:
    """Refuse a file without certificates. Raises ComputerError.

    place: the variable or the setting that names the file.
    """
    if place == "SSL_CERT_DIR":
        # OpenSSL takes a list of folders, and ignores those that are not there.
        if not any(Path(part).is_dir() for part in path.split(os.pathsep) if part):
            raise _refusal(place, path, "There is no such folder.")
        return
    if exists(Path(path)) and not os.path.isfile(path):  # noqa: PTH113 like exists
        raise _refusal(place, path, "It is not a file.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        why = "The file has no certificate in PEM form, which begins with -----BEGIN CERTIFICATE."
        raise _refusal(place, path, why) from None
    except FileNotFoundError:
        raise _refusal(place, path, "There is no such file.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal(place, path, f"The file cannot be read: {reason}.") from None


def untrusted(detail: str, variables: Sequence[str]) -> Plain | None:
    """Return the words for a certificate whose authority is not trusted here.

    None for a certificate that is refused for another reason, such as its name.
    variables: those that name the trusted authorities.
    """
    if "not yet valid" in detail or "has expired" in detail:
        return Plain(
            what="The server's certificate is not valid at the time that this computer shows.",
            why="The clock of this computer is wrong, or the certificate has expired.",
            next="Check date and time, set the clock, then try again.",
            detail=detail,
        )
    if not any(words in detail for words in ("self-signed", "self signed", "issuer certificate")):
        return None
    if _is_simulated():
        return Plain(
            what="The connection is not signed by an authority that this computer trusts.",
            why="A simulated account signs with its own authority, which is new in each run.",
            next="Beside a demonstration, add --demo to the command. Beside solarrally simulator, "
            "set every variable that it prints, also SOLARRALLY_CA_FILE.",
            detail=detail,
        )
    name, path = named_file(variables)
    given = f" {name} names {path}, which does not have it." if name else ""
    return Plain(
        what="The connection is not signed by an authority that this computer trusts.",
        why=f"A proxy or a firewall inspects TLS and signs with its own authority.{given}",
        next="Get its certificate as a PEM file from your IT department. Set AWS_CA_BUNDLE for "
        "AWS and SSL_CERT_FILE for the rest to that file.",
        detail=detail,
    )


def _is_simulated() -> bool:
    """Whether AWS's endpoint is a simulated account's: on this computer, and without TLS."""
    endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL", ""))
    host = endpoint.hostname or ""
    is_here = host in {"localhost", "::1"} or host.startswith("127.")
    return endpoint.scheme == "http" and is_here


def _refusal(place: str, path: str, why: str) -> ComputerError:
    within = place.replace("Line ", "line ", 1)
    return ComputerError(
        Plain(
            what="Nothing was sent: the certificate authorities of this computer cannot be read.",
            why=f"{place} names {path}. {why}",
            next=f"Correct {within}, or remove it to trust the usual authorities.",
        )
    )


def _check_key_log() -> None:
    path = os.environ.get(_KEY_LOG)
    if not path:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).keylog_filename = path
    except (OSError, ValueError) as error:
        raise ComputerError(
            Plain(
                what="Nothing was sent: no secure connection can be opened.",
                why=f"{_KEY_LOG} names {path}, which cannot be written: "
                f"{getattr(error, 'strerror', None) or error}.",
                next=f"Remove {_KEY_LOG}. It is for debugging only.",
            )
        ) from None
