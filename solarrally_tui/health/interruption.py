"""How the check of runs says that a deployment was interrupted. Pure."""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from solarrally_tui.health.report import Report

INTERRUPTED: Final = r"stopped without ending: deploy |left it before it had ended"
"""Pattern in the line of the check, of a run that was killed and of one that somebody left."""


def is_interrupted(report: "Report") -> bool:
    """Whether the last deployment did not come to its end, and nothing in AWS refused it."""
    lines = (check.line for check in report.checks if check.id == "run")
    return any(re.search(INTERRUPTED, line) for line in lines)
