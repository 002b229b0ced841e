"""What a bundle must not hold, and what stands in its place. Pure.

Secrets are [redacted]. E-mail addresses and public network addresses become numbers, the same one
for the same address, so that one can still be told from another. Account numbers keep their last
four digits, by which a customer and a supporter can check that they mean the same account.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from solarrally_tui.health.bundle.contents import LogLine
from solarrally_tui.text.redaction import HIDDEN, redact

_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]++(?:@|%40)[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+")
_ACCOUNT: Final = re.compile(r"(?<![\w.])\d{8}(\d{4})(?!\w|\.\d)")
_ADDRESS: Final = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]+)")
_MIXED: Final = re.compile(
    r"(?<![\w/+=.-])(?=[a-z\d]*[A-Z])(?=[A-Z\d]*[a-z])(?=(?:[A-Za-z]*\d){2})[A-Za-z0-9]{20,}"
    r"(?![\w/+=.-])"
)
"""A generated password: long, of capitals, small letters and digits. Ids of AWS are of fewer
kinds, or have hyphens in between."""
_SECRET: Final = re.compile(
    r"(?i)(?:password|passwd|secret|token|credentials?|api[_-]?key|private[_-]?key)$"
)
"""Names of values that are secrets, whatever they look like."""
_BEGIN: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_END: Final = re.compile(r"-----END [A-Z ]*PRIVATE KEY-----")
_SHORTEST: Final = 6
"""Characters of a known secret that is looked for; a shorter one would be found in any text."""

KINDS: Final[Mapping[str, re.Pattern[str]]] = {
    "secrets": re.compile(re.escape(HIDDEN)),
    "e-mail addresses": re.compile(r"\[email-\d+\]"),
    "account numbers": re.compile(r"XXXXXXXX\d{4}"),
    "public network addresses": re.compile(r"\[address-\d+\]"),
}
"""What stands for each kind of what is removed."""


class Removal:
    """Removes from texts and values what a bundle must not hold."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        """known: secrets of this process, which are removed wherever they stand."""
        self._known = sorted({one for one in known if len(one) >= _SHORTEST}, key=len, reverse=True)
        self._numbers: dict[str, dict[str, int]] = {"email": {}, "address": {}}

    def text(self, text: str) -> str:
        """Return a text without secrets and addresses."""
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        text = _MIXED.sub(HIDDEN, redact(text))
        text = _EMAIL.sub(lambda match: self._numbered("email", match[0]), text)
        text = _ACCOUNT.sub(r"XXXXXXXX\1", text)
        return _ADDRESS.sub(self._address, text)

    def value(self, value: Any, name: str = "") -> Any:
        """Return JSON values without them. name: the key that the value is under."""
        if isinstance(value, str):
            is_secret = _SECRET.search(name) and value and not value.startswith("arn:")
            return HIDDEN if is_secret else self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item, name) for item in value]
        return value

    def lines(self, lines: Iterable[LogLine]) -> tuple[LogLine, ...]:
        """Return lines of a log without them. A key that spans lines is removed whole."""
        listed = list(lines)
        hidden = _lines_of_keys([line.text for line in listed])
        return tuple(
            LogLine(line.time, HIDDEN if at in hidden else self.text(line.text))
            for at, line in enumerate(listed)
        )

    def _address(self, match: re.Match[str]) -> str:
        try:
            address = ipaddress.ip_address(match[0])
        except ValueError:
            return match[0]
        return self._numbered("address", match[0]) if address.is_global else match[0]

    def _numbered(self, kind: str, text: str) -> str:
        numbers = self._numbers[kind]
        return f"[{kind}-{numbers.setdefault(text.lower(), len(numbers) + 1)}]"


def counted(texts: Iterable[str]) -> dict[str, int]:
    """Return how often something of each kind was removed from texts."""
    counts = dict.fromkeys(KINDS, 0)
    for text in texts:
        for kind, pattern in KINDS.items():
            counts[kind] += len(pattern.findall(text))
    return counts


def _lines_of_keys(lines: list[str]) -> set[int]:
    """Return the numbers of the lines that are of a private key, also of one that is cut off."""
    hidden: set[int] = set()
    inside = bool(_first(lines, _END) < _first(lines, _BEGIN))
    for at, line in enumerate(lines):
        begins, ends = _BEGIN.search(line), _END.search(line)
        if begins or ends or (inside and _is_base64(line)):
            hidden.add(at)
        inside = bool(begins and not ends) or (inside and not ends)
    return hidden


def _first(lines: list[str], pattern: re.Pattern[str]) -> int:
    return next((at for at, line in enumerate(lines) if pattern.search(line)), len(lines))


def _is_base64(line: str) -> bool:
    return re.fullmatch(r"[\w+/=.:\s-]*", line) is not None
