"""Keep what the real application said in each state, for the table in docs/status.md."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

RECORDED: Final = Path(__file__).with_name("recorded.json")


def record(commit: str, table: Iterable[str]) -> None:
    """Write the rows of a table of states, the first two lines of which are its head."""
    head, _, *rows = [[cell.strip() for cell in line.strip("| \n").split("|")] for line in table]
    states = [dict(zip(head, row, strict=True)) for row in rows]
    told = {"commit": commit, "states": states}
    RECORDED.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
