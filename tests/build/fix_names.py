"""Names and reasons of the fixes that the builds apply, read from their source."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "blueprints/build/source"


def named_fixes() -> tuple[tuple[str, str], ...]:
    """Return name and reason of every fix, in the order in which they are applied."""
    files = ("backend", "accounts", "facts", "frontend", "page")
    texts = ((SOURCE / f"fixes/{file}.py").read_text() for file in files)
    return tuple(
        pair for text in texts for pair in re.findall(r'\bFix\("([^"]+)", "([^"]+)"', text)
    )
