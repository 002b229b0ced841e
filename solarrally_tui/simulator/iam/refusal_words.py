"""A refusal in AWS's own words, and with the code of each protocol and service.

Source: IAM user guide, "Troubleshoot access denied error messages", and the error reference of each
service. EC2 adds a message that only sts:DecodeAuthorizationMessage can read.
"""

import base64
import hashlib
from typing import Final

from solarrally_tui.simulator.iam.judgement import Decision, Effect
from solarrally_tui.simulator.wire.responses import ApiError

_BY_PROTOCOL: Final = {
    "ec2": ("UnauthorizedOperation", 403),
    "query": ("AccessDenied", 403),
    "rest-json": ("AccessDeniedException", 403),
    "rest-xml": ("AccessDenied", 403),
    "s3": ("AccessDenied", 403),
}
_JSON: Final = ("AccessDeniedException", 400)
_BY_SERVICE: Final = {"sns": ("AuthorizationError", 403)}


def code(service: str, protocol: str) -> tuple[str, int]:
    """Return the error code and HTTP status with which a service refuses access."""
    return _BY_SERVICE.get(service, _BY_PROTOCOL.get(protocol, _JSON))


def message(principal: str, action: str, resource: str, decision: Decision) -> str:
    """Return why IAM denies an action."""
    where = "" if resource == "*" and action.startswith("s3:List") else f" on resource: {resource}"
    start = f"User: {principal} is not authorized to perform: {action}{where}"
    article = "an" if decision.because[:1] in "aeiou" else "a"
    if action.startswith("sts:AssumeRole"):
        return start  # STS does not say why
    if decision.effect is Effect.EXPLICIT_DENY:
        return f"{start} with an explicit deny in {article} {decision.because}"
    return f"{start} because no {decision.because} allows the {action} action"


def error(service: str, protocol: str, text: str) -> ApiError:
    """Return a refusal for the caller of an API."""
    name, status = code(service, protocol)
    if protocol == "ec2":
        encoded = base64.urlsafe_b64encode(hashlib.sha512(text.encode()).digest() * 3).decode()
        text = (
            f"You are not authorized to perform this operation. {text}. "
            f"Encoded authorization failure message: {encoded}"
        )
    return ApiError(name, text, status)
