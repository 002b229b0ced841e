"""Takes what looks like a secret out of words that are shown or kept. Account numbers stay."""

import re
from typing import Final

HIDDEN: Final = "[redacted]"

_NAME: Final = r"[\w.-]*(?:password|passwd|pwd|secret|token|credential|api[_-]?key|private[_-]?key)"
_NO_ERROR: Final = r"(?![\w-]*(?:error|exception))"
"""InvalidPasswordError: what follows is what went wrong, and no password."""

_PATTERNS: Final = (
    re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL
    ),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    # JSON Web Tokens, hashes of passwords, and what an Authorization header carries.
    re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"),
    re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{20,}"),
    re.compile(r"(?i)\b(?:bearer|basic)\s+[\w.+/=-]{8,}"),
    # The password within an address.
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),
    # name = value and "name": "value". A colon counts with a blank or quotes only: ARNs and names
    # of actions hold words such as secret before a colon.
    re.compile(
        rf"(?i)(?:{_NAME}[\w-]*[\"']?\s*=\s*|{_NAME}[\w-]*[\"']\s*:\s*|{_NAME}{_NO_ERROR}[\w-]*\s*:\s+"
        r"|\b(?:password|passwd|pwd):)[\"']?(?!arn:)[^\s\"',}]+"
    ),
    # A secret access key has 40 characters of base64, and stands by itself.
    re.compile(
        r"(?<![\w/+=.-])(?=[\w/+]*[A-Z])(?=[\w/+]*[a-z])(?=[\w/+]*\d)[A-Za-z0-9/+]{40}"
        r"(?![\w/+=.-])"
    ),
)

_HARMLESS: Final = re.compile(r"(?i)(?:client)?request-?token|next-?token")
"""Names that AWS gives to its own numbering of requests and pages."""


def redact(text: str) -> str:
    """Replace what looks like a key, a password or a token. AWS's messages should hold none."""
    for pattern in _PATTERNS:
        text = pattern.sub(_hidden, text)
    return text


def _hidden(found: re.Match[str]) -> str:
    return found[0] if _HARMLESS.match(found[0]) else HIDDEN
