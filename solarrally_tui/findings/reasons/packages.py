"""Failures of builds because a package cannot be had: its version is missing, or was not sent."""

import re
from typing import Final

from solarrally_tui.findings.reasons.reason import Reason

OTHER_VERSION: Final = "Choose another version of the application (application.commit)."
"""What to do about a package that is not there, which a button of the wizard leads to."""
MISSING: Final = "package-missing"

_ASKED: Final = re.compile(
    r"(?:No matching distribution found for|satisfies the requirement) (?P<name>[\w.\[\]-]+)"
    r"(?:==(?P<version>[^\s()]*\w))?"
)

PACKAGES: Final = (
    Reason(
        id="package-missing",
        kind=MISSING,
        words=(
            r"No matching distribution found for",
            r"Could not find a version that satisfies the requirement",
        ),
        what="The application needs {package}, and the registry of Python packages has none that "
        "fits.",
        why="A version that its author has withdrawn, or never published, cannot be installed.",
        next=f"{OTHER_VERSION} Where this version was built before, run the same command again: "
        "the registry may not have answered.",
        source="github.com/DeepMicroscopy/Exact issue 106",
    ),
    Reason(
        id="package-not-sent",
        kind="try-again",
        words=(
            r"HTTPSConnectionPool\(host='(?:[\w.-]*pythonhosted\.org|pypi\.org)'",
            r"Max retries exceeded with url: /simple/",
        ),
        what="A package that the application needs could not be downloaded.",
        why="The registry of Python packages did not answer in time.",
        next="Run the same command again: the second time, it mostly answers.",
        source="github.com/TIBHannover/tibava issue 1",
    ),
)


def package(words: str) -> str:
    """Return the package that pip did not find, with its version, as in "fastapi 0.0.0"."""
    found = _ASKED.search(words)
    if found is None:
        return "a package"
    return " ".join(filter(None, (found["name"], found["version"])))
