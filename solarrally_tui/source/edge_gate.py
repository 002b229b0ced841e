"""What a source leaves open and a site's web address closes; docs/access.md says how."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from solarrally_tui.source.finding import Level, SourceFinding

CLOSED: Final = MappingProxyType(
    {
        "open-registration": "Sign-up as administrator: closed at the site's web address.",
        "self-made-superuser": "Becoming a superuser: closed at the site's web address.",
        "writing-without-login": "Changes without signing in: closed at the site's web address.",
        "live-without-login": "Live charging: shown to viewers only.",
        "any-origin": "Changes from pages of other websites: closed at the site's web address.",
        "token-in-log": "Requests for a reset token: closed at the site's web address.",
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
