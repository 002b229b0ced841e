"""What a failed CodeBuild build reports: the phase, its message, and the line of the log. Pure."""

import re
from collections.abc import Sequence
from typing import Any, Final

SUCCEEDED: Final = "SUCCEEDED"
GOOD_PHASES: Final = frozenset({SUCCEEDED, "QUEUED"})
LOG_LINES: Final = 15
"""How many lines at the end of a log are read."""

RETRIED: Final = "a package that could not be downloaded often comes the second time."
ANOTHER_VERSION: Final = (
    "If the same line fails, choose another version (application.commit in the site file)."
)
"""What to do about a build of which no reason is known: try again, which this completes."""

_OURS: Final = "solarrally: failed:"
"""How the last line of our own build scripts begins, which names the reason."""

_CODEBUILD: Final = "[Container]"
"""How CodeBuild's own lines begin, which report the progress of phases and no reason."""

_ERROR_WORDS: Final = re.compile(r"(?i)\b(?:error|failed|fatal|denied|cannot)\b")


def phase_words(phase: dict[str, Any]) -> str:
    """Return CodeBuild's messages about a phase."""
    messages = (item.get("message", "") for item in phase.get("contexts") or ())
    return " ".join(message for message in messages if message)


def failing_phase(build: dict[str, Any]) -> tuple[str, str]:
    """Return the first phase that failed, and CodeBuild's messages about it."""
    for phase in build.get("phases") or ():
        # The present phase has no status yet.
        if phase.get("phaseStatus") not in {None, *GOOD_PHASES}:
            return str(phase["phaseType"]), phase_words(phase)
    return str(build.get("currentPhase", "")), ""


def log_of(build: dict[str, Any]) -> tuple[str, str] | None:
    """Return the log group and stream of a build; None where it has no log."""
    logs = build.get("logs") or {}
    if not logs.get("groupName") or not logs.get("streamName"):
        return None
    return str(logs["groupName"]), str(logs["streamName"])


def own_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines that the build itself wrote, without CodeBuild's about its phases."""
    return [line for line in lines if not line.startswith(_CODEBUILD)]


def telling_line(lines: Sequence[str]) -> str:
    """Return the line of a log's end that names the reason; empty without lines."""
    by_preference = (
        [line for line in lines if _OURS in line],
        [line for line in own_lines(lines) if _ERROR_WORDS.search(line)],
        own_lines(lines),
        lines,
    )
    return next((chosen[-1] for chosen in by_preference if chosen), "")
