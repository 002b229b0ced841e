"""What the wizard tells a command of this program that it runs, in the command's environment."""

import os
import sys
from typing import Final

ANSWERS: Final = "SOLARRALLY_ANSWERS"
"""Set where a person answers on the standard input, though that is no terminal."""
DEMONSTRATION: Final = "SOLARRALLY_DEMONSTRATION"
"""Set where the account is that of a demonstration, which other terminals reach with --demo."""
PROMPT: Final = "> "
"""Stands at the begin of a line, and ends what is printed, while a command waits for an answer."""


def in_wizard() -> bool:
    """Whether the wizard runs this process, and shows what it prints."""
    return bool(os.environ.get(ANSWERS))


def is_answered() -> bool:
    """Whether a person can answer what this process asks."""
    return bool(sys.stdin and sys.stdin.isatty()) or in_wizard()
