"""All findings of a source, from a folder that is only read."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from solarrally_tui.source.checks import arranged, layout, risks
from solarrally_tui.source.checks.build_fixes import DONE, FixTrial, attempt
from solarrally_tui.source.checks.python_tree import Python
from solarrally_tui.source.finding import Level, Place, SourceFinding, SourceReport
from solarrally_tui.source.tree import NotASourceError, Tree

_ORDER: Final = (Level.BLOCKED, Level.WARNING, Level.ARRANGED, Level.FIXED)
_PAGES: Final = (".ts", ".tsx", ".js", ".jsx", ".html")
"""Files of the web page that the build packs."""


def check(root: Path, source: str = "", commit: str = "") -> SourceReport:
    """Check a source without writing into it or running any of it.

    source and commit are named in the report. Raises NotASourceError for a folder with neither
    backend nor frontend, and OSError.
    """
    tree = Tree(root)
    if not tree.files("backend/*") and not tree.files("frontend/*"):
        raise NotASourceError(f"{source or root} has no folder backend or frontend.")
    python = Python.below(tree, "backend")
    trials, fixed, folder = attempt(tree)
    with folder:
        findings = [
            *layout.findings(tree, python),
            *_left(tree, python, fixed),
            *arranged.findings(tree, python),
            *(found for trial in trials for found in _of_fix(trial, tree)),
            *_local_addresses(trials, fixed),
        ]
    ordered = sorted(findings, key=lambda finding: _ORDER.index(finding.level))
    return SourceReport(source or str(root), commit, tuple(ordered))


def _left(tree: Tree, python: Python, fixed: Tree) -> Iterator[SourceFinding]:
    """Yield what the source leaves open and the build's fixes do not close."""
    remaining = {each.id for each in risks.findings(fixed, Python.below(fixed, "backend"))}
    for each in risks.findings(tree, python):
        # The copy has only what the build packs; a file beside it is no concern of a fix.
        beside = any(not place.file.startswith("backend/") for place in each.places)
        if each.id in remaining or beside:
            yield each


def _local_addresses(trials: Iterable[FixTrial], fixed: Tree) -> Iterator[SourceFinding]:
    places = fixed.find(arranged.LOCAL, "frontend/*")
    places = tuple(place for place in places if place.file.endswith(_PAGES))
    websocket = next(trial for trial in trials if trial.name == "websocket-address")
    # Where that fix does not fit, its own finding says so already.
    if places and not websocket.mismatch:
        what = "The web page calls localhost instead of the address that it came from."
        yield layout.blocked("local-address", what, places, "use location.host")


def _of_fix(trial: FixTrial, tree: Tree) -> Iterator[SourceFinding]:
    what = f"{trial.why[0].upper()}{trial.why[1:]}."
    if trial.applied:
        done = DONE[trial.name]
        yield SourceFinding(trial.name, Level.FIXED, what, trial.places, done, trial.name)
        return
    # A file that is missing as a whole has its own finding.
    missing = trial.mismatch.partition(" does not exist")[0]
    if trial.mismatch and not (missing in layout.REQUIRED and not tree.has(missing)):
        remedy = (
            f"{trial.name} does not fit this source, so the build stops. Use a commit that it "
            f"fits, or correct the source: {trial.mismatch}."
        )
        file = trial.mismatch.split(" ", 1)[0]
        place = Place(file if "/" in file else trial.half)
        yield SourceFinding(trial.name, Level.BLOCKED, what, (place,), remedy)
