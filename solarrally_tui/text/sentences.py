"""The sentences of a line of text. Pure."""

import re
from typing import Final

_BETWEEN: Final = re.compile(r"(?<=[.]) ")


def sentences(line: str) -> list[str]:
    """Return the sentences of a line, each with its full stop."""
    return _BETWEEN.split(line)
