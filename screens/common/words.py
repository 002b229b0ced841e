"""Words that several screens share, and the colours of states."""

import re
from typing import Final

from textual.content import Content

from solarrally_tui.aws.errors import Plain
from solarrally_tui.findings.glyphs import Signed, Tone
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.steps import ASKED

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

_AGAIN: Final = re.compile(
    r"\b(?P<first>[Rr])un "
    r"(?:the same command(?: again)?|(?:solarrally )?(?P<verb>\w+)(?: FILE)? again)\b"
)
"""How texts of the engine, which a terminal shows as well, say that a run is to be tried again."""
_INSTEAD: Final = (
    (re.compile(r"\brun solarrally deploy\b"), "press Deploy"),
    (re.compile(r"\bsolarrally deploy\b"), "Deploy"),
    (re.compile(r"\bsolarrally rollback brings that back\b"), "Operations rolls back to that"),
    (re.compile(r"\bsolarrally diagnose lists\b"), "Diagnosis lists"),
    (re.compile(r"\(application\.commit in the site file\)"), "in the Application step"),
    (re.compile(r" \(region in the site file\)"), " above"),
    (re.compile(r"\bAccount in the wizard shows\b"), "Ctrl+R shows"),
    (re.compile(r"\bthen run deploy again\b"), "then press Deploy again"),
    (re.compile(r"\bsolarrally source check\b"), "the Application step"),
    (re.compile(r"\bsolarrally logs --source \w+"), "Status, Logs"),
    (
        re.compile(r"\bsolarrally chargers replace NAME --to FOLDER --site \{?[\w-]+\}?"),
        "New key, on Fleet.",
    ),
)
"""Commands that the wizard has a screen for, and what it is called there."""
_ANSWER: Final = re.compile(
    r"(?P<set>\b[Ss]et )?(?P<path>\b[a-z]+\.[a-z_]+) = (?P<value>\"[^\"]*\"|\w[\w.-]*\w|\w)"
)
"""An answer as a line of the site file, such as size.backup_days = 7."""
_TICKS: Final = {"true": "yes", "false": "no"}
_STATUS: Final = re.compile(r"\b(?P<first>[Rr])un solarrally status\b(?: \{?\w+\}?(?=[,.]))?")
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


def in_the_wizard(text: str, again: str = "") -> str:
    """Return a next step without the command line: here a person presses a button.

    again: the button that does what the same command does in a terminal, where there is one.
    """

    def tried(found: re.Match[str]) -> str:
        return _as(found, again or f"{found['verb'] or 'try'} again")

    said = _STATUS.sub(lambda found: _as(found, "open Status"), _AGAIN.sub(tried, text))
    for command, words in _INSTEAD:
        said = command.sub(words, said)
    return _ANSWER.sub(_asked, said)


def _asked(found: re.Match[str]) -> str:
    """Return an answer by the label and the step of its question, where the wizard asks it."""
    if found["path"] not in ASKED:
        return found[0]
    question, step = ASKED[found["path"]]
    value = found["value"].strip('"')
    words = dict(question.choices).get(value, _TICKS.get(value, value)).partition(";")[0]
    if found["set"]:
        return f"{found['set']}{question.label} on {step.title} to {words}"
    return f"{question.label} = {words}"


def _as(found: re.Match[str], words: str) -> str:
    return capital(words) if found["first"] == "R" else words


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
