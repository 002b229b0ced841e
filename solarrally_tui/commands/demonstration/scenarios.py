"""What a demonstration can show: faults of the simulated account, or another kind of account.

The engine does not know of them; it gets what AWS would answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

START_URL: Final = "https://sunny-garage.awsapps.com/start"
"""The portal of the simulated account's IAM Identity Center."""
CHARGERS: Final = 6
"""Chargers that charge at a deployed site until the demonstration ends."""
RECORDS_AFTER: Final = 80.0
"""Real seconds after Deploy until the records exist that AWS waits for at another DNS provider: the
first of them is asked for after about 20, and then there is time to read it."""
SETS_RECORDS: Final = "Here the demonstration adds the records in your place, after about a minute."
_ZONE: Final = "example.com"
_ELSEWHERE: Final = "example.net"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story to show."""

    id: str
    """What --scenario takes."""
    title: str
    """A line for a list."""
    text: str
    """What will happen, and what to do then."""
    faults: tuple[Mapping[str, Any], ...] = ()
    """What the simulated account's fault interface takes."""
    screen: str = "review"
    """The step that it is about: where a person sees it, or begins it."""
    account: str = ""
    """The kind of account, by its name in the simulator; empty for an ordinary one."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    """Answers of the site that the story needs, by dotted path."""
    zone: str = ""
    """A hosted zone that the account must have."""
    needs_new_site: bool = True
    """Whether it shows while a site is created, and nothing of it on a site that exists."""
    is_root: bool = False
    """Whether the person signs in as the root user, instead of with IAM Identity Center."""
    lift_after: float | None = None
    """Real seconds after Deploy until the faults end and the records of another DNS provider exist;
    None where the faults stay, and the records come after RECORDS_AFTER."""


SCENARIOS: Final = (
    Scenario(
        "happy",
        "Everything works",
        "From the first question to a healthy site, on which chargers charge.",
        screen="welcome",
        needs_new_site=False,
    ),
    Scenario(
        "root-user",
        "You are signed in as the root user",
        "Account warns, and its button lists the steps to a user of your own. Other credentials "
        f"signs in as one: {START_URL} in us-east-1.",
        screen="account",
        needs_new_site=False,
        is_root=True,
    ),
    Scenario(
        "quota",
        "A quota of the account is too low",
        "The application stack fails on a quota of a new account and is rolled back. Try again "
        "works: AWS has raised the quota in the meantime.",
        (
            {
                "kind": "resource",
                "target": "app/Service",
                "times": 1,
                "message": "You've reached the limit on the number of vCPUs you can run "
                "concurrently (Service: AmazonECS; Status Code: 400; "
                "Error Code: ServiceQuotaExceededException)",
            },
        ),
    ),
    Scenario(
        "no-capacity",
        "The database class has no capacity",
        "The database cannot be created and is rolled back. Try again works.",
        (
            {
                "kind": "resource",
                "target": "data/Database",
                "times": 1,
                "message": "Cannot create a database instance because there is not enough capacity "
                "in this Availability Zone (InsufficientDBInstanceCapacity)",
            },
        ),
    ),
    Scenario(
        "slow-certificate",
        "The certificate waits for DNS",
        "The certificate of your own domain stays pending; DNS catches up after a while.",
        ({"kind": "certificate", "target": "*"},),
        screen="domain",
        answers={"domain.name": f"charging.{_ZONE}"},
        zone=_ZONE,
        lift_after=40.0,
    ),
    Scenario(
        "external-dns",
        "The domain's DNS is at another provider",
        "The wizard shows the DNS records to create at the other provider, and waits. After about "
        "a minute the demonstration creates them in your place.",
        screen="domain",
        answers={"domain.name": f"charging.{_ELSEWHERE}", "domain.dns": "external"},
    ),
    Scenario(
        "bad-image",
        "The application does not build",
        "A package cannot be downloaded, so the build of the image fails. Try again works: the "
        "registry answers by then.",
        (
            {
                "kind": "build",
                "target": "image/BUILD",
                "times": 1,
                "message": "pip._vendor.urllib3.exceptions.ReadTimeoutError: "
                "HTTPSConnectionPool(host='files.pythonhosted.org', port=443): Read timed out.",
            },
        ),
    ),
    Scenario(
        "expired-session",
        "The sign-in session ends half way",
        "AWS refuses every call until somebody signs in again, and finishes meanwhile what it has "
        "begun. After Sign in it continues.",
        ({"kind": "session", "target": "codebuild.BatchGetBuilds", "times": 1},),
    ),
    Scenario(
        "throttled",
        "AWS is slow and throttles",
        "Calls are rejected or late. Nothing fails; the deployment only takes longer.",
        (
            {"kind": "throttle", "target": "cloudformation.DescribeStackEvents", "times": 30},
            {"kind": "delay", "target": "cloudformation.DescribeStacks", "seconds": 0.5},
        ),
    ),
    Scenario(
        "unconfirmed-mail",
        "The alert e-mail is not confirmed",
        "The site is up, and its status warns that no alert arrives yet.",
        ({"kind": "subscription", "target": "*"},),
        screen="billing",
    ),
    Scenario(
        "new-account",
        "AWS has not verified the account yet",
        "No builds, no load balancers, no CloudFront, no Fargate. Deploy stops before anything "
        "costs.",
        screen="account",
        account="new-account",
    ),
    Scenario(
        "free-plan",
        "The account is on the free plan",
        "Seven days of backups are not part of the free plan. Deploy stops and names the answer. "
        "With backups for 1 day it succeeds.",
        screen="account",
        account="free-plan",
    ),
    Scenario(
        "organization-member",
        "The account belongs to an organization",
        "A service control policy denies the firewall, and a hook wants a second database. Each "
        "stops before the database exists, and names the answer.",
        screen="account",
        account="organization-member",
    ),
    Scenario(
        "region-off",
        "The Region is not enabled",
        "Milan is an opt-in Region that this account has not enabled. Deploy stops at once.",
        screen="account",
        account="region-off",
        answers={"region": "eu-south-1"},
    ),
)
BY_ID: Final = MappingProxyType({scenario.id: scenario for scenario in SCENARIOS})


def chargers_of(site: str) -> tuple[str, ...]:
    """Return the names of the chargers that charge at a site."""
    return tuple(f"{site}-{number}" for number in range(1, CHARGERS + 1))
