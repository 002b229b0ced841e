"""One kind of refusal or failure: the words that show it, what they mean, and what to do."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

RUN_AGAIN = "run the same command again. It continues where it stopped."


class About(StrEnum):
    """What is at fault, which decides who can do something about it."""

    REQUEST = "request"
    """The request, or what it met."""
    ACCOUNT = "account"
    """The account itself: no permission and no answer of the site changes it."""
    COMPUTER = "computer"
    """The computer that this program runs on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One kind of refusal or failure.

    Its sentences may hold {resource}, {stack}, {who}, {action}, {clock} and {package}.
    """

    id: str
    """Never changes; scripts rely on it."""
    kind: str
    """The family, such as quota. Several reasons may be of one kind; scripts rely on it."""
    words: tuple[str, ...]
    """Patterns of AWS's words, or of a registry's. Any of them is enough. Case does not matter."""
    what: str
    """What happened, one sentence."""
    why: str
    """Why AWS does that."""
    next: str
    """What to do."""
    source: str
    """Where these words are documented, or who met them."""
    about: About = About.REQUEST
    quota: tuple[str, str] | None = None
    """Service and code of the quota in Service Quotas, where a quota is the reason and known."""

    @property
    def pattern(self) -> str:
        """Any of the words, as one pattern."""
        return f"(?is){'|'.join(self.words)}"

    def matches(self, words: str) -> bool:
        """Whether these words show this reason."""
        return _compiled(self.pattern).search(words) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
