"""Names and reasons of the fixes that the builds apply, read from their source."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "blueprints/build/source"


def named_fixes() -> tuple[tuple[str, str], ...]:
    """Return name and reason of every fix, in the order in which they are applied."""
    texts = ((SOURCE / f"fixes/{half}.py").read_text() for half in ("backend", "frontend"))
    return tuple(
        pair for text in texts for pair in re.findall(r'\bFix\("([^"]+)", "([^"]+)"', text)
    )
