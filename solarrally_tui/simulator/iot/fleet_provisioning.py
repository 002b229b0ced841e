"""Fleet provisioning with a signing request, which MiniStack lacks.

It has CreateKeysAndCertificate and RegisterThing. CreateCertificateFromCsr differs in that the
device keeps its private key to itself (AWS IoT developer guide, Device provisioning MQTT API).
"""

import json
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from ministack.core.responses import request_scope
from ministack.services import iot

from solarrally_tui.simulator.pins import private, replace

_TOPIC: Final = "$aws/certificates/create-from-csr/json"
_OPERATION: Final = "create-from-csr"
_TOKEN_SECONDS: Final = 3600
"""How long a certificate may be registered with its token (same page)."""

_certificates = private(iot, "_certificates")
_ownership_tokens = private(iot, "_ownership_tokens")
_create_from_csr = private(iot, "_create_certificate_from_csr")
_rejected = private(iot, "_fleet_rejected")

Answer = tuple[str, dict[str, Any]]
Reply = Callable[..., Awaitable[Answer]]
Parse = Callable[[str], tuple[str, str | None] | None]


def install() -> None:
    """Let the MQTT endpoint answer CreateCertificateFromCsr."""
    replace(iot, "_parse_fleet_provisioning_topic", _parsing)
    replace(iot, "_fleet_provisioning_reply", _replying)


def _parsing(parse: Parse) -> Parse:
    return lambda topic: (_OPERATION, None) if topic == _TOPIC else parse(topic)


def _replying(reply: Reply) -> Reply:
    async def replying(
        account: str,
        region: str,
        operation: str,
        template: str | None,
        payload: bytes,
        connection: dict[str, Any],
    ) -> Answer:
        if operation != _OPERATION:
            return await reply(account, region, operation, template, payload, connection)
        with request_scope(account, region):
            return _signed(payload)

    return replying


def _signed(payload: bytes) -> Answer:
    """Sign a request: a certificate that works once RegisterThing has taken its token."""
    try:
        request = json.loads(payload)
    except ValueError:
        return _rejected("InvalidPayload", "Message cannot be parsed")  # type: ignore[no-any-return]
    if not isinstance(request, dict):
        return _rejected("InvalidPayload", "Message cannot be parsed")  # type: ignore[no-any-return]
    status, _headers, body = _create_from_csr(request, {})
    made = json.loads(body)
    if status != 200:
        return _rejected("InvalidCSR", made["message"], status)  # type: ignore[no-any-return]
    _certificates[made["certificateId"]]["status"] = "PENDING_ACTIVATION"
    token = secrets.token_urlsafe(48)
    _ownership_tokens[token] = {
        "certificateId": made["certificateId"],
        "expiration": time.time() + _TOKEN_SECONDS,
    }
    return "accepted", {
        "certificateId": made["certificateId"],
        "certificatePem": made["certificatePem"],
        "certificateOwnershipToken": token,
    }
