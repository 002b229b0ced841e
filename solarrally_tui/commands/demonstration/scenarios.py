"""What a demonstration can show: each scenario is faults of the simulated account, told in words.

The engine knows nothing of them; it meets what AWS would answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

_ZONE: Final = "example.com"
_ELSEWHERE: Final = "example.net"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story to show.

    Attributes:
        id: what `--scenario` takes.
        title: a line for a list.
        text: what will be seen, and what to do then.
        faults: what the simulated account's fault interface takes.
        answers: answers of the site that the story needs, by dotted path.
        zone: a hosted zone that the account shall have.
        lift_after: real seconds from Deploy on after which the faults end, and after which the
            records are set that AWS asks for at another DNS provider; None for never.
    """

    id: str
    title: str
    text: str
    faults: tuple[Mapping[str, Any], ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    zone: str = ""
    lift_after: float | None = None


SCENARIOS: Final = (
    Scenario("happy", "All goes well", "From the first question to a green site."),
    Scenario(
        "quota",
        "The account has no room for servers",
        "The application fails on a quota of a new account and is rolled back. Try again works: "
        "AWS has raised the quota meanwhile.",
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
        "The database class is out of capacity",
        "The database cannot be made and is rolled back. Try again works.",
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
        "A domain of one's own whose certificate stays pending; DNS catches up after a while.",
        ({"kind": "certificate", "target": "*"},),
        answers={"domain.name": f"charging.{_ZONE}"},
        zone=_ZONE,
        lift_after=40.0,
    ),
    Scenario(
        "external-dns",
        "The domain's DNS is elsewhere",
        "A domain whose DNS is with another provider: the wizard tells the record to set there and "
        "waits. After a while somebody has set it.",
        answers={"domain.name": f"charging.{_ELSEWHERE}", "domain.dns": "external"},
        lift_after=40.0,
    ),
    Scenario(
        "bad-image",
        "The application does not build",
        "The build of the image fails with the words of its log. Try again works.",
        (
            {
                "kind": "build",
                "target": "image/BUILD",
                "times": 1,
                "message": "ERROR: No matching distribution found for fastapi==0.0.0",
            },
        ),
    ),
    Scenario(
        "expired-session",
        "The session ends in the middle",
        "The wizard loses its credentials while AWS works. What runs goes on; Try again rejoins.",
        (
            {
                "kind": "refuse",
                "target": "cloudformation.DescribeStackEvents",
                "times": 1,
                "code": "ExpiredToken",
                "message": "The security token included in the request is expired",
            },
        ),
    ),
    Scenario(
        "throttled",
        "AWS answers slowly and throttles",
        "Calls are turned away and come late. Nothing fails; it only takes longer.",
        (
            {"kind": "throttle", "target": "cloudformation.DescribeStackEvents", "times": 30},
            {"kind": "delay", "target": "cloudformation.DescribeStacks", "seconds": 0.5},
        ),
    ),
    Scenario(
        "unconfirmed-mail",
        "Nobody confirms the alerts",
        "The site is up, and its status warns that alerts reach nobody yet.",
        ({"kind": "subscription", "target": "*"},),
    ),
)
BY_ID: Final = MappingProxyType({scenario.id: scenario for scenario in SCENARIOS})
