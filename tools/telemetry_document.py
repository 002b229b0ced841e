"""Writes the table of a charger's message into docs/chargers.md, from the one schema."""

import json
from pathlib import Path
from typing import Final

from solarrally_tui.chargers.message import SAMPLE, as_table

TARGET: Final = Path(__file__).parents[1] / "docs" / "chargers.md"
_BEGIN, _END = "<!-- begin of the schema: make generated -->\n", "<!-- end of the schema -->\n"


def text() -> str:
    """Return docs/chargers.md with the table of the present schema."""
    before, _, rest = TARGET.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    sample = json.dumps(dict(SAMPLE), indent=2)
    lines = [*as_table(), "", "A valid message:", "", "```json", sample, "```"]
    return f"{before}{_BEGIN}{chr(10).join(lines)}\n{_END}{after}"


def main() -> None:
    """Write it."""
    TARGET.write_text(text(), encoding="utf-8")
