"""Redacts what looks like a secret in texts that are shown or stored. Account numbers stay."""

import re
from typing import Final

HIDDEN: Final = "[redacted]"

_NAME: Final = (
    r"(?<![\w.-])[\w.-]*(?:password|passwd|pwd|secret|token|credential|api[_-]?key|private[_-]?key)"
)
_NO_ERROR: Final = r"(?![\w-]*(?:error|exception))"
"""After InvalidPasswordError comes what went wrong, not a password."""

_TOLD: Final = (
    r"(?!(?:a|an|in|no|not|set|the|too|wrong|empty|stored|missing|expired|invalid|required|"
    r"incorrect|unchanged|rejected|asked|shown|ok)\b)"
)
"""What follows `password is` in sentences that are about a password and do not name it."""

_VALUE: Final = (
    r"(?:\\*\"(?:\\.|[^\"\\])*(?:\"|$)[^\s,;})\]]*|'(?:\\.|[^'\\])*(?:'|$)[^\s,;})\]]*"
    r"|[^\s\"'\\]\S*)"
)
"""A value to its end: one in quotes may hold blanks, any may hold commas, braces and quotes."""

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
    # The user and password in a URL, or a token alone. A password may hold a slash or an at sign.
    re.compile(r"(?<=://)(?:[^/\s@:]*:[^\s\"'<>]+|[^/\s@]+)(?=@[\w.-])"),
    # name = value and "name": "value", also quoted once more. A colon counts only with a space or
    # quotes: ARNs and names of actions have words such as secret before a colon.
    re.compile(
        rf"(?i)(?:{_NAME}[\w-]*\\*[\"']?\s*=\s*|{_NAME}[\w-]*\\*[\"']\s*:\s*"
        rf"|{_NAME}{_NO_ERROR}[\w-]*\s*:\s+|\b(?:password|passwd|pwd)(?::|\s+is:?\s+{_TOLD}))"
        rf"(?!\\*[\"']?arn:){_VALUE}"
    ),
    # Options of commands: -P of the programs of mosquitto, --password of many.
    re.compile(rf"(?<=\s)(?:-P|--?pass(?:word|phrase)?|--pw|--token)(?:\s+|=){_VALUE}"),
    # What a browser sends and gets.
    re.compile(r"(?i)\b(?:set-)?cookie\\*[\"']?:\s*[^\r\n]+"),
    # Signatures of addresses that anybody may open for a while.
    re.compile(r"(?i)\bx-amz-(?:signature|security-token)=[^\s\"'&]+"),
    # Keys, certificates and session tokens in base64: longer than an access key, never a digest.
    re.compile(
        r"(?<![\w/+=.-])(?=[a-z\d/+]*[A-Z])(?=[A-Z\d/+]*[a-z])(?=[A-Za-z/+]*\d)"
        r"[A-Za-z0-9/+]{60,}={0,2}(?![\w/+=.-])"
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
