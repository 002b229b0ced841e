"""Words that several screens share, and the colours of states."""

import re
from typing import Final

from textual.content import Content

from solarrally_tui.aws.errors import Plain
from solarrally_tui.findings.glyphs import Signed, Tone
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.next_steps import in_the_wizard

DIM: Final = "$foreground 60%"
"""For what matters less. A share of the foreground, so that every theme has it."""

DATA: Final = "$text-secondary"
"""For what was measured: the lines and bars of charts."""

COLOURS: Final = {
    Tone.SUCCESS: "$text-success",
    Tone.WARNING: "$text-warning",
    Tone.ERROR: "$text-error",
    Tone.PRIMARY: "$text-primary",
    Tone.SECONDARY: "$text-secondary",
    Tone.MUTED: DIM,
}
"""Of every theme. findings/glyphs.py says which state has which tone."""

READ_ONLY: Final = "This session is read-only. Start again without --read-only to make changes."
SOURCES: Final = {
    "env": "environment variables",
    "shared-credentials-file": "a profile in ~/.aws/credentials",
    "config-file": "a profile in ~/.aws/config",
    "sso": "IAM Identity Center (SSO)",
    "login": "aws login",
    "assume-role": "an assumed role",
    "assume-role-with-web-identity": "a web identity",
    "container-role": "the role of this container",
    "iam-role": "the role of this instance",
    "custom-process": "a credential process",
    "explicit": "keys given at the start",
    "keyring": "keys in this computer's keyring",
}


def capital(words: str) -> str:
    """Return words with a capital first letter."""
    return words[:1].upper() + words[1:]


def seconds(value: float) -> str:
    """Return a duration for people, such as "42 s", "3 min 05 s" or "11 h 59 min"."""
    whole = int(max(value, 0))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 120:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def ago(value: float) -> str:
    """Return how long ago something was, in one unit."""
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count = int(value // size)
        if count:
            return f"{count} {word}{'s' if count > 1 else ''} ago"
    return "just now"


def dollars(value: object) -> str:
    """Return an amount of USD without cents from ten dollars on."""
    amount = float(str(value))
    return f"${amount:,.0f}" if amount >= 10 else f"${amount:,.2f}"


def colour(state: Signed) -> str:
    """Return the style of a state."""
    return COLOURS[state.tone]


def mark(state: Signed) -> tuple[str, str]:
    """Return a state's glyph with a blank behind it, and its style, for Content.assemble."""
    return f"{state.glyph} ", colour(state)


def meter(filled: int, width: int, tone: str) -> Content:
    """Return a bar of so many columns, some of which are filled."""
    return Content.assemble(("█" * filled, tone), ("░" * (width - filled), DIM))


def sentence(state: Signed, text: str, *, bold: bool = False) -> Content:
    """Return glyph and text in the state's colour; the text is never read as markup."""
    return Content.styled(state.line(text), f"{'bold ' if bold else ''}{colour(state)}")


def explained(plain: Plain, state: Signed = Severity.FAIL) -> Content:
    """Return what happened, why, what to do, and the words that it was reported with."""
    parts = [
        sentence(state, plain.what, bold=True),
        Content(plain.why),
        Content.styled(in_the_wizard(plain.next), "bold"),
        Content.styled(plain.detail, DIM),
    ]
    return Content("\n").join(part for part in parts if part.plain)


def inked(line: str, style: str) -> Content:
    """Return a line whose blanks have no style, so that pictures keep them in their places."""
    return Content.assemble(
        *((part, "" if part.isspace() else style) for part in re.findall(r"\s+|\S+", line))
    )
