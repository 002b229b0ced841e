"""What a source leaves open and a site's web address closes; docs/access.md says how."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from solarrally_tui.source.finding import Level, SourceFinding

CLOSED: Final = MappingProxyType(
    {
        "open-registration": "At the site's address nobody can sign up as an administrator.",
        "self-made-superuser": "At the site's address nobody can become a superuser.",
        "writing-without-login": "At the site's address nobody changes things without signing in.",
        "live-without-login": "Live charging is shown to viewers only.",
        "any-origin": "At the site's address pages of other websites change nothing.",
        "token-in-log": "At the site's address nobody can ask for a token that resets a password.",
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
