"""What a CodeBuild build that failed tells: the phase, its words, and the line of the log. Pure."""

import re
from collections.abc import Sequence
from typing import Any, Final

SUCCEEDED: Final = "SUCCEEDED"
GOOD_PHASES: Final = frozenset({SUCCEEDED, "QUEUED"})
LOG_LINES: Final = 15
"""How many of the last lines of a log are read."""

_OURS: Final = "solarrally: failed:"
"""With this our own build scripts name the reason in their last line."""

_CODEBUILD: Final = "[Container]"
"""With this CodeBuild begins lines of its own, which tell how phases go and not why."""

_SPEAKS: Final = re.compile(r"(?i)\b(?:error|failed|fatal|denied|cannot)\b")


def phase_words(phase: dict[str, Any]) -> str:
    """Return what CodeBuild says about a phase."""
    messages = (item.get("message", "") for item in phase.get("contexts") or ())
    return " ".join(message for message in messages if message)


def failing_phase(build: dict[str, Any]) -> tuple[str, str]:
    """Return the first phase that failed, and what CodeBuild says about it."""
    fine = {None, *GOOD_PHASES}
    bad = [each for each in build.get("phases") or () if each.get("phaseStatus") not in fine]
    if not bad:
        return str(build.get("currentPhase", "")), ""
    return str(bad[0]["phaseType"]), phase_words(bad[0])


def log_of(build: dict[str, Any]) -> tuple[str, str] | None:
    """Return log group and stream of a build; None where it has no log."""
    logs = build.get("logs") or {}
    if not logs.get("groupName") or not logs.get("streamName"):
        return None
    return str(logs["groupName"]), str(logs["streamName"])


def telling_line(lines: Sequence[str]) -> str:
    """Return the line of a log's end that names the reason; empty without lines."""
    choices = (
        [line for line in lines if _OURS in line],
        [line for line in lines if _SPEAKS.search(line) and not line.startswith(_CODEBUILD)],
        [line for line in lines if not line.startswith(_CODEBUILD)],
        lines,
    )
    return next((chosen[-1] for chosen in choices if chosen), "")
