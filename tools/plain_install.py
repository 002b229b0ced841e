"""Lay the package out in a folder as an installed wheel has it: screens and blueprints inside."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
IGNORED = shutil.ignore_patterns("__pycache__")


def main(target: Path) -> None:
    """Copy the three source folders to where the package mapping puts them."""
    package = target / "solarrally_tui"
    shutil.copytree(ROOT / "solarrally_tui", package, ignore=IGNORED, dirs_exist_ok=True)
    for name in ("screens", "blueprints"):
        shutil.copytree(ROOT / name, package / name, ignore=IGNORED, dirs_exist_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
