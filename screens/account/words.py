"""What the checks of the account mean to its owner, by subject and one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from textual.content import Content

from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.words import mark
from solarrally_tui.screens.widgets.facts import Table


@dataclass(frozen=True, slots=True)
class _Subject:
    """What several checks are about together."""

    title: str
    checks: frozenset[str]
    """Ids of findings."""
    well: str
    """What holds when each of them is well."""


_QUOTAS: Final = frozenset(
    (
        "fargate",
        "addresses",
        "gateways",
        "instances",
        "networks",
        "databases",
        "storage",
        "builds",
        "balancers",
    )
)
_SUBJECTS: Final = (
    _Subject("Sign-in", frozenset(("identity", "session")), "It can be used for a deployment."),
    _Subject(
        "Rights", frozenset(("permissions", "roles")), "You may create all that the site needs."
    ),
    _Subject(
        "Region",
        frozenset(("region", "iot", "arm-builds", "database-class", "backup-copy", "backup-plan")),
        "It is open to you and has what the site needs.",
    ),
    _Subject("Limits of AWS", _QUOTAS, "They leave room for this site."),
    _Subject(
        "Account and bill",
        frozenset(("plan", "organization", "trail", "anomalies")),
        "Its plan and its organization allow the site.",
    ),
)
_WHY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "identity": "Lost keys must not work for long.",
        "session": "It should outlast the deployment.",
        "region": "A disabled one runs nothing.",
        "permissions": "What is missing stops it halfway.",
        "roles": "AWS's services work through them.",
        "trail": "Records who changed what.",
        "anomalies": "Notices a day that costs more.",
        "plan": "AWS closes expired free accounts.",
        "organization": "It can forbid what rights allow.",
        "database-class": "Not every Region has each type.",
        "backup-copy": "Survives the loss of a Region.",
        "backup-plan": "Keeps backups for longer.",
        "iot": "Chargers connect to it.",
        "arm-builds": "The application is built for it.",
        "fargate": "They run the application.",
        "addresses": "The way to the Internet has them.",
        "gateways": "They lead to the Internet.",
        "instances": "It leads to the Internet.",
        "networks": "The site has its own.",
        "databases": "The site has its own.",
        "storage": "Holds what the database keeps.",
        "builds": "AWS builds the application here.",
        "balancers": "Leads viewers to the application.",
    }
)
"""Why a check is made, by the id of its finding: short, because what was found needs the room."""

OPTIONAL: Final = Table(
    "What the two buttons above do. Both are optional.",
    (
        (
            "Other credentials",
            (
                "Use another profile of this computer, sign in with IAM Identity Center, or store "
                "access keys in this computer's keyring. No file of this program ever has a key."
            ),
        ),
        (
            "Deployer role",
            (
                "Deploy with a role that can do nothing but deploy this site, in place of keys "
                "that can do everything. It shows what it creates and asks first."
            ),
        ),
    ),
)

WAYS: Final = Table(
    "Ways to sign in",
    (
        (
            "IAM Identity Center",
            "Sign in, then its line. A browser asks you to confirm a code. Nothing is stored.",
        ),
        ("aws login", "In another terminal, with AWS CLI 2.32 or newer. Then press F5 here."),
        (
            "Access keys",
            "Sign in, then Paste access keys. They go into this computer's keyring, into no file.",
        ),
        ("No account yet", "Its button lists the steps to a first one, and checks each."),
        ("Not now", "Next shows sizes and prices without an account. Deploy needs one."),
    ),
)
"""What helps somebody whom AWS does not know."""


def subjects(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return a line for each subject that was checked and is well in each of its checks."""
    lines = []
    for subject in _SUBJECTS:
        of_it = [finding for finding in findings if finding.id in subject.checks]
        if of_it and all(finding.severity is Severity.OK for finding in of_it):
            lasting = next((f.line for f in of_it if f.id == "session"), subject.well)
            lines.append(Finding(subject.title, subject.title, Severity.OK, lasting))
    return tuple(lines)


def checks(findings: Sequence[Finding]) -> Table:
    """Return each check with what it found and why it is made."""
    return Table(
        "What was checked",
        tuple(
            (
                Content.assemble(mark(finding.severity), finding.title),
                finding.line,
                _WHY.get(finding.id, ""),
            )
            for finding in findings
        ),
        ("Check", "Found", "Why it matters"),
    )
