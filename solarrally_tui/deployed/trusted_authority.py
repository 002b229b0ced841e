"""Which certificate authorities we trust for the IoT endpoint and the site's HTTPS address."""

import os
import ssl
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from solarrally_tui.computer import trust

CA_VARIABLE: Final = "SOLARRALLY_CA_FILE"
"""Names a PEM file that replaces the authorities below. The embedded account sets it."""


def _override() -> str | None:
    path = os.environ.get(CA_VARIABLE)
    if not path:
        return None
    trust.check(trust.FOR_SITE)
    # A comment in the file may be in any language; certificates are ASCII.
    return Path(path).read_text(encoding="ascii", errors="ignore")


@cache
def _amazon_roots() -> str:
    return resources.files(__package__).joinpath("amazon-root-ca.pem").read_text(encoding="ascii")


def iot_root_ca() -> str:
    """Return the PEM of the authorities that sign AWS IoT endpoints.

    Amazon Root CA 1 and 3 (AWS IoT developer guide, "Server authentication"), unless overridden.
    Raises ComputerError.
    """
    return _override() or _amazon_roots()


def https_context() -> ssl.SSLContext:
    """Return the TLS context for reaching a site's own address from outside.

    Raises ComputerError.
    """
    override = _override()
    if not override:
        trust.check(trust.FOR_WEB)
    return _context(override, *trust.named_file(trust.FOR_WEB))


@cache
def _context(override: str | None, *_: str) -> ssl.SSLContext:
    """Read the authorities once: it takes a tenth of a second."""
    context = ssl.create_default_context()
    if override:
        context.load_verify_locations(cadata=override)
    return context
