"""Run the fixes of one half of the application: `python3 -m fixes SOURCE_DIR backend|frontend`."""

from __future__ import annotations

import sys
from pathlib import Path

from . import FIXES
from .source import Fix, Mismatch


def run(fix: Fix, root: Path) -> bool:
    """Apply one fix, write its line to the log, return whether it went well."""
    try:
        print(f"fix {fix.name}: {fix.apply(root)}")
    except Mismatch as mismatch:
        print(f"fix {fix.name}: the source no longer matches: {mismatch} ({fix.why})")
        return False
    return True


def main(arguments: list[str]) -> int:
    """Apply all fixes of a half; 1 when any does not match, 2 for a wrong command line."""
    if len(arguments) != 2 or arguments[1] not in FIXES:
        print(f"usage: python3 -m fixes SOURCE_DIR {'|'.join(FIXES)}", file=sys.stderr)
        return 2
    root = Path(arguments[0])
    # All of them run even after a mismatch, so that one build names everything that changed.
    results = [run(fix, root) for fix in FIXES[arguments[1]]]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
