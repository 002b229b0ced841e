"""Where in the code an error arose, for a report. Never a value: it may be a secret."""

import platform
import traceback
from pathlib import Path
from typing import Final

from solarrally_tui import __version__

_PACKAGE: Final = Path(__file__).parents[1]
_MOST: Final = 6
"""Lines of code that are named, the innermost last."""


def fault(error: BaseException) -> str:
    """Return the kind of an error and its innermost line of code."""
    return f"{type(error).__name__}{_at(_places(error)[-1:])}"


def report(error: BaseException) -> str:
    """Return what the maintainers need: versions, and the way to the line for each error."""
    lines = [f"solarrally {__version__}, Python {platform.python_version()}, {platform.system()}"]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{type(current).__name__}{_at(_places(current)[-_MOST:])}")
        current = current.__cause__ or current.__context__
    return "; ".join(lines)


def _at(places: list[str]) -> str:
    return f" at {' > '.join(places)}" if places else ""


def _places(error: BaseException) -> list[str]:
    # Not extract_tb, which reads the source and can be given local variables.
    return [
        f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]


def _short(name: str) -> str:
    """Return a file without the folders that lead to it: they may name a person."""
    path = Path(name)
    for top in (_PACKAGE.parent, _PACKAGE.resolve().parent):
        if path.is_relative_to(top) and "site-packages" not in path.relative_to(top).parts:
            return path.relative_to(top).as_posix()
    parts = path.parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    return path.name
