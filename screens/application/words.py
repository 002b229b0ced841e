"""What Application shows: its help, and a line each for the source and the image."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.widgets.facts import Table
from solarrally_tui.site.model import DEFAULT_REPOSITORY
from solarrally_tui.source.finding import Level, SourceFinding
from solarrally_tui.source.reference import AddressError, FetchError
from solarrally_tui.text.enumeration import counted
from solarrally_tui.wizard.applications import ImageCheck, SourceCheck
from solarrally_tui.wizard.plain_errors import plain_of

HELP: Final = (
    "AWS builds SolarRally in your account from its public source, always the same version until "
    "you choose another one. Keep it unless you have a version of your own.\n\n"
    "SolarRally shows what happens now, on the dashboard: power, energy, the share from the sun "
    "and, with your prices under More options, what the running sessions cost. It writes none of "
    "that down. Only sessions of an imported database are in its lists.\n\n"
    "The source is checked here, and nothing of it is run. F3, or Enter on its line, lists what "
    "the build and the site take care of, and what you should know. The build fixes known defects, "
    "each only where it finds it. When a file is neither the known defective one nor already "
    "right, the build stops and names the fix. It never guesses. F5 fetches and checks again.\n\n"
    "Only public repositories can be built, because the build has no password for others. With "
    "your own image, in a public registry or in Amazon ECR, AWS builds the web page from the "
    "source and runs your image."
)
_SESSIONS: Final = "the table charging_sessions"
_NO_HISTORY: Final = "It shows what happens now. It keeps no past charging sessions."
_BUILT: Final = "The same until you choose another. AWS builds it in your account."
_GIVEN: Final = "Your image, as it is. AWS builds the web page from the source."
_SUBJECTS: Final = (
    (
        "Who may do what",
        (
            "open-registration",
            "writing-without-login",
            "any-origin",
            "password-change",
            "live-without-login",
            "self-made-superuser",
            "user-with-sessions",
            "user-model-uuid",
            "jwt-strategy",
            "bcrypt-pin",
            "sign-in-renewed",
        ),
    ),
    (
        "Secrets and logs",
        (
            "emails-in-log",
            "sql-echo-off",
            "dockerignore",
            "secret-default",
            "conflicts-in-log",
            "token-in-log",
        ),
    ),
    (
        "Chargers",
        (
            "silent-chargers",
            "charger-names",
            "site-facts",
            "mqtt-without-tls",
            "constant-client-id",
            "broker-needed-at-start",
            "two-workers",
            "publishers-without-tls",
        ),
    ),
    (
        "Web page",
        (
            "firebase-mock-replaced",
            "websocket-reconnect",
            "prices-of-page",
            "prices-from-answers",
            "websocket-address",
            "redirects-to-http",
            "local-page-beside",
        ),
    ),
    (
        "Database and build",
        (
            "stale-connections",
            "rds-ca-bundle",
            "dockerfile-base-images",
            "database-default",
            "tables-at-start",
        ),
    ),
)
"""Subjects of what the build and the site take care of, each with findings, the plainest first."""
_REST: Final = "The rest"
_MOST_NAMED: Final = 2
"""Of a subject, in the table."""
_SHOWN_DIGITS: Final = 12
"""Of a commit: enough for Git to know it by."""


def why(error: Exception) -> str:
    """Return why something was not checked."""
    plain = plain_of(error)
    own = isinstance(error, (FetchError, AddressError))
    return str(error) if own else f"{plain.what} {plain.detail}"


def image_line(checked: ImageCheck) -> str:
    """Return the worst of what is known of an image in one line, or that all is well."""
    worst = max(checked.findings, key=lambda finding: finding.level.rank, default=None)
    return worst.level.line(worst.line) if worst else Severity.OK.line(checked.line)


def short(commit: str) -> str:
    """Return a commit as people name it."""
    return commit[:_SHOWN_DIGITS]


def day(when: date) -> str:
    """Return a day in words, such as 3 June 2025."""
    return f"{when.day} {when:%B %Y}"


def source_line(
    repository: str, checked: SourceCheck, findings: Sequence[SourceFinding], *, page_only: bool
) -> tuple[str, str]:
    """Return in a sentence what is built and what its check found, and the sentence's tone.

    page_only: whether only the web page is built from it.
    """
    source = _name(repository) + (f" of {day(checked.committed)}" if checked.committed else "")
    levels = [finding.level for finding in findings]
    if stopping := levels.count(Level.BLOCKED):
        stop = counted(stopping, "problem stops", "problems stop")
        return Severity.FAIL.line(f"{source} cannot run: {stop} it."), "error"
    built = "Web page built" if page_only else "Built"
    found = "adapted to AWS." if _solved(findings) else "which was checked."
    return Severity.OK.line(f"{built} from {source}, {found}"), "success"


def _solved(findings: Sequence[SourceFinding]) -> list[SourceFinding]:
    """Return what the build corrects and what the site arranges."""
    return [finding for finding in findings if finding.level in {Level.FIXED, Level.ARRANGED}]


def runs(*, given: bool) -> Table:
    """Return what an owner gets. given: whether an image is, instead of a source to build."""
    return Table(
        "What you get",
        (
            (
                "Dashboard",
                "Shows live what each charger does: power, energy, the share from the sun.",
            ),
            ("Prices", "With yours, under More options, also what the running sessions cost."),
            ("Sign-in", "The administrator's password is in Hand-over once the site is deployed."),
            ("Version", _GIVEN if given else _BUILT),
        ),
    )


def handled(findings: Sequence[SourceFinding]) -> Table | None:
    """Return what the build and the site take care of, by subject; None where it is nothing."""
    solved = {finding.id: finding for finding in _solved(findings)}
    named = {id_ for _, ids in _SUBJECTS for id_ in ids}
    groups = (*_SUBJECTS, (_REST, tuple(id_ for id_ in solved if id_ not in named)))
    rows = []
    for title, ids in groups:
        lines = [solved[id_].line for id_ in ids if id_ in solved]
        if lines:
            more = len(lines) - _MOST_NAMED
            rest = f" And {more} more." if more > 0 else ""
            rows.append((title, f"{' '.join(lines[:_MOST_NAMED])}{rest}"))
    if not rows:
        return None
    every = f"; F3 lists all {len(solved)}" if len(solved) > len(rows) * _MOST_NAMED else ""
    return Table(f"What the build and the site take care of{every}", rows)


def _name(repository: str) -> str:
    if repository == DEFAULT_REPOSITORY:
        return "SolarRally"
    return repository.removeprefix("https://").removesuffix(".git")


def source_note(commit: str, checked: SourceCheck) -> str:
    """Return what a specialist wants to know of a source that was checked."""
    when = f"on {day(checked.checked)}" if checked.checked else "just now"
    return f"Commit {short(commit)}, checked {when}. Enter lists it all."


def limits(findings: Sequence[SourceFinding]) -> str:
    """Return in an owner's words what the application does not do; empty where it does it all.

    Only what its source shows: a version that stores sessions has no such finding.
    """
    unstored = any(
        finding.id == "never-stored" and any(at.name == _SESSIONS for at in finding.places)
        for finding in findings
    )
    return _NO_HISTORY if unstored else ""
