"""What a source leaves open and a site's web address closes: docs/access.md says how."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from solarrally_tui.source.finding import Level, SourceFinding

CLOSED: Final = MappingProxyType(
    {
        "open-registration": "The site's web address lets nobody register.",
        "self-made-superuser": "The site's web address lets nobody change these fields.",
        "writing-without-login": "The site's web address asks for the password, or lets nobody.",
        "live-without-login": "The site's web address shows it to its viewers only.",
        "any-origin": "The site's web address refuses what pages of other websites would change.",
        "token-in-log": "The site's web address lets nobody ask for such a token.",
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
        replace(each, level=Level.ARRANGED, remedy=CLOSED[each.id])
        if each.level is Level.WARNING and each.id in CLOSED.keys() - opened
        else each
        for each in findings
    )
