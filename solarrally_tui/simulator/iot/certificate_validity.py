"""When a certificate is valid, which DescribeCertificate returns and MiniStack leaves out."""

import json
from collections.abc import Callable
from typing import Any

from cryptography import x509
from ministack.services import iot

from solarrally_tui.simulator.pins import replace

Handle = Callable[..., Any]


def install() -> None:
    """Let DescribeCertificate return the validity (CertificateDescription, API reference)."""
    replace(iot, "_handle_certificate", _with_validity)


def _with_validity(handle: Handle) -> Handle:
    def handled(method: str, *rest: Any) -> Any:
        response = handle(method, *rest)
        if method != "GET" or response[0] != 200:
            return response
        status, headers, body = response
        answer = json.loads(body)
        described = answer["certificateDescription"]
        certificate = x509.load_pem_x509_certificate(described["certificatePem"].encode())
        described["validity"] = {
            "notBefore": certificate.not_valid_before_utc.timestamp(),
            "notAfter": certificate.not_valid_after_utc.timestamp(),
        }
        return status, headers, json.dumps(answer).encode()

    return handled
