"""What a job tells a charger to do: JSON that docs/chargers.md describes, and firmware's signature.

The signature is Ed25519 over what `signed_text` returns. The private key stays with the operator;
chargers have the public one. So neither AWS nor the web server can give them other firmware.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from solarrally_tui.chargers.management.settings import SETTINGS, Values
from solarrally_tui.chargers.problems import ChargerError


class Operation(StrEnum):
    """What a job does."""

    SETTINGS = "settings"
    FIRMWARE = "firmware"
    RESTART = "restart"


_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,31}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def settings(values: Values) -> dict[str, Any]:
    """Return the document that sets values."""
    return {"operation": Operation.SETTINGS, "settings": dict(values)}


def restart() -> dict[str, Any]:
    """Return the document that restarts a charger."""
    return {"operation": Operation.RESTART}


def firmware(version: str, url: str, file: Path, key: Path) -> dict[str, Any]:
    """Return the document that installs firmware, with hash and signature of a file.

    key: PEM of the operator's Ed25519 key. Reads both files. Raises ChargerError.
    """
    if not _VERSION.fullmatch(version):
        raise _unusable(f"{version!r} cannot be a version", "for example 2.1.0")
    if not _is_https(url):
        raise _unusable(f"{url} is not an https address", "chargers load nothing else")
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        private = load_pem_private_key(key.read_bytes(), None)
    except (OSError, TypeError, ValueError) as error:
        raise _unusable(f"{file} or {key} cannot be read", "it needs no password", error) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise _unusable(
            f"{key} is no Ed25519 key", "openssl genpkey -algorithm ed25519 creates one"
        )
    signature = private.sign(signed_text(version, digest))
    return {
        "operation": Operation.FIRMWARE,
        "version": version,
        "url": url,
        "sha256": digest,
        "signature": base64.b64encode(signature).decode("ascii"),
    }


def signed_text(version: str, sha256: str) -> bytes:
    """Return what firmware's signature is over: the version too, so that none passes as another."""
    return f"solarrally firmware\n{version}\n{sha256}\n".encode("ascii")


def flaw(document: Mapping[str, Any], key: Ed25519PublicKey | None = None) -> str:
    """Return why a charger rejects a document, in words; empty where it does not.

    key: with which firmware must be signed; without it only the form of a signature is checked.
    """
    match document.get("operation"):
        case Operation.RESTART:
            return ""
        case Operation.SETTINGS:
            return _flaw_of_settings(document.get("settings"))
        case Operation.FIRMWARE:
            return _flaw_of_firmware(document, key)
    return "unknown operation"


def _flaw_of_settings(values: object) -> str:
    if not isinstance(values, Mapping) or not values:
        return "settings is no object with values"
    for name, value in values.items():
        setting = SETTINGS.get(name)
        if setting is None or not setting.accepts(value):
            return f"{name} cannot be {value}"
    return ""


def _flaw_of_firmware(document: Mapping[str, Any], key: Ed25519PublicKey | None) -> str:
    version, digest = str(document.get("version")), str(document.get("sha256"))
    if not _VERSION.fullmatch(version) or not _SHA256.fullmatch(digest):
        return "version or sha256 is no such thing"
    if not _is_https(str(document.get("url"))):
        return "url is not https"
    try:
        signature = base64.b64decode(str(document.get("signature")), validate=True)
        if key:
            key.verify(signature, signed_text(version, digest))
    except (binascii.Error, InvalidSignature):
        return "the signature is wrong"
    return "" if len(signature) == _SIGNATURE_BYTES else "the signature is wrong"


_SIGNATURE_BYTES: Final = 64


def _is_https(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname)


def _unusable(what: str, hint: str, error: Exception | None = None) -> ChargerError:
    return ChargerError(
        what="No firmware can be offered.",
        why=f"{what}: {hint}.",
        next="Change it and try again.",
        detail=str(error or ""),
    )
