"""Random passwords."""

import secrets
import string
from typing import Final

_ALPHABET: Final = string.ascii_letters + string.digits
"""As in the templates: no punctuation."""


def random_password(length: int) -> str:
    """Return a password of letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
