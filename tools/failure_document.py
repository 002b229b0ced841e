"""Write docs/failures.md from the catalogue of failures that the tests walk through.

Usage: python tools/failure_document.py, or make generated
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
SOURCE: Final = ROOT / "tests" / "provisioning" / "failures.jsonl"
TARGET: Final = ROOT / "docs" / "failures.md"
_INTRODUCTION: Final = """\
# Failures, and the way on

Written by `python tools/generate.py failures` from `tests/provisioning/failures.jsonl`. A test
provokes each on the simulated account, expects the cause, the way on and the exit status, lifts the
cause and runs the same command again. `make test` runs a slice, `make torture` all.

`Topic` stands for the resource. What cannot be deleted also names `--leave STACK/RESOURCE`
([operations.md](operations.md#the-status-of-a-stack-and-the-way-on)).
"""


def document() -> str:
    """Return the document as Markdown."""
    failures = [json.loads(line) for line in SOURCE.read_text("utf-8").splitlines()]
    parts = [_INTRODUCTION]
    for command in ("deploy", "destroy"):
        ours = [failure for failure in failures if failure["command"] == command]
        parts.append(f"\n## {command}: {len(ours)} cases\n\n")
        parts += [f"{line}\n" for line in _table(ours)]
    return "".join(parts)


def _table(failures: list[dict[str, Any]]) -> Iterator[str]:
    yield "| how | AWS says | shown as the cause | way on | status |"
    yield "|---|---|---|---|---|"
    for failure in failures:
        words = f"`{_cell(failure['words'])}`" if failure["words"] else ""
        cells = (failure["provoked"], words, failure["cause"], failure["next"], failure["exit"])
        yield f"| {' | '.join(str(cell) for cell in cells)} |"


def _cell(words: str) -> str:
    return " ".join(words.replace("`", "'").replace("|", "\\\\|").split())


def main() -> None:
    """Write the document."""
    TARGET.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
