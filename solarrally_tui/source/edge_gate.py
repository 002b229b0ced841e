"""What a source leaves open and a site's web address closes; docs/access.md says how."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from solarrally_tui.source.finding import Level, SourceFinding

CLOSED: Final = MappingProxyType(
    {
        "open-registration": "The site's web address does not allow registration.",
        "self-made-superuser": "The site's web address does not let anyone change these fields.",
        "writing-without-login": "The site's web address requires the password or blocks it.",
        "live-without-login": "The site's web address shows it only to the viewers.",
        "any-origin": "The site's web address rejects changes from pages of other websites.",
        "token-in-log": "The site's web address does not let anyone request such a token.",
    }
)
"""By finding, what the function before every request does about it."""


def behind(
    findings: Iterable[SourceFinding], *, viewing: str, open_registration: bool
) -> tuple[SourceFinding, ...]:
    """Return findings as they are behind the web address of a site with these answers.

    viewing: password, addresses or public, as in the site file.
    """
    opened = {"open-registration"} if open_registration else set()
    opened |= {"live-without-login"} if viewing == "public" else set()
    return tuple(
        replace(finding, level=Level.ARRANGED, remedy=CLOSED[finding.id])
        if finding.level is Level.WARNING and finding.id in CLOSED.keys() - opened
        else finding
        for finding in findings
    )
