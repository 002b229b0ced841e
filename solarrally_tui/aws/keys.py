"""Access keys in memory, wrapped so that no text of them is ever shown by accident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn

MASK: Final = "********"


class Secret:
    """A text that only reveal() tells. Every other way to show it gives a mask."""

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
        message = "a secret is not written anywhere"
        raise TypeError(message)


NONE: Final = Secret("")


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key of AWS. Long-lived without a token, temporary with one."""

    access_key_id: str
    secret: Secret
    token: Secret = NONE
    expires: datetime | None = None
    source: str = "explicit"
    """Where they came from: explicit, keyring, sso or assume-role."""

    @property
    def long_lived(self) -> bool:
        """Whether the key works until somebody deletes it (IAM user guide, unique ids: AKIA)."""
        return self.access_key_id.startswith("AKIA") and not self.token


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A role that is taken with other credentials, and taken anew before its session ends."""

    arn: str
    session: str
    """What AWS writes into its audit log beside the role."""
    seconds: int = 3600
