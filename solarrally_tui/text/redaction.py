"""Redacts what looks like a secret in texts that are shown or stored. Account numbers stay."""

import re
from typing import Final

HIDDEN: Final = "[redacted]"

_NAME: Final = r"[\w.-]*(?:password|passwd|pwd|secret|token|credential|api[_-]?key|private[_-]?key)"
_NO_ERROR: Final = r"(?![\w-]*(?:error|exception))"
"""After InvalidPasswordError comes what went wrong, not a password."""

_PATTERNS: Final = (
    re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL
    ),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    # JSON Web Tokens, password hashes, and what an Authorization header carries.
    re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"),
    re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{20,}"),
    re.compile(r"(?i)\b(?:bearer|basic)\s+[\w.+/=-]{8,}"),
    # Tokens of GitHub and GitLab.
    re.compile(r"\b(?:gh[pousr]_\w{10,}|github_pat_\w{10,}|glpat-[\w-]{10,})"),
    # The user and password in a URL, or a token alone.
    re.compile(r"(?<=://)[^/\s@]+(?=@)"),
    # name = value and "name": "value". A colon counts only with a space or quotes: ARNs and names
    # of actions have words such as secret before a colon.
    re.compile(
        rf"(?i)(?:{_NAME}[\w-]*[\"']?\s*=\s*|{_NAME}[\w-]*[\"']\s*:\s*|{_NAME}{_NO_ERROR}[\w-]*\s*:\s+"
        r"|\b(?:password|passwd|pwd):)[\"']?(?!arn:)[^\s\"',}]+"
    ),
    # A secret access key: 40 characters of base64 with nothing of the kind around them.
    re.compile(
        r"(?<![\w/+=.-])(?=[\w/+]*[A-Z])(?=[\w/+]*[a-z])(?=[\w/+]*\d)[A-Za-z0-9/+]{40}"
        r"(?![\w/+=.-])"
    ),
)

_HARMLESS: Final = re.compile(r"(?i)(?:client)?request-?token|next-?token")
"""AWS's own names for the numbers of requests and pages."""


def redact(text: str) -> str:
    """Return a text with keys, passwords and tokens redacted. AWS's messages should hold none."""
    for pattern in _PATTERNS:
        text = pattern.sub(lambda match: match[0] if _HARMLESS.match(match[0]) else HIDDEN, text)
    return text
