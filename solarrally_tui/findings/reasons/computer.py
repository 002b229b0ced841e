"""Refusals for which this computer is the reason."""

from typing import Final

from solarrally_tui.findings.reasons.reason import About, Reason

CLOCK: Final = Reason(
    id="clock",
    kind="clock",
    words=(
        r"signature expired",
        r"signature not yet current",
        r"RequestTimeTooSkewed",
        r"difference between the request time and the (?:current|server'?s?) time is too large",
        r"\bRequestExpired\b",
        r"(?:date|time)stamp .{0,60}(?:too skewed|more than \d+ minutes)",
    ),
    what="The clock of this computer is {clock}.",
    why="AWS refuses requests whose time differs from its own by more than 5 to 15 minutes.",
    next="Set the clock and its time zone. Windows: Settings, Time, Sync now. WSL: run "
    "sudo hwclock -s, or restart it. Linux: run sudo timedatectl set-ntp true. Then run the "
    "same command again.",
    source="IAM user guide, Troubleshoot signed requests; github.com/aws/aws-cli issue 602",
    about=About.COMPUTER,
)
