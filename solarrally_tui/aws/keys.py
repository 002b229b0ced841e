"""Access keys in memory, wrapped so that they are never shown by accident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn

MASK: Final = "********"


class Secret:
    """A text that only reveal() returns. Every other way to show it gives a mask."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself, for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        """Return the mask."""
        return MASK

    def __str__(self) -> str:
        """Return the mask."""
        return MASK

    def __format__(self, spec: str) -> str:
        """Return the mask, whatever the format."""
        return MASK

    def __bool__(self) -> bool:
        """Whether there is a text."""
        return bool(self._text)

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied to another process."""
        message = "a secret cannot be pickled"
        raise TypeError(message)


NONE: Final = Secret("")


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key of AWS: long-lived without a token, temporary with one."""

    access_key_id: str
    secret: Secret
    token: Secret = NONE
    expires: datetime | None = None
    source: str = "explicit"
    """Where they came from: explicit, keyring, sso or assume-role."""


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A role that is assumed with other credentials, and again before its session expires."""

    arn: str
    session: str
    """The session name, which CloudTrail records beside the role."""
    seconds: int = 3600
    external_id: str = ""
    """What the role of another account may ask for; empty for none."""
