"""What the checks of the account mean to its owner, by subject and one by one."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from textual.content import Content

from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.screens.common.words import mark
from solarrally_tui.screens.widgets.facts import Table
from solarrally_tui.screens.widgets.findings import sign_of
from solarrally_tui.site.regions import ALWAYS_ENABLED


@dataclass(frozen=True, slots=True)
class _Subject:
    """What several checks are about together."""

    title: str
    checks: frozenset[str]
    """Ids of findings."""
    well: str
    """What holds when each of them is well."""
    unsaid: str = ""
    """What holds when AWS does not say all of it."""


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
    _Subject("Rights", frozenset(("permissions", "roles")), "Yours allow all that the site needs."),
    _Subject(
        "Region",
        frozenset(("region", "iot", "arm-builds", "database-class", "backup-copy", "backup-plan")),
        "It is open to you and has what the site needs.",
    ),
    _Subject(
        "Limits of AWS",
        _QUOTAS,
        "They leave room for this site.",
        "Enough is allowed; what is in use AWS does not say.",
    ),
    _Subject(
        "Account and bill",
        frozenset(("plan", "organization", "trail", "anomalies")),
        "Its plan and its organization allow the site.",
        "Its plan allows the site; what your organization denies AWS does not say.",
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

_QUOTA: Final = "servicequotas:GetServiceQuota"
ASKED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "identity": ("sts:GetCallerIdentity",),
        "session": (),
        "region": ("account:GetRegionOptStatus",),
        "permissions": ("iam:SimulatePrincipalPolicy",),
        "roles": ("iam:GetRole",),
        "trail": ("cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors"),
        "anomalies": ("ce:GetAnomalyMonitors",),
        "plan": ("freetier:GetAccountPlanState",),
        "organization": ("organizations:DescribeOrganization",),
        "database-class": ("rds:DescribeOrderableDBInstanceOptions",),
        "backup-copy": ("rds:DescribeSourceRegions",),
        "backup-plan": ("backup:DescribeRegionSettings",),
        "iot": (),
        "arm-builds": (),
        "fargate": (_QUOTA,),
        "addresses": (_QUOTA, "ec2:DescribeAddresses"),
        "gateways": (_QUOTA,),
        "instances": (_QUOTA,),
        "networks": (_QUOTA, "ec2:DescribeVpcs"),
        "databases": (_QUOTA, "rds:DescribeDBInstances"),
        "storage": (_QUOTA, "rds:DescribeDBInstances"),
        "builds": (_QUOTA,),
        "balancers": (_QUOTA,),
    }
)
"""Which questions to AWS a check is answered from, by the id of its finding, as IAM names them.

Without one it is answered on this computer: from the credentials, or from a list of Regions.
"""

_HERE: Final = "Known on this computer, without asking AWS."

OWN_USER: Final = "A user of your own"
"""What the root user is offered in place of a deployer role."""
_OTHERS: Final = (
    "Other credentials",
    (
        "Use another profile of this computer, sign in with IAM Identity Center, or store "
        "access keys in this computer's keyring. No file of this program ever has a key."
    ),
)
_ROLE: Final = (
    "Deployer role",
    (
        "Deploy with a role that can do nothing but deploy this site, in place of keys "
        "that can do everything. It shows what it creates and asks first."
    ),
)
_USER: Final = (
    OWN_USER,
    (
        "Lists the steps to a user whose keys expire, and checks each. The root user's keys "
        "last until somebody deletes them, and can do everything."
    ),
)


def optional_ways(*, is_root: bool) -> Table:
    """Return what the two buttons do for who is signed in."""
    title = "What the two buttons above do. Both are optional."
    return Table(title, (_OTHERS, _USER if is_root else _ROLE))


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
    """Return a line for each subject that was checked, where nothing of it wants attention."""
    lines = []
    for subject in _SUBJECTS:
        of_it = [finding for finding in findings if finding.id in subject.checks]
        if of_it and not any(finding.wants_attention for finding in of_it):
            level = worst((finding.severity for finding in of_it), Severity.OK)
            well = subject.well if level is Severity.OK else subject.unsaid
            lasting = next((f.line for f in of_it if f.id == "session"), well)
            lines.append(Finding(subject.title, subject.title, level, lasting))
    return tuple(lines)


def sources(findings: Sequence[Finding], region: str, *, root: bool) -> Mapping[str, str]:
    """Return what is said of findings that AWS was not asked for, by id. root: of the root user."""
    known = {"region"} if region in ALWAYS_ENABLED else set()
    known |= {"permissions"} if root else set()
    return {one.id: _HERE for one in findings if one.id in known or not ASKED.get(one.id)}


def calls(findings: Sequence[Finding], known: Container[str]) -> str:
    """Return which of AWS's calls answered the others. known: ids that needed none."""
    names = (name for one in findings if one.id not in known for name in ASKED.get(one.id, ()))
    return f"For administrators: AWS answered {', '.join(dict.fromkeys(names))}."


def checks(findings: Sequence[Finding]) -> Table:
    """Return each check with what it found and why it is made."""
    return Table(
        "What was checked",
        tuple(
            (
                Content.assemble(mark(sign_of(finding)), finding.title),
                finding.line,
                _WHY.get(finding.id, ""),
            )
            for finding in findings
        ),
        ("Check", "Found", "Why it matters"),
    )
