"""All findings of a source, from a folder that is only read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from solarrally_tui.source.checks import arranged, layout, risks
from solarrally_tui.source.checks.build_fixes import Tried, attempt
from solarrally_tui.source.checks.python_tree import Python
from solarrally_tui.source.finding import Level, Place, SourceFinding, SourceReport
from solarrally_tui.source.tree import NotASourceError, Tree

_LEVELS: Final = (Level.BLOCKED, Level.WARNING, Level.ARRANGED, Level.FIXED)
_PAGE: Final = "frontend/*"


def check(root: Path, source: str = "", commit: str = "") -> SourceReport:
    """Look at a source, write nothing into it and run nothing of it.

    source and commit say in the report what was looked at. Raises NotASourceError for a folder
    with neither backend nor frontend, and OSError.
    """
    tree = Tree(root)
    if not tree.files("backend/*") and not tree.files("frontend/*"):
        raise NotASourceError(f"{source or root} has no folder backend or frontend.")
    python = Python.below(tree, "backend")
    found = [
        *layout.look(tree, python),
        *risks.look(tree, python),
        *arranged.look(tree, python),
        *_fixes(tree),
    ]
    ordered = sorted(found, key=lambda each: _LEVELS.index(each.level))
    return SourceReport(source or str(root), commit, tuple(ordered))


def _fixes(tree: Tree) -> Iterator[SourceFinding]:
    tried, fixed, folder = attempt(tree)
    with folder:
        for each in tried:
            yield from _finding(each, tree)
        places = tuple(p for p in fixed.find(arranged.LOCAL, _PAGE) if _built(p.file))
    websocket = next(each for each in tried if each.name == "websocket-address")
    # Where that fix does not fit, its own finding says so already.
    if places and not websocket.mismatch:
        what = "The web page calls this computer instead of the address that it came from."
        yield layout.blocked("local-address", what, places, "use location.host")


def _built(name: str) -> bool:
    return name.endswith((".ts", ".tsx", ".js", ".jsx", ".html"))


def _finding(tried: Tried, tree: Tree) -> Iterator[SourceFinding]:
    what = f"{tried.why[0].upper()}{tried.why[1:]}."
    if tried.applied:
        remedy = f"The build's fix {tried.name} corrects it."
        yield SourceFinding(tried.name, Level.FIXED, what, tried.places, remedy, tried.name)
    elif tried.mismatch and not _missing_whole(tried, tree):
        remedy = (
            f"{tried.name} does not fit this source, and the build stops. Use a commit "
            f"that it fits, or correct the source: {tried.mismatch}."
        )
        yield SourceFinding(tried.name, Level.BLOCKED, what, _named(tried), remedy)


def _missing_whole(tried: Tried, tree: Tree) -> bool:
    """Whether a file is missing that has its own finding."""
    named = tried.mismatch.partition(" does not exist")[0]
    return named in layout.REQUIRED and not tree.has(named)


def _named(tried: Tried) -> tuple[Place, ...]:
    words = tried.mismatch.split(" ", 1)[0]
    return (Place(words if "/" in words else tried.half),)
